"""A site's models: kept, put in use, taken back, and never other bytes than were saved."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import redis

from models.errors import ModelDamaged
from service.errors import Conflict
from service.learning import Check, Difference, Figure, HeadReport, Report, SiteModel, SliceReport, Standing
from service.store.connect import Store
from service.store.connection import Connection
from service.store.learning_names import LOADED, LearningNames
from service.store.models import LOADED_MS, MODELS_KEPT
from service.values import Verdict
from tests.store.scenes import SITE

NAMES = LearningNames(SITE)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
REPORT = Report(
    champion="base-2",
    challenger="base-2.1",
    made_at=NOON,
    rows=100,
    since=NOON,
    until=None,
    heads=(
        HeadReport(
            "spam",
            "adapted",
            100,
            20,
            (Figure("auc", 0.9, None, -0.01),),
            {"champion": ((0.5, 0.25),)},
            {"champion": ((0.1, 0.2, 3),)},
            {"champion": (1, 2)},
        ),
    ),
    slices=(SliceReport("language", "en", 90, 3, ()),),
    reviewed=Figure("reviewed", 0.1, 0.08),
    differences=(Difference("c-1", "spam", 0.1, 0.9, Verdict.APPROVE, Verdict.REJECT, "reject"),),
    drift=(),
    gate=(Check("size", True, "12 kB of 1 MB."),),
)


def packed(version: str) -> bytes:
    return f"the weights of {version}\0".encode()


def model(version: str = "base-2.1", age: int = 0, report: Report | None = None) -> SiteModel:
    return SiteModel(
        version=version,
        base="base-2",
        made_at=NOON - timedelta(hours=age),
        by="ann",
        labels=2,
        size_bytes=len(packed(version)),
        sha256=hashlib.sha256(packed(version)).hexdigest(),
        chosen={"spam": "adapted"},
        report=report,
    )


def save(store: Store, *versions: str, learned: tuple[str, ...] = ("c-1", "c-2"), site: str = SITE) -> None:
    for version in versions:
        store.models.save(site, model(version), packed(version), learned)


def told(raw: redis.Redis) -> list[tuple[str, str, str]]:
    return [(fields["e"], fields["by"], fields["x"]) for _, fields in raw.xrange(NAMES.events)]


@pytest.fixture
def twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send every script twice, as the connection does when an answer was lost."""
    once = Connection.script

    def again(self: Connection, *args: object) -> object:
        once(self, *args)
        return once(self, *args)

    monkeypatch.setattr(Connection, "script", again)


def test_a_site_begins_with_the_base(store: Store) -> None:
    assert store.models.standing(SITE) == Standing()
    assert store.models.list(SITE) == []
    assert store.models.get(SITE, "base-2.1") is None
    assert store.models.packed(SITE, "base-2.1") is None


def test_numbers_rise_and_are_each_sites_own(store: Store) -> None:
    assert [store.models.next_number(SITE) for _ in range(3)] == [1, 2, 3]
    assert store.models.next_number("courier") == 1


def test_a_saved_model_comes_back_whole_and_is_the_challenger(store: Store, raw: redis.Redis) -> None:
    store.models.save(SITE, model(report=REPORT), packed("base-2.1"), ["c-1"])
    assert store.models.get(SITE, "base-2.1") == model(report=REPORT)
    assert store.models.packed(SITE, "base-2.1") == packed("base-2.1")
    assert store.models.standing(SITE) == Standing(challenger="base-2.1")
    assert told(raw) == [("model_trained", "ann", '{"version":"base-2.1","base":"base-2","labels":2}')]


def test_bytes_without_a_record_go_after_a_day_and_with_one_they_stay(store: Store, raw: redis.Redis) -> None:
    save(store, "base-2.1")
    assert raw.ttl(NAMES.packed("base-2.1")) == -1
    store.models._shelf.put(SITE, "base-2.2", b"never finished")
    assert 0 < raw.ttl(NAMES.packed("base-2.2")) <= 86_400


def test_newest_models_come_first(store: Store) -> None:
    for version, age in (("base-2.1", 2), ("base-2.3", 0), ("base-2.2", 1)):
        store.models.save(SITE, model(version, age), packed(version), [])
    assert [kept.version for kept in store.models.list(SITE)] == ["base-2.3", "base-2.2", "base-2.1"]


def test_other_bytes_than_were_announced_are_not_saved(store: Store) -> None:
    with pytest.raises(ModelDamaged, match="SHA-256"):
        store.models.save(SITE, model(), b"other weights", [])
    assert store.models.list(SITE) == []


@pytest.mark.parametrize("bytes_now", ["b3RoZXI=", "no base64 \x01", ""])
def test_other_bytes_than_were_saved_are_refused(store: Store, raw: redis.Redis, bytes_now: str) -> None:
    save(store, "base-2.1")
    raw.set(NAMES.packed("base-2.1"), bytes_now)
    with pytest.raises(ModelDamaged, match="not those that were saved"):
        store.models.packed(SITE, "base-2.1")


