from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.attributes import ATTRIBUTES
from service.moderation.learning import sources
from service.moderation.learning.lessons import CONTRADICTED, COPIED, SILENT, lessons_from, targets_of
from service.store.label import Label
from service.values import Assessment, Reason, Verdict
from tests.lessons import labels

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
LONG = "The mayor promised a new bridge over the river before the spring and nobody in our street believes him"


def label(value, text=LONG, source="reviewer:ann", hour=0, **more) -> Label:
    name = f"c-{hour}-{source}-{len(text)}"
    return Label(name, source, value, "ann", NOON + timedelta(hours=hour), text, **more)


def assessed(*reasons: Reason) -> Assessment:
    return Assessment(Verdict.REVIEW, {}, reasons, "base-2", 0)


def scored(*attributes: str) -> Assessment:
    return assessed(*(Reason("score", "", name, 0.5, 0.4) for name in attributes))


NONE_APPLIES = dict.fromkeys(ATTRIBUTES, 0.0)


@pytest.mark.parametrize(
    ("given", "taught"),
    [
        (label("approve"), NONE_APPLIES),
        (label("fine", source="platform"), NONE_APPLIES),
        (label("reject", reason="spam"), {"spam": 1.0}),
        (label("reject", reason="insult"), {"insult": 1.0, "toxicity": 1.0}),
        (label("reject", reason="threat"), {"threat": 1.0, "toxicity": 1.0}),
        (label("reject", reason="hate"), {"identity_attack": 1.0, "toxicity": 1.0}),
        (label("reject", reason="sexual"), {"sexually_explicit": 1.0}),
        (label("reject", reason="profanity"), {"profanity": 1.0}),
        (label("reject", reason="off_topic"), {}),
        (label("reject", reason="personal_data"), {}),
        (label("reject", reason="other"), {}),
        (label("reject", reason="a reason of the site's own"), {}),
        (label("spam", source="platform"), {"spam": 1.0}),
        (label("not_spam", source="platform"), {"spam": 0.0}),
        (label("abusive", source="platform"), {"toxicity": 1.0}),
        (label("wrong_reason"), {}),
        (label("wrong_reason", disputed=("insult",)), {"insult": 0.0}),
        (label("wrong_reason", disputed=("rule_words",)), {}),
        (label("reject", reason="hate", disputed=("toxicity",)), {"identity_attack": 1.0, "toxicity": 0.0}),
        (label("reject", assessment=scored("spam", "insult")), {"spam": 1.0, "insult": 0.7}),
        (label("reject", assessment=assessed(Reason("rule_words", "", None))), {}),
        (label("reject", assessment=assessed()), {"toxicity": 0.7}),
        (label("reject"), {"toxicity": 0.7}),
        (label("reject", says={"threat": 0.9}), {"threat": 0.9}),
    ],
)
def test_a_label_speaks_of_what_it_names(given, taught):
    assert targets_of(given) == taught


def test_a_campaign_counts_once_however_many_copies_were_decided():
    copies = [label("reject", f"{LONG} {word}", hour=at, reason="spam", campaign="7") for at, word in enumerate("abcd")]
    found = lessons_from(copies)
    assert [one.label.comment_id for one in found.taught] == [copies[-1].comment_id]
    assert found.refused == {COPIED: 3}


def test_nearly_the_same_text_counts_once_without_a_campaign_too():
    found = lessons_from([label("approve", f"{LONG}{end}", hour=at) for at, end in enumerate((".", "!", " 2"))])
    assert (len(found.taught), found.refused) == (1, {COPIED: 2})


def test_two_comments_made_from_one_template_are_two_lessons():
    both = [label("approve", f"I grow {what} behind my shed and they came back well this year", hour=at)
            for at, what in enumerate(("three red roses", "some early beans"))]  # fmt: skip
    assert len(lessons_from(both).taught) == 2


def test_of_contradictory_labels_the_newer_one_holds_and_the_other_is_counted():
    found = lessons_from([label("approve", hour=0), label("reject", reason="insult", hour=1, source="reviewer:bob")])
    assert [one.label.value for one in found.taught] == ["reject"]
    assert found.refused == {CONTRADICTED: 1}


