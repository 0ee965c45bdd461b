"""What web processes count: added up, each batch once."""

import pytest
import redis

from service.store.connect import Store
from service.store.connection import Connection
from service.store.learning_names import LearningNames
from service.store.scorebook import Spread
from service.store.shadows import DIFFERING_KEPT
from service.store.tally import BINS, bin_of
from tests.store.scenes import SITE
from tests.store.test_models import save

NAMES = LearningNames(SITE)
DAY = "2026-11-22"


@pytest.mark.parametrize(("probability", "place"), [(0, 0), (0.0499, 0), (0.05, 1), (0.5, 10), (0.9999, 19), (1, 19)])
def test_bins_are_equal_and_the_last_holds_certainty(probability: float, place: int) -> None:
    assert bin_of(probability) == place


def test_processes_add_to_the_same_shadow(store: Store, raw: redis.Redis) -> None:
    save(store, "base-2.1")
    counts = {"n": 2, "v approve reject": 1, "v approve approve": 1, "h champion spam 0": 2, "h challenger spam 19": 2}
    for process in ("web-1", "web-2"):
        store.shadows.count(SITE, "base-2.1", process, "1", counts, [f"c-{process}"])
    found = store.shadows.read(SITE, "base-2.1")
    assert found
    assert (found.version, found.comments) == ("base-2.1", 4)
    assert found.verdicts == {"approve reject": 2, "approve approve": 2}
    assert found.differing == ("c-web-2", "c-web-1")
    assert found.histograms["champion"]["spam"] == (4, *[0] * (BINS - 1))
    assert found.histograms["challenger"]["spam"][-1] == 4
    assert found.since
    assert raw.ttl(NAMES.shadow("base-2.1")) > 0


def test_of_differing_comments_the_newest_are_kept(store: Store) -> None:
    save(store, "base-2.1")
    store.shadows.count(SITE, "base-2.1", "web", "1", {"n": 1}, [f"c-{number}" for number in range(150)])
    store.shadows.count(SITE, "base-2.1", "web", "2", {"n": 1}, ["last"])
    found = store.shadows.read(SITE, "base-2.1")
    assert found
    assert len(found.differing) == DIFFERING_KEPT
    assert found.differing[:2] == ("last", "c-149")


def test_nothing_is_counted_of_a_model_that_was_discarded(store: Store, raw: redis.Redis) -> None:
    store.shadows.count(SITE, "base-2.1", "web", "1", {"n": 1}, ["c-1"])
    assert store.shadows.read(SITE, "base-2.1") is None
    assert raw.keys() == []


def test_a_batch_that_is_sent_twice_counts_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    once = Connection.script

    def again(self: Connection, *args: object) -> object:
        once(self, *args)
        return once(self, *args)

    save(store, "base-2.1")
    monkeypatch.setattr(Connection, "script", again)
    for batch in ("1", "2"):
        store.shadows.count(SITE, "base-2.1", "web", batch, {"n": 1}, ["c-1"])
        store.scorebook.count(SITE, DAY, "web", batch, ["base-2"], {"base-2 n": 1})
    shadow = store.shadows.read(SITE, "base-2.1")
    assert shadow
    assert (shadow.comments, shadow.differing) == (2, ("c-1", "c-1"))
    assert store.scorebook.read(SITE, "base-2", [DAY])[0].comments == 2


def test_days_and_versions_are_told_apart(store: Store) -> None:
    counts = {"base-2 n": 3, "base-2 v reject": 1, "base-2 s spam 2": 3, "base-2.1 n": 1, "u unseen 4": 2}
    store.scorebook.count(SITE, DAY, "web", "1", ["base-2", "base-2.1"], counts)
    store.scorebook.count(SITE, "2026-11-23", "web", "2", ["base-2"], {"base-2 n": 5})
    first, second = store.scorebook.read(SITE, "base-2", [DAY, "2026-11-23"])
    assert (first.comments, first.verdicts) == (3, {"reject": 1})
    assert first.scores == {"spam": (0, 0, 3, *[0] * (BINS - 3))}
    assert first.unseen[4] == 2
    assert second == Spread(comments=5)
    assert store.scorebook.first_day(SITE, "base-2") == DAY
    assert store.scorebook.first_day(SITE, "base-2.9") is None
