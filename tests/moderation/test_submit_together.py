"""Comments of several requests in one trip: each has its own verdict, its own receipt and its own misfortune."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
import redis

from models.classifier import Context, Scores
from service.errors import CommentConflict, StoreFull, StoreUnavailable
from service.moderation import company, policy, submit, tenants
from service.moderation.desk import Desk
from service.store.comments import Comments
from service.store.connection import Connection
from service.tenancy import Threshold
from service.values import Comment, Receipt, Verdict
from tests.fakes import FakeScorer

SITE, OTHER_SITE = "gazette", "courier"
LIMIT_SECONDS = 10
Together = Callable[..., list[Future[Receipt]]]


class SlowScorer(FakeScorer):
    """Hold the first comment until the others wait behind it; fail at texts that hold a certain word."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.may_end = threading.Event(), threading.Event()
        self.sizes: list[int] = []

    def score(self, texts: Sequence[str], contexts: Sequence[Context | None] | None = None) -> Scores:
        self.sizes.append(len(texts))
        if texts == ["first"]:
            self.began.set()
            assert self.may_end.wait(LIMIT_SECONDS)
        if any("unspeakable" in text for text in texts):
            raise ValueError("no model bears this")
        return super().score(texts, contexts)


@pytest.fixture
def scorer() -> SlowScorer:
    return SlowScorer()


@pytest.fixture
def together(desk: Desk, scorer: SlowScorer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Together]:
    """Submit (site, id, text) in threads of their own, such that all but the first go in one trip."""
    monkeypatch.setattr(company, "PATIENCE_SECONDS", LIMIT_SECONDS)
    tenants.create_site(desk, OTHER_SITE, "test")
    road = desk.company.road(desk.store.comments.road(SITE))

    with ThreadPoolExecutor(8) as pool:

        def send(*sent: tuple[str, str, str]) -> list[Future[Receipt]]:
            going = [pool.submit(submit.submit, desk, SITE, Comment("c-0", "first"))]
            assert scorer.began.wait(LIMIT_SECONDS)
            for waiting, (site, comment_id, text) in enumerate(sent, 1):
                going.append(pool.submit(submit.submit, desk, site, Comment(comment_id, text)))
                while len(road._waiting) < waiting:
                    threading.Event().wait(0.001)
            return going

        yield send


def outcomes(going: Sequence[Future[Receipt]]) -> list[str]:
    return [one.result(LIMIT_SECONDS).outcome for one in going]


def test_those_who_wait_share_one_reading_and_one_round_trip(
    together: Together, desk: Desk, scorer: SlowScorer, raw: redis.Redis
) -> None:
    submit.submit(desk, SITE, Comment("warm", "The server learns the script."))
    going = together((SITE, "c-1", "One."), (OTHER_SITE, "c-1", "Two."), (SITE, "c-2", "Three."))
    before = int(raw.info("stats")["total_reads_processed"])

    scorer.may_end.set()

    assert outcomes(going) == ["new"] * 4
    assert scorer.sizes == [1, 1, 3]
    assert int(raw.info("stats")["total_reads_processed"]) - before == 3  # one of them is ours, to ask
    kept = [desk.store.comments.get(site, one) for site, one in ((SITE, "c-1"), (OTHER_SITE, "c-1"), (SITE, "c-2"))]
    assert [one and one.comment.text for one in kept] == ["One.", "Two.", "Three."]


def test_each_is_judged_by_the_policy_of_its_own_site(together: Together, desk: Desk, scorer: SlowScorer) -> None:
    policy.replace(desk, OTHER_SITE, {"insult": Threshold(review=0.1, reject=0.4)}, (), "test")
    scorer.says(insult=0.5)
    going = together((SITE, "c-1", "One."), (OTHER_SITE, "c-1", "Two."), (SITE, "c-2", "Three."))

    scorer.may_end.set()

    found = [one.result(LIMIT_SECONDS).assessment for one in going[1:]]
    assert [one and (one.verdict, one.policy) for one in found] == [
        (Verdict.REVIEW, 0),
        (Verdict.REJECT, 1),
        (Verdict.REVIEW, 0),
    ]


def test_one_id_sent_twice_at_once_is_kept_once(together: Together, scorer: SlowScorer) -> None:
    going = together((SITE, "c-1", "One."), (SITE, "c-1", "One."), (SITE, "c-1", "Another."), (SITE, "c-2", "Two."))

    scorer.may_end.set()

    conflict = going.pop(3)
    assert outcomes(going) == ["new", "new", "same", "new"]
    with pytest.raises(CommentConflict):
        conflict.result(LIMIT_SECONDS)


def test_a_text_the_scorer_fails_at_costs_no_other_its_scores(together: Together, scorer: SlowScorer) -> None:
    going = together((SITE, "c-1", "One."), (SITE, "c-2", "unspeakable"), (SITE, "c-3", "Three."))

    scorer.may_end.set()

    found = [one.result(LIMIT_SECONDS).assessment for one in going]
    assert [bool(one and one.scores) for one in found] == [True, True, False, True]
    assert found[2]
    assert found[2].verdict is Verdict.REVIEW


def test_a_comment_the_store_refuses_is_refused_alone(
    together: Together, scorer: SlowScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Connection.outcomes

    def partly(self: Connection, calls: Sequence[object], durable: bool = False) -> list[object]:
        found = real(self, calls, durable)  # type: ignore[arg-type]
        return [StoreFull() if len(calls) > 1 and place == 1 else one for place, one in enumerate(found)]

    monkeypatch.setattr(Connection, "outcomes", partly)
    going = together((SITE, "c-1", "One."), (SITE, "c-2", "Two."), (SITE, "c-3", "Three."))

    scorer.may_end.set()

    refused = going.pop(2)
    assert outcomes(going) == ["new"] * 3
    with pytest.raises(StoreFull):
        refused.result(LIMIT_SECONDS)


def test_a_store_that_is_away_is_told_to_everyone_and_asked_once(
    together: Together, scorer: SlowScorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def away(_: Comments, submissions: Sequence[Mapping[str, object]]) -> None:
        asked.append(len(submissions))
        raise StoreUnavailable("The store does not answer")

    monkeypatch.setattr(Comments, "submit_each", away)
    going = together((SITE, "c-1", "One."), (SITE, "c-2", "Two."), (SITE, "c-3", "Three."))

    scorer.may_end.set()

    found = [one.exception(LIMIT_SECONDS) for one in going]
    assert [type(one) for one in found] == [StoreUnavailable] * 4
    assert len(set(map(id, found))) == 4  # an exception remembers where it was raised
    assert asked == [1, 3]
