"""The challenger scores what the champion decides, and decides nothing."""

from dataclasses import replace

import pytest

from service.errors import StoreUnavailable
from service.moderation import policy, submit
from service.moderation.desk import Desk
from service.moderation.learning import ledger
from service.moderation.learning.shadow import shadow
from service.moderation.learning.watch import Watch
from service.moderation.second.adviser import Elsewhere, ModelAdviser
from service.store.connection import Connection
from service.tenancy import Policy, Rule
from service.values import Comment, Verdict
from tests.fakes import FakeScorer, FakeSecond
from tests.moderation.site_models import SITE, keep, open_model


@pytest.fixture
def unseen() -> list[str]:
    return []


@pytest.fixture
def watched(desk: Desk, scorer: FakeScorer, unseen: list[str]) -> Desk:
    def look(texts: list[str]) -> list[float]:
        unseen.extend(texts)
        return [float("nan") if "nobody counted" in text else 0.3 for text in texts]

    watch = Watch(desk.store, scorer, open_model, look)
    watch.scorers.on_first = lambda: None
    return replace(desk, watch=watch)


def send(desk: Desk, *ids: str, text: str = "You again.") -> None:
    for one in ids:
        submit.submit(desk, SITE, Comment(one, text))


def turn(desk: Desk) -> None:
    assert desk.watch
    desk.watch.turn()


def spread(desk: Desk, version: str = "fake-1"):
    assert desk.watch
    today = desk.watch.ledger._clock().date().isoformat()
    [found] = desk.store.scorebook.read(SITE, version, [today])
    return found


def test_there_is_none_without_a_challenger(watched: Desk) -> None:
    send(watched, "c-1")
    turn(watched)
    assert shadow(watched, SITE) is None


def test_both_verdicts_are_counted_and_what_differs_is_named(watched: Desk, scorer: FakeScorer) -> None:
    keep(watched.store, "fake-1.1")
    send(watched, "c-1")
    scorer.says(insult=0.7)
    send(watched, "c-2")
    scorer.says(insult=0.99)
    send(watched, "c-3")
    turn(watched)
    found = shadow(watched, SITE)
    assert found
    assert (found.version, found.comments) == ("fake-1.1", 3)
    assert found.verdicts == {"approve review": 1, "review review": 1, "reject review": 1}
    assert found.differing == ("c-3", "c-1")
    assert found.histograms["champion"]["insult"][19] == 1
    assert found.histograms["challenger"]["insult"][14] == 3


def test_the_challenger_decides_nothing(watched: Desk) -> None:
    keep(watched.store, "fake-1.2")
    receipt = submit.submit(watched, SITE, Comment("c-1", "You again."))
    assert receipt.assessment
    assert (receipt.assessment.verdict, receipt.assessment.model) == (Verdict.APPROVE, "fake-1")


def test_a_rule_speaks_for_both(watched: Desk) -> None:
    """Also one that the ledger could not ask again: how often a text came is known at the time alone."""
    keep(watched.store, "fake-1.1")
    rule = Rule("Flood", "repeats", "at_least", ("3",), Verdict.REJECT)
    watched.store.policies.save(SITE, Policy(0, policy.DEFAULT_POLICY.thresholds, (rule,)))
    send(watched, "c-1", "c-2", "c-3")
    turn(watched)
    found = shadow(watched, SITE)
    assert found
    assert found.verdicts == {"approve review": 2, "reject reject": 1}


def test_a_repeated_comment_and_one_that_was_not_scored_are_not_counted(watched: Desk, scorer: FakeScorer) -> None:
    keep(watched.store, "fake-1.1")
    send(watched, "c-1", "c-1")
    scorer.fails(RuntimeError())
    send(watched, "c-2")
    turn(watched)
    found = shadow(watched, SITE)
    assert found
    assert found.comments == 1
    assert spread(watched).comments == 2
    assert spread(watched).verdicts == {"approve": 1, "review": 1}


