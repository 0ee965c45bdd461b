"""Erasure: text, queue, outbox, label and listing go; the log keeps ids."""

from collections.abc import Sequence

import pytest
import redis

from service.store.connect import Store
from service.store.erased import Erased
from service.store.imports import Judged
from service.store.names import Names
from service.values import Author, Choice, Verdict
from tests.store.scenes import ANN, SITE, assessed, claim, comment, decide, decided, submit

NAMES = Names(SITE)
LEFT = {NAMES.events}  # and, for a while, what claims and reviewers remember: ids
REMEMBERED = (NAMES.claim(""), NAMES.skipped(""), NAMES.hand(""), NAMES.diary(""))


def left(raw: redis.Redis) -> set[str]:
    return {key for key in raw.keys("*") if not key.startswith(REMEMBERED)}


@pytest.mark.parametrize("stage", ["waiting", "claimed", "decided", "dead", "settled", "edited", "appealed"])
def test_nothing_of_a_comment_stays(store: Store, raw: redis.Redis, stage: str) -> None:
    store.comments.submit(SITE, [(comment(id="7", email="ann@example.org"), assessed())])
    if stage != "waiting":
        claim(store)
    if stage in ("decided", "dead", "appealed"):
        decide(store)
    if stage == "dead":
        store.outbox.due(SITE, 1, 1000)
        store.outbox.failed(SITE, "c-1", None, "gone")
    if stage in ("settled", "edited"):
        verdict = Verdict.APPROVE if stage == "settled" else Verdict.REVIEW
        store.comments.edit(SITE, comment(text="Another text.", id="7"), assessed(verdict))
    if stage == "appealed":
        store.comments.appeal(SITE, "c-1", "my note", "platform")
    assert store.comments.erase(SITE, "c-1").comments == 1
    assert left(raw) == LEFT
    assert store.comments.get(SITE, "c-1") is None
    assert store.events.read(SITE)[0][-1].type == "erased"


def test_what_a_reviewer_remembers_is_an_id_and_ends_by_itself(store: Store, raw: redis.Redis) -> None:
    decided(store)
    store.comments.erase(SITE, "c-1")
    assert raw.zrange(NAMES.diary(ANN), 0, -1) == ["c-1"]
    assert raw.zrange(NAMES.hand(ANN), 0, -1) == ["t-c-1"]
    assert min(raw.pttl(NAMES.diary(ANN)), raw.pttl(NAMES.hand(ANN))) > 0
    assert store.browse.decided(SITE, ANN, 5) == []


def test_there_is_nothing_to_erase_of_an_unknown_comment(store: Store, raw: redis.Redis) -> None:
    assert not store.comments.erase(SITE, "c-1")
    assert raw.keys("*") == []


def test_the_last_line_of_the_log_continues_the_versions(store: Store) -> None:
    submit(store)
    claim(store)
    store.comments.erase(SITE, "c-1")
    assert store.events.read(SITE)[0][-1].version == 3


def test_the_log_says_who_erased(store: Store) -> None:
    store.comments.submit(SITE, [(comment("c-1", id="7"), assessed()), (comment("c-2"), assessed())])
    store.comments.erase_author(SITE, "7", by="key:a")
    store.comments.erase(SITE, "c-2", by="key:b")
    erased = store.events.read(SITE, types=["erased"])[0]
    assert [(event.comment, event.by) for event in erased] == [("c-1", "key:a"), ("c-2", "key:b")]


def test_the_label_of_a_comment_that_expired_is_erased_too(store: Store, raw: redis.Redis) -> None:
    decided(store)
    raw.delete(NAMES.comment("c-1"))
    assert store.comments.erase(SITE, "c-1").comments == 1
    assert raw.exists(NAMES.label("c-1")) == 0


def test_the_rest_of_a_claim_stays(store: Store, raw: redis.Redis) -> None:
    submit(store, "c-1", "c-2")
    claim(store)
    store.comments.erase(SITE, "c-1")
    assert raw.hgetall(NAMES.held) == {ANN: "1"}
    assert [outcome.outcome for outcome in decide(store, ids=["c-1", "c-2"])] == ["not_found", "done"]


def test_an_erased_id_can_come_again(store: Store) -> None:
    submit(store)
    store.comments.erase(SITE, "c-1")
    assert submit(store)[0].outcome == "new"


