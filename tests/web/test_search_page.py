"""Search and bulk: what is shown is what is decided."""

import re
from collections.abc import Callable

import pytest

from service.moderation import review, search
from service.moderation.desk import Desk
from service.moderation.search import Query
from service.values import Author, Comment, State
from tests.web.comments import assessment, comment
from tests.web.conftest import SITE, Person, words

Queued = Callable[..., None]


@pytest.fixture
def queued(desk: Desk) -> Queued:
    def submit(*scored: tuple[Comment, float]) -> None:
        desk.store.comments.submit(SITE, [(one, assessment(insult=score)) for one, score in scored])

    return submit


@pytest.fixture
def ten(queued: Queued) -> None:
    queued(*((comment(number), number / 10 + 0.05) for number in range(10)))


def shown(person: Person, query: str) -> list[str]:
    page = person.get(f"/review/search?{query}").get_data(as_text=True)
    return re.findall(r'<input type="checkbox" name="id" value="([^"]+)"(?: checked)?>', page)


def states(desk: Desk, *ids: str) -> list[State]:
    return [desk.store.browse.many(SITE, ids)[one].state for one in ids]


@pytest.mark.parametrize("words", ["Evening", "evening", "c-77", "marta", "u-marta", "insult"])
def test_words_are_found_in_text_id_author_and_reason(moderator: Person, queued: Queued, words: str) -> None:
    wanted = comment(77, "Good evening.", author=Author(id="u-marta", name="Marta"))
    queued((wanted, 0.5))
    assert shown(moderator, f"q={words}") == ["c-77"]
    assert shown(moderator, "q=nothing+of+this") == []


def test_a_range_of_scores_is_found(moderator: Person, ten: None) -> None:
    assert shown(moderator, "attribute=insult&low=0.2&high=0.5") == ["c-2", "c-3", "c-4"]
    assert shown(moderator, "attribute=insult&low=0.5&high=0.2") == ["c-2", "c-3", "c-4"]
    assert len(shown(moderator, "attribute=insult&low=nan&high=much")) == 10


def test_the_histogram_counts_what_waits_whatever_the_range(moderator: Person, ten: None, desk: Desk) -> None:
    found = search.search(desk, SITE, Query(attribute="insult", low=0.9, high=1.0))
    assert (sum(found.bars), found.count, found.looked_at, found.has_more) == (10, 1, 10, False)
    assert found.bars[1] == found.bars[19] == 1
    page = moderator.get("/review/search?attribute=insult&low=0.9")
    assert "<title>0.05–0.10: 1</title>" in page.get_data(as_text=True)
    assert "1 of 10 waiting comments match." in words(page)


def test_only_so_many_comments_are_looked_at(desk: Desk, ten: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_LOOKED_AT", 4)
    found = search.search(desk, SITE, Query())
    assert (found.looked_at, found.has_more) == (4, True)


def test_searching_takes_nothing_and_keeps_the_question_in_the_address(
    moderator: Person, ten: None, desk: Desk
) -> None:
    page = moderator.get("/review/search?q=remark&attribute=insult&low=0.25")
    assert 'value="remark"' in page.get_data(as_text=True)
    assert states(desk, "c-5") == [State.WAITING]


def test_the_ticked_ones_are_decided_in_one_step_with_one_undo(moderator: Person, ten: None, desk: Desk) -> None:
    assert "Reject 10" in words(moderator.get("/review/search?q=remark"))
    response = moderator.post(
        "/review/search",
        {"operation": "b", "decision": "reject", "reason": "insult", "id": ["c-1", "c-2", "c-3"]},
    )
    page = moderator.get(response.location)
    assert "Last: rejected 3 comments (insult)" in words(page)
    assert states(desk, "c-1", "c-2", "c-3", "c-4") == [State.REJECTED] * 3 + [State.WAITING]
    [step] = re.findall(r'name="step" value="([^"]+)"', page.get_data(as_text=True))[:1]
    moderator.post("/review/undo", {"step": step})
    assert states(desk, "c-1", "c-2", "c-3") == [State.WAITING] * 3


def test_sending_the_same_bulk_again_changes_nothing(moderator: Person, ten: None, desk: Desk) -> None:
    form = {"operation": "b", "decision": "approve", "id": ["c-1", "c-2"]}
    first, again = moderator.post("/review/search", form), moderator.post("/review/search", form)
    assert (first.status_code, again.status_code) == (303, 303)
    assert [event.type for event in desk.store.events.of_comment(SITE, "c-1")] == ["received", "claimed", "approved"]


def test_what_a_colleague_holds_is_left_alone_and_told(moderator: Person, ten: None, desk: Desk) -> None:
    review.claim(desk, SITE, "user:bob", limit=2)
    held = [kept.comment.id for kept in desk.store.browse.hand(SITE, "user:bob")[0].comments]
    response = moderator.post("/review/search", {"operation": "b", "decision": "reject", "id": [*held, "c-9"]})
    assert response.status_code == 409
    assert f"bob has had {held[0]} since" in words(response)
    assert states(desk, *held, "c-9") == [State.CLAIMED, State.CLAIMED, State.REJECTED]


def test_some_can_be_taken_for_a_closer_look(moderator: Person, ten: None, desk: Desk) -> None:
    response = moderator.post("/review/search", {"operation": "b", "decision": "take", "id": ["c-4"]})
    assert 'data-id="c-4"' in moderator.get(response.location).get_data(as_text=True)


def test_a_whole_queue_is_never_ticked_by_itself(moderator: Person, ten: None) -> None:
    page = moderator.get("/review/search")
    assert "Reject 0" in words(page)
    assert " checked>" not in page.get_data(as_text=True)


def test_nothing_ticked_is_refused(moderator: Person, ten: None) -> None:
    assert moderator.post("/review/search", {"operation": "b", "decision": "reject"}).status_code == 400