def test_a_challenger_that_fails_harms_nobody(watched: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(watched.store, "fake-1.1")
    send(watched, "c-1")
    assert watched.watch
    challenger = watched.watch.scorers.challenger(SITE)
    assert isinstance(challenger, FakeScorer)
    challenger.fails(RuntimeError("the text"))
    turn(watched)
    assert spread(watched).comments == 1
    assert shadow(watched, SITE) is None


def test_a_new_challenger_begins_at_nothing(watched: Desk) -> None:
    keep(watched.store, "fake-1.1")
    send(watched, "c-1")
    turn(watched)
    keep(watched.store, "fake-1.2")
    turn(watched)
    assert shadow(watched, SITE) is None
    send(watched, "c-2")
    turn(watched)
    found = shadow(watched, SITE)
    assert found
    assert (found.version, found.comments) == ("fake-1.2", 1)


def test_a_batch_is_counted_too(watched: Desk) -> None:
    keep(watched.store, "fake-1.1")
    submit.submit_batch(watched, SITE, [Comment(f"c-{number}", "You again.") for number in range(40)])
    turn(watched)
    found = shadow(watched, SITE)
    assert found
    assert found.comments == 40


def test_scores_are_spread_by_the_version_that_made_them(watched: Desk) -> None:
    keep(watched.store, "fake-1.1")
    send(watched, "c-1")
    watched.store.models.promote(SITE, "fake-1.1", "ann")
    turn(watched)
    send(watched, "c-2")
    turn(watched)
    assert spread(watched).scores["insult"][0] == 1
    assert spread(watched, "fake-1.1").scores["insult"][14] == 1
    assert watched.store.scorebook.first_day(SITE, "fake-1.1")


def test_of_sixteen_texts_one_is_looked_up_for_what_the_base_never_met(watched: Desk, unseen: list[str]) -> None:
    for number in range(33):
        send(watched, f"c-{number}", text="Something nobody counted." if number == 16 else "You again.")
        if number % 5 == 0:
            turn(watched)
    turn(watched)
    assert len(unseen) == 3
    assert sum(spread(watched).unseen) == spread(watched).unseen[6] == 2


def test_what_could_not_be_sent_is_sent_once_the_store_is_back(watched: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(watched.store, "fake-1.1")
    send(watched, "c-1")
    once = Connection.script

    def lost(self: Connection, name: str, *args: object) -> object:
        once(self, name, *args)
        if name == "shadow_count":
            raise StoreUnavailable
        return None

    with monkeypatch.context() as breaking:
        breaking.setattr(Connection, "script", lost)
        with pytest.raises(StoreUnavailable):
            turn(watched)
    send(watched, "c-2")
    turn(watched)
    found = shadow(watched, SITE)
    assert found
    assert (found.comments, spread(watched).comments) == (2, 2)


def test_more_notes_than_can_be_counted_take_no_more_memory(watched: Desk) -> None:
    assert watched.watch
    found = submit.submit(watched, SITE, Comment("c-1", "You again.")).assessment
    assert found
    for _ in range(ledger.MOST_NOTES + 10):
        watched.note(SITE, policy.DEFAULT_POLICY, Comment("c-1", "You again."), found)
    turn(watched)
    assert spread(watched).comments == ledger.MOST_NOTES


def test_first_models_are_compared_without_second_opinions(watched: Desk, scorer: FakeScorer) -> None:
    keep(watched.store, "fake-1.1")
    scorer.says(toxicity=0.3)
    second = FakeSecond(toxicity=0.9)
    lifted = replace(watched, adviser=ModelAdviser(lambda: second))
    send(lifted, "c-1")
    second.says(toxicity=0.01)
    send(lifted, "c-2")
    send(replace(watched, adviser=Elsewhere()), "c-3")
    turn(watched)
    found = shadow(watched, SITE)
    assert found
    assert [one.split()[0] for one in found.verdicts] == ["review"]
    assert spread(watched).scores["toxicity"][6] == 3
    assert spread(watched).verdicts == {"review": 2, "approve": 1}