def test_bytes_that_are_gone_are_told(store: Store, raw: redis.Redis) -> None:
    save(store, "base-2.1")
    raw.delete(NAMES.packed("base-2.1"))
    with pytest.raises(ModelDamaged, match="gone"):
        store.models.packed(SITE, "base-2.1")


def test_a_promotion_is_one_step_and_tells_from_where(store: Store, raw: redis.Redis) -> None:
    save(store, "base-2.1", "base-2.2")
    assert store.models.promote(SITE, "base-2.1", "ann") == Standing("base-2.1", "base-2.2", (None,))
    assert store.models.promote(SITE, "base-2.2", "ben", "The gate asks too much.") == Standing(
        "base-2.2", None, ("base-2.1", None)
    )
    assert store.models.standing(SITE) == Standing("base-2.2", None, ("base-2.1", None))
    kept = store.models.get(SITE, "base-2.2")
    assert kept
    assert (kept.promoted_by, kept.override) == ("ben", "The gate asks too much.")
    assert kept.promoted_at
    events = store.events.read(SITE, types=("model_promoted",))[0]
    assert [(event.by, event.detail) for event in events] == [
        ("ann", {"version": "base-2.1", "from": None}),
        ("ben", {"version": "base-2.2", "from": "base-2.1", "reason": "The gate asks too much."}),
    ]


def test_a_version_that_is_not_kept_cannot_be_promoted(store: Store, raw: redis.Redis) -> None:
    with pytest.raises(Conflict, match=r"base-2\.9"):
        store.models.promote(SITE, "base-2.9", "ann")
    assert told(raw) == []


def test_rolling_back_goes_step_by_step_to_the_base(store: Store) -> None:
    save(store, "base-2.1", "base-2.2")
    store.models.promote(SITE, "base-2.1", "ann")
    store.models.promote(SITE, "base-2.2", "ann")
    assert store.models.roll_back(SITE, "ben") == Standing("base-2.1", None, (None,))
    assert store.models.roll_back(SITE, "ben") == Standing()
    with pytest.raises(Conflict, match="no earlier model"):
        store.models.roll_back(SITE, "ben")
    events = store.events.read(SITE, types=("model_rolled_back",))[0]
    assert [event.detail for event in events] == [
        {"version": "base-2.1", "from": "base-2.2"},
        {"version": None, "from": "base-2.1"},
    ]


def test_a_champion_is_no_challenger_any_more(store: Store) -> None:
    save(store, "base-2.1", "base-2.2")
    store.models.promote(SITE, "base-2.1", "ann")
    store.models.promote(SITE, "base-2.2", "ann")
    store.models.set_challenger(SITE, "base-2.1", "ann")
    assert store.models.roll_back(SITE, "ann") == Standing("base-2.1", None, (None,))


def test_what_was_rolled_back_can_be_promoted_again(store: Store) -> None:
    save(store, "base-2.1")
    store.models.promote(SITE, "base-2.1", "ann")
    store.models.roll_back(SITE, "ann")
    assert store.models.promote(SITE, "base-2.1", "ann") == Standing("base-2.1", None, (None,))


def test_a_step_that_is_sent_twice_takes_effect_once(store: Store, raw: redis.Redis, twice: None) -> None:
    save(store, "base-2.1", "base-2.2")
    store.models.promote(SITE, "base-2.1", "ann")
    store.models.promote(SITE, "base-2.2", "ann")
    assert store.models.roll_back(SITE, "ann") == Standing("base-2.1", None, (None,))
    store.models.set_challenger(SITE, "base-2.2", "ann")
    store.models.forget(SITE, ["c-1"])
    kept = store.models.get(SITE, "base-2.1")
    assert kept
    assert kept.forgotten == 1
    types = [kind for kind, _, _ in told(raw)]
    assert types == [*["model_trained"] * 2, *["model_promoted"] * 2, "model_rolled_back", "model_shadowed"]


def test_only_the_last_champions_are_remembered(store: Store) -> None:
    save(store, "base-2.1", "base-2.2")
    for _ in range(8):
        store.models.promote(SITE, "base-2.1", "ann")
        store.models.promote(SITE, "base-2.2", "ann")
    assert len(store.models.standing(SITE).previous) == 10


def test_the_challenger_can_be_chosen_and_sent_home(store: Store) -> None:
    save(store, "base-2.1", "base-2.2")
    assert store.models.set_challenger(SITE, "base-2.1", "ann") == Standing(challenger="base-2.1")
    assert store.models.set_challenger(SITE, None, "ann") == Standing()
    events = store.events.read(SITE, types=("model_shadowed",))[0]
    assert [event.detail for event in events] == [{"version": "base-2.1"}, {"version": None}]


def test_neither_the_champion_nor_a_stranger_can_be_the_challenger(store: Store) -> None:
    save(store, "base-2.1")
    store.models.promote(SITE, "base-2.1", "ann")
    for version in ("base-2.1", "base-2.9"):
        with pytest.raises(Conflict, match=version):
            store.models.set_challenger(SITE, version, "ann")


