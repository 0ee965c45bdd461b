"""Cards, shifts and explanations: what a page gets to show."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from service.moderation import cards
from service.moderation.cards import Card, spread
from service.store.browse import AuthorRecord
from service.values import Assessment, Comment, KeptComment, Reason, State, Verdict


def card(one: str, is_severe: bool = False) -> Card:
    assessment = Assessment(Verdict.REVIEW, {}, (), "base-1", 1)
    kept = KeptComment(Comment(one, "Words."), State.CLAIMED, assessment, datetime.now(UTC), 1)
    return Card(kept, "token", AuthorRecord(), None, 0.0, is_severe)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("", ""), ("abc", "abc"), ("AB", "AB"), ("ABcdef", "cAdeBf"), ("Aa", "aA"), ("ABCa", "aABC"), ("abcdA", "abAcd")],
)
def test_severe_cards_are_kept_apart(given: str, expected: str) -> None:
    ordered = spread([card(letter, letter.isupper()) for letter in given])
    assert "".join(one.id for one in ordered) == expected


@pytest.mark.parametrize(
    ("scores", "reason", "expected"),
    [({"threat": 0.5}, None, True), ({"threat": 0.4}, None, False), ({}, "severe_toxicity", True), ({}, "spam", False)],
)
def test_severe_is_what_one_may_not_want_to_meet_unprepared(scores, reason, expected) -> None:
    reasons = (Reason("score", "It reaches the limit.", reason, 0.1, 0.05),) if reason else ()
    kept = card("c-1").kept
    assert (
        cards.is_severe(replace(kept, assessment=replace(kept.assessment, scores=scores, reasons=reasons))) is expected
    )