def test_a_person_is_believed_before_a_platform_that_spoke_later():
    found = lessons_from([label("approve"), label("abusive", source="platform", hour=5)])
    assert [one.label.value for one in found.taught] == ["approve"]


def test_what_says_nothing_is_left_out_and_counted():
    found = lessons_from([label("reject", reason="off_topic"), label("wrong_reason", "Another text entirely.", hour=1)])
    assert (found.taught, found.refused) == ((), {SILENT: 2})


def test_a_silent_label_does_not_silence_an_earlier_one_on_the_same_text():
    found = lessons_from([label("approve"), label("wrong_reason", hour=3)])
    assert len(found.taught) == 1


def test_the_newest_fifth_is_held_out_and_nothing_of_it_is_learned():
    found = lessons_from(labels(300))
    learned, held_out = found.split()
    assert len(held_out) == round(0.2 * len(found.taught))
    assert max(one.label.at for one in learned) <= min(one.label.at for one in held_out)
    assert not {one.group for one in learned} & {one.group for one in held_out}


def test_a_campaign_that_lasts_is_never_on_both_sides():
    wave = [label("reject", f"{LONG} {at}", hour=at, reason="spam", campaign="9") for at in range(0, 400, 20)]
    learned, held_out = lessons_from([*labels(300), *wave]).split()
    spread = [side for side in (learned, held_out) if any(one.label.campaign for one in side)]
    assert len(spread) == 1


def flood(*counts: int) -> dict[str, float]:
    return dict(sources.weights([f"reviewer:{number}" for number, count in enumerate(counts) for _ in range(count)]))


@pytest.mark.parametrize(
    ("counts", "share"),
    [
        ((10_000, 400, 400, 400), 0.3),
        ((10_000, 900, 900), 0.4),
        ((10_000, 900), 0.6),
        ((9000, 9000, 700, 700, 700), 0.3),
    ],
)
def test_a_flood_from_one_weighs_no_more_than_its_share(counts, share):
    weighed = [count * weight for count, weight in zip(counts, flood(*counts).values(), strict=True)]
    assert max(weighed) / sum(weighed) == pytest.approx(share, abs=0.01)
    assert weighed[-1] == counts[-1]


def test_one_source_alone_counts_in_full():
    assert flood(5000) == {"reviewer:0": 1.0}


def test_a_colleagues_first_decisions_do_not_silence_the_many_before():
    assert flood(1000, 10)["reviewer:0"] == pytest.approx(0.2)
    weights = sources.weights(["import:blog"] * 5000 + ["reviewer:ann"] * 20)
    assert weights["import:blog"] == pytest.approx(0.4)


def test_a_flood_is_told_and_weighs_less_in_every_lesson():
    honest = [label for who in range(4) for label in renamed(labels(150, seed=who + 2), f"reviewer:{who}", f"h{who}-")]
    flooded = renamed(labels(2000, seed=1), "reviewer:mallory", "m-")
    found = lessons_from([*honest, *flooded])
    weight = Counter[str]()
    for one in found.taught:
        weight[one.label.source] += one.weight
    assert set(found.capped) == {"reviewer:mallory"}
    assert weight["reviewer:mallory"] / weight.total() <= 0.31


def renamed(some, source, prefix):
    return [replace(label, source=source, comment_id=prefix + label.comment_id) for label in some]


@pytest.mark.parametrize(
    ("count", "rejects", "said"),
    [
        (39, 10, "There are 39 labels to learn from; 40 are needed, so 1 more."),
        (60, 1, "Of 60 labels 1 rejects; a model needs 10 such examples, so 9 more."),
        (60, 57, "Of 60 labels 3 approve; a model needs 10 such examples, so 7 more."),
        (60, 30, None),
    ],
)
def test_what_is_lacking_is_said_with_how_many_more(count, rejects, said):
    given = [
        label("reject" if at < rejects else "approve", f"{chr(97 + at % 26) * (2 + at // 26)} is short", hour=at)
        for at in range(count)
    ]
    assert lessons_from(given).lacking() == said