def test_a_discarded_model_leaves_nothing_but_its_lines_in_the_log(store: Store, raw: redis.Redis) -> None:
    save(store, "base-2.1", "base-2.2")
    store.models.promote(SITE, "base-2.1", "ann")
    store.models.promote(SITE, "base-2.2", "ann")
    store.shadows.count(SITE, "base-2.1", "web", "1", {"n": 1}, ["c-1"])
    assert store.models.discard(SITE, "base-2.1", "ann")
    assert store.models.standing(SITE) == Standing("base-2.2", None, (None,))
    assert not [key for key in raw.keys("*") if "2.1" in key]
    assert "base-2.1" not in raw.hgetall(NAMES.promoted)
    assert told(raw)[-1] == ("model_discarded", "ann", '{"version":"base-2.1"}')


def test_a_discarded_challenger_is_no_challenger(store: Store) -> None:
    save(store, "base-2.1")
    assert store.models.discard(SITE, "base-2.1", "ann")
    assert store.models.standing(SITE) == Standing()
    assert not store.models.discard(SITE, "base-2.1", "ann")


def test_the_champion_is_not_discarded(store: Store) -> None:
    save(store, "base-2.1")
    store.models.promote(SITE, "base-2.1", "ann")
    with pytest.raises(Conflict, match="in use"):
        store.models.discard(SITE, "base-2.1", "ann")


def test_of_many_models_the_oldest_that_are_not_in_use_go(store: Store) -> None:
    for number in range(MODELS_KEPT + 3):
        version = f"base-2.{number}"
        store.models.save(SITE, model(version, age=100 - number), packed(version), [])
        if number == 0:
            store.models.promote(SITE, version, "ann")
    kept = [one.version for one in store.models.list(SITE)]
    assert len(kept) == MODELS_KEPT + 1
    assert "base-2.0" in kept
    assert "base-2.1" not in kept


def test_it_is_known_which_models_learned_from_a_label_and_no_id_is_kept(store: Store, raw: redis.Redis) -> None:
    save(store, "base-2.1", learned=("c-1", "c-2"))
    save(store, "base-2.2", learned=("c-2",))
    assert store.models.learned_from(SITE, "c-1") == ["base-2.1"]
    assert store.models.learned_from(SITE, "c-2") == ["base-2.1", "base-2.2"]
    assert store.models.learned_from(SITE, "c-3") == []
    assert not {"c-1", "c-2"} & raw.smembers(NAMES.learned("base-2.1"))


def test_erased_labels_are_counted_with_the_models_that_learned_from_them(store: Store) -> None:
    save(store, "base-2.1", learned=("c-1", "c-2"))
    save(store, "base-2.2", learned=("c-2",))
    for _ in range(2):
        store.models.forget(SITE, ["c-1", "c-2", "c-3"])
    store.models.forget(SITE, [])
    assert {one.version: one.forgotten for one in store.models.list(SITE)} == {"base-2.1": 2, "base-2.2": 1}
    assert store.models.learned_from(SITE, "c-2") == []


def test_more_labels_than_one_command_takes_are_kept(store: Store, raw: redis.Redis) -> None:
    ids = [f"c-{number}" for number in range(12_345)]
    store.models.save(SITE, model(), packed("base-2.1"), ids)
    assert raw.scard(NAMES.learned("base-2.1")) == 12_345
    store.models.forget(SITE, ids)
    assert store.models.list(SITE)[0].forgotten == 12_345


def test_who_serves_what_is_known_while_it_is_said(store: Store, raw: redis.Redis) -> None:
    store.models.say_loaded("web-1", {SITE: "base-2.1", "courier": None})
    store.models.say_loaded("web-2", {SITE: None})
    assert store.models.loaded(SITE) == {"web-1": "base-2.1", "web-2": None}
    assert store.models.loaded("courier") == {"web-1": None}
    store.models.say_loaded("web-2", {SITE: "base-2.1"})
    assert store.models.loaded(SITE) == {"web-1": "base-2.1", "web-2": "base-2.1"}
    age(raw, "web-1", LOADED_MS + 1000)
    assert store.models.loaded(SITE) == {"web-2": "base-2.1"}
    assert raw.hkeys(LOADED) == ["web-2"]


def age(raw: redis.Redis, process: str, ms: int) -> None:
    said, versions = raw.hget(LOADED, process).split(" ", 1)
    raw.hset(LOADED, process, f"{int(said) - ms} {versions}")


def test_standings_of_many_sites_come_in_one_round_trip(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    save(store, "base-2.1")
    trips: list[int] = []
    send: Callable[..., object] = Connection._send
    monkeypatch.setattr(Connection, "_send", lambda self, *args: trips.append(1) or send(self, *args))
    assert store.models.standings([SITE, "courier"]) == [Standing(challenger="base-2.1"), Standing()]
    assert trips == [1]
    assert store.models.standings([]) == []
