"""A site's own heads: what they speak of can be in doubt too, and each site's are heard for its comments alone."""

from dataclasses import replace

import numpy as np
import pytest
from structlog.testing import capture_logs

from models.delta import Delta, pack
from models.second.sentences import NONE, SentenceHead
from service.moderation import submit
from service.moderation.desk import Desk
from service.moderation.second.adviser import Elsewhere, ModelAdviser, NoAdviser
from service.moderation.second.hearing import heads_for
from service.moderation.second.own import OwnHeads, own_of
from service.values import Comment, State
from tests.fakes import FakeScorer, FakeSecond
from tests.moderation.site_models import keep_packed

SITE = "gazette"
COMMENT = Comment("c-1", "Come and see what I sell.")


def head(says: float, second: str = "second-fake") -> SentenceHead:
    """Return what the fake second model takes for the word of a site."""
    return SentenceHead(second, 1.0, 0.0, says, np.zeros(4, np.float32))


class SiteScorer(FakeScorer):
    """A site's model that has heads on sentences."""

    def __init__(self, sentences: dict[str, SentenceHead], **scores: float) -> None:
        super().__init__("fake-1.1", **scores)
        self.sentences = sentences


@pytest.fixture
def second() -> FakeSecond:
    return FakeSecond()


def at_desk(desk: Desk, scorer: FakeScorer, second: FakeSecond) -> Desk:
    adviser = ModelAdviser(lambda: second)
    adviser.start()
    return replace(desk, scorer=scorer, adviser=adviser)


def test_what_a_sites_own_head_speaks_of_can_be_in_doubt(desk, second):
    plain = at_desk(desk, FakeScorer("fake-1", spam=0.6), second)
    assert submit.foresee(plain, SITE, [COMMENT])[0].second is None
    own = at_desk(desk, SiteScorer({"spam": head(0.05)}, spam=0.6), second)
    [found] = submit.foresee(own, SITE, [COMMENT])
    assert (found.scores["spam"], found.first_scores["spam"]) == (0.05, 0.6)
    assert (found.model_of("spam"), found.model_of("sexually_explicit")) == ("second-fake", "fake-1.1")
    assert second.asked == [COMMENT.text]


def test_a_comment_is_kept_with_what_the_own_head_said(desk, second):
    own = at_desk(desk, SiteScorer({"spam": head(0.05)}, spam=0.6), second)
    submit.submit(own, SITE, COMMENT)
    kept = desk.store.comments.get(SITE, "c-1")
    assert (kept.state, kept.assessment.scores["spam"]) == (State.APPROVED, 0.05)


def test_a_head_for_another_second_model_puts_nothing_in_doubt(desk, second):
    other = at_desk(desk, SiteScorer({"spam": head(0.05, "second-0")}, spam=0.6), second)
    assert submit.foresee(other, SITE, [COMMENT])[0].second is None
    assert second.asked == []


def test_who_gives_no_opinions_hears_no_heads(desk):
    own = {"spam": head(0.05)}
    assert heads_for(NoAdviser(), own) == ()
    assert heads_for(Elsewhere(), own)[-1] == "spam"
    assert own_of(FakeScorer()) == NONE


def test_the_heads_beside_a_kept_model_are_read_once(desk, monkeypatch):
    keep_packed(desk.store, "fake-1.1", pack(Delta("fake-1.1", "fake-1", {}, {}, {"spam": head(0.05)})))
    heads, reads = OwnHeads(desk.store), []
    real = type(desk.store.models).packed
    monkeypatch.setattr(type(desk.store.models), "packed", lambda *asked: reads.append(asked) or real(*asked))
    assert heads.of(SITE, "fake-1.1")["spam"].bias == 0.05
    assert heads.of(SITE, "fake-1.1")["spam"].second == "second-fake"
    assert heads.of(SITE, "fake-1") == NONE
    assert len(reads) == 2


def test_the_heads_of_a_damaged_model_are_none_and_that_is_logged(desk):
    keep_packed(desk.store, "fake-1.1", b"nothing of the kind")
    with capture_logs() as logs:
        assert OwnHeads(desk.store).of(SITE, "fake-1.1") == NONE
    assert [line["event"] for line in logs] == ["model.not_loaded"]
