"""What is written down is read back as it was."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.moderation.policy import judge
from service.store.encoding import (
    ATTRIBUTES,
    fingerprint,
    keyed_hash,
    pack_assessment,
    pack_meta,
    unpack_assessment,
    unpack_comment,
)
from service.tenancy import Policy, Threshold
from service.values import QUEUES, Article, Assessment, Author, Comment, Reason, Second, Verdict

texts = st.text(max_size=40)
probabilities = st.integers(0, 10_000).map(lambda steps: steps / 10_000)
names = st.sampled_from(ATTRIBUTES) | texts
maybe = st.none() | texts
times = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
comments = st.builds(
    Comment,
    texts,
    texts,
    st.builds(Author, *[maybe] * 6),
    st.builds(Article, *[maybe] * 3),
    maybe,
    st.none() | times,
    st.booleans(),
)
reasons = st.builds(
    Reason,
    texts | st.sampled_from(("score", "rule")),
    texts,
    st.none() | names,
    st.none() | probabilities,
    st.none() | probabilities,
)
assessments = st.builds(
    Assessment,
    st.sampled_from(Verdict),
    st.dictionaries(names, probabilities),
    st.lists(reasons, max_size=3).map(tuple),
    texts,
    st.integers(0, 10**6),
    probabilities,
    st.sampled_from(QUEUES),
    st.none() | st.builds(Second, texts, st.dictionaries(names, probabilities)),
)


@given(comments)
def test_a_comment_is_read_back_as_it_was_written(comment: Comment) -> None:
    assert unpack_comment(comment.id, comment.text, pack_meta(comment)) == comment


@given(assessments)
def test_an_assessment_is_read_back_as_it_was_written(assessment: Assessment) -> None:
    assert unpack_assessment(pack_assessment(assessment)) == assessment


@given(assessments)
def test_writing_twice_rounds_once(assessment: Assessment) -> None:
    once = pack_assessment(assessment)
    assert pack_assessment(unpack_assessment(once)) == once


@pytest.mark.parametrize("step", ["review", "rejection"])
@pytest.mark.parametrize("shown", ["0.52", "0.5249"])  # reasons once had two decimals
def test_the_usual_sentence_is_kept_as_a_number(step: str, shown: str) -> None:
    text = f"Severe toxicity {shown} reaches the limit for {step}, 0.40."
    reason = Reason("score", text, "severe_toxicity", 0.5249, 0.4)
    packed = pack_assessment(Assessment(Verdict.REVIEW, {}, (reason,), "m", 0))
    assert "reaches" not in packed
    assert unpack_assessment(packed).reasons == (reason,)


def test_a_kept_number_stands_for_the_same_sentence_for_ever() -> None:
    said = [unpack_assessment(f'[1,0,"m",0,0,[],[[0,{number},1,5249,9990]]]').reasons[0].text for number in range(4)]
    assert said == [
        "Toxicity 0.52 reaches the limit for review, 1.00.",
        "Toxicity 0.52 reaches the limit for rejection, 1.00.",
        "Toxicity 0.5249 reaches the limit for review, 0.999.",
        "Toxicity 0.5249 reaches the limit for rejection, 0.999.",
    ]


def test_a_sentence_that_says_otherwise_is_kept_as_it_is() -> None:
    reason = Reason("score", "Toxicity 0.99 reaches the limit for review, 0.40.", "toxicity", 0.52, 0.4)
    packed = pack_assessment(Assessment(Verdict.REVIEW, {}, (reason,), "m", 0))
    assert unpack_assessment(packed).reasons == (reason,)


def test_probabilities_keep_four_decimals() -> None:
    packed = pack_assessment(Assessment(Verdict.REVIEW, {"spam": 2 / 3}, (), "m", 0, 1 / 3))
    assessment = unpack_assessment(packed)
    assert (assessment.scores, assessment.risk) == ({"spam": 0.6667}, 0.3333)


def test_the_zone_of_a_time_does_not_matter_for_the_instant() -> None:
    local = datetime(2026, 3, 4, 12, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    comment = Comment("c", "t", created_at=local)
    assert unpack_comment("c", "t", pack_meta(comment)).created_at == local


@pytest.mark.parametrize(
    "other",
    [
        Comment("c", "text."),
        Comment("c", "text", Author(id="7")),
        Comment("c", "text", Author(name="7")),
        Comment("c", "text", article=Article(id="7")),
        Comment("c", "text", parent_id="7"),
        Comment("c", "text", created_at=datetime(2026, 1, 1, tzinfo=UTC)),
    ],
)
def test_any_other_body_has_another_fingerprint(other: Comment) -> None:
    assert fingerprint(other) != fingerprint(Comment("c", "text"))


def test_a_keyed_hash_depends_on_the_secret() -> None:
    assert keyed_hash(b"a" * 32, "7") != keyed_hash(b"b" * 32, "7")
    assert keyed_hash(b"a" * 100, "7") == keyed_hash(b"a" * 100, "7")


def test_an_assessment_that_was_written_before_there_were_second_opinions_is_read() -> None:
    plain = '[1,3,"base-1",5000,0,[100,5216],[[0,2,1,5216,4000]]]'
    odd = '[1,3,"base-1",5000,0,[100,5216],[],{"novel":300}]'
    found = unpack_assessment(plain)
    assert (found.second, found.scores) == (None, {"spam": 0.01, "toxicity": 0.5216})
    assert found.reasons[0].text == "Toxicity 0.5216 reaches the limit for review, 0.40."
    assert (unpack_assessment(odd).second, unpack_assessment(odd).scores["novel"]) == (None, 0.03)
    assert [pack_assessment(unpack_assessment(packed)) for packed in (plain, odd)] == [plain, odd]


def test_the_sentences_of_a_second_opinion_are_kept_as_numbers() -> None:
    policy = Policy(version=1, thresholds={"toxicity": Threshold(0.14, 0.96), "insult": Threshold(0.2, 0.9)})
    second = Second("second-1", {"toxicity": 0.3, "insult": 0.3})
    found = judge(policy, Comment("c", "x"), {"toxicity": 0.45, "insult": 0.95}, "base-1", second=second)
    packed = pack_assessment(found)
    assert "reaches" not in packed
    assert [reason.text for reason in unpack_assessment(packed).reasons] == [
        "Insult 0.95 reaches the limit for rejection, 0.90 (second opinion).",
        "Toxicity 0.45 reaches the limit for review, 0.14 (second opinion).",
    ]