def test_every_comment_of_an_author_is_erased(store: Store, raw: redis.Redis) -> None:
    entries = [(comment(f"c-{number}", id="7"), assessed()) for number in range(250)]
    store.comments.submit(SITE, [*entries, (comment("other", "Words of another person.", id="8"), assessed())])
    assert store.comments.erase_author(SITE, "7").comments == 250
    assert store.comments.erase_author(SITE, "7").comments == 0
    assert store.comments.get(SITE, "other")
    assert left(raw) == {
        NAMES.events,
        NAMES.comment("other"),
        NAMES.waiting("main"),
        NAMES.alike[0],
        *raw.keys(NAMES.author("*")),
    }


def test_an_author_without_an_id_is_found_by_mail_however_it_is_written(store: Store) -> None:
    store.comments.submit(SITE, [(comment(email="Ann@Example.org "), assessed())])
    assert store.comments.erase_author(SITE, "ann@example.ORG").comments == 1


def test_an_id_that_came_back_from_another_author_stays(store: Store, raw: redis.Redis) -> None:
    store.comments.submit(SITE, [(comment(id="7"), assessed())])
    raw.delete(NAMES.comment("c-1"))
    raw.zrem(NAMES.waiting("main"), "c-1")
    store.comments.submit(SITE, [(comment(id="8"), assessed())])
    assert store.comments.erase_author(SITE, "7").comments == 0
    assert store.comments.get(SITE, "c-1")
    assert store.comments.erase_author(SITE, "8").comments == 1


def test_the_label_of_an_authors_expired_comment_goes_too(store: Store, raw: redis.Redis) -> None:
    store.comments.submit(SITE, [(comment(id="7"), assessed())])
    claim(store)
    decide(store)
    raw.delete(NAMES.comment("c-1"))
    assert store.comments.erase_author(SITE, "7").comments == 1
    assert raw.exists(NAMES.label("c-1")) == 0


def test_an_imported_label_goes_with_its_author_however_the_author_is_named(store: Store) -> None:
    carol = Author(id="17", email="Carol@example.org")
    for named in ("17", "carol@EXAMPLE.org"):
        store.imports.add(SITE, "blog", [Judged("wordpress", "Words.", Choice.REJECT, "9", author=carol)], "me")
        assert store.comments.erase_author(SITE, named) == Erased(comments=0, labels=1)
        assert store.labels.count(SITE) == 0
    assert store.comments.erase_author(SITE, "17") == Erased()


def test_an_imported_label_that_came_again_from_another_author_stays(store: Store) -> None:
    for author in ("17", "18"):
        store.imports.add(
            SITE, "blog", [Judged("rows", f"Words of {author}.", Choice.REJECT, "9", author=Author(id=author))], "me"
        )
    assert store.comments.erase_author(SITE, "17") == Erased()
    assert store.comments.erase_author(SITE, "18") == Erased(labels=1)


def test_an_imported_label_without_an_author_is_of_nobody_who_is_erased(store: Store, raw: redis.Redis) -> None:
    store.imports.add(SITE, "blog", [Judged("rows", "Words.", Choice.REJECT, "9")], "me")
    assert not store.comments.erase_author(SITE, "-")
    assert store.labels.count(SITE) == 1
    assert not raw.keys(NAMES.author("*"))


def test_the_label_of_a_comment_is_counted_beside_it(store: Store) -> None:
    decided(store)
    assert store.comments.erase(SITE, "c-1") == Erased(comments=1, labels=1)


def test_whoever_is_told_hears_every_id_before_it_goes_and_the_log_has_the_answer(store: Store) -> None:
    store.comments.submit(SITE, [(comment(f"c-{number}", id="7"), assessed()) for number in range(3)])
    heard: list[str] = []

    def told(ids: Sequence[str]) -> Sequence[str]:
        assert all(store.comments.get(SITE, one) for one in ids)
        heard.extend(ids)
        return ["base-2.3"]

    assert store.comments.erase_author(SITE, "7", "key:a", told) == Erased(3, 0, ("base-2.3",))
    assert sorted(heard) == ["c-0", "c-1", "c-2"]
    assert {str(event.detail) for event in store.events.read(SITE, types=["erased"])[0]} == {"{'models': ['base-2.3']}"}
