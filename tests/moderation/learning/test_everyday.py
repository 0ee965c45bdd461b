import pytest

from service.moderation import review
from service.moderation.learning.everyday import SHARE, everyday
from service.moderation.learning.lessons import lessons_from
from service.moderation.submit import submit_batch
from service.values import Comment, Opinion
from tests.lessons import labels

SITE = "gazette"
CALM = [f"The {plant} came up early this year, thank you for the advice." for plant in ("beans", "tulips", "leeks")]
RUDE = "Only a compost brain like you would keep beans by the gate, you greenfly."


@pytest.fixture
def taught():
    return lessons_from(labels(40)).taught


def send(desk, *texts: str) -> None:
    submit_batch(desk, SITE, [Comment(f"x-{at}", text) for at, text in enumerate(texts)])


def test_what_automation_settled_is_learned_with_what_the_base_says_of_it(desk, base, taught):
    send(desk, *CALM)
    found = everyday(desk, SITE, base, taught)
    assert {one.text for one in found} == set(CALM)
    assert found[0].targets == base.score([found[0].text], [found[0].context]).row(0)
    assert {one.weight for one in found} == {1.0}


def test_what_a_person_or_the_platform_decided_is_no_everyday_comment(desk, base, taught):
    send(desk, *CALM)
    desk.store.comments.feedback(SITE, "x-0", Opinion.FINE, "platform")
    told = lessons_from(desk.store.labels.all(SITE)).taught
    assert {one.text for one in everyday(desk, SITE, base, told)} == set(CALM[1:])


def test_what_waits_for_a_person_is_none_either(desk, scorer, base, taught):
    scorer.says(toxicity=0.5)
    send(desk, *CALM)
    assert len(review.claim(desk, SITE, "ann", limit=1).comments) == 1
    assert everyday(desk, SITE, base, taught) == []


def test_what_is_like_something_rejected_teaches_no_calm(desk, base, taught):
    rejected = next(one.label.text for one in taught if one.hurts)
    send(desk, CALM[0], rejected)
    assert rejected not in {one.text for one in everyday(desk, SITE, base, taught)}


def test_they_never_outweigh_the_labels_more_than_three_times(desk, base, taught):
    send(desk, *(f"We saw {number} swallows over the river and {number + 1} herons." for number in range(200)))
    found = everyday(desk, SITE, base, taught)
    assert len(found) == 200
    assert sum(one.weight for one in found) == pytest.approx(SHARE * len(taught))
