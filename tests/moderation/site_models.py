"""Models of a site for tests, whose bytes are their version, and days of counted comments."""

import hashlib
from datetime import UTC, date, datetime, timedelta

from models.errors import ModelDamaged, ModelForeign
from service.learning import Check, Report, SiteModel
from service.moderation.desk import Desk
from service.store.connect import Store
from tests.fakes import FakeScorer
from tests.store.test_models import REPORT

SITE = "gazette"
TODAY = datetime.now(UTC).date()
SAYS = {"fake-1.1": {"insult": 0.7}, "fake-1.2": {"insult": 0.99}}


def open_model(packed: bytes) -> FakeScorer:
    """Stand in for `base.adapted(delta.unpack(packed))`."""
    version = packed.decode()
    if version.endswith("bad"):
        raise ModelDamaged("this model is not sound")
    if version.endswith("alien"):
        raise ModelForeign("this model adapts another base")
    if version.endswith("odd"):
        raise ZeroDivisionError("something nobody thought of")
    return FakeScorer(version, **SAYS.get(version, {}))


def passed() -> Report:
    return REPORT


def failed() -> Report:
    gate = (Check("spam", False, "AUC fell from .97 to .91."), *REPORT.gate)
    return Report(**{name: getattr(REPORT, name) for name in REPORT.__slots__} | {"gate": gate})


def keep(store: Store, *versions: str, report: Report | None = None, base: str = "fake-1", site: str = SITE) -> None:
    for version in versions:
        keep_packed(store, version, version.encode(), report, base, site)


def keep_packed(
    store: Store, version: str, packed: bytes, report: Report | None = None, base: str = "fake-1", site: str = SITE
) -> None:
    digest = hashlib.sha256(packed).hexdigest()
    made = SiteModel(version, base, datetime.now(UTC), "ann", 3, len(packed), digest, report=report)
    store.models.save(site, made, packed, ["c-1"])


def count(desk: Desk, day: date, comments: int = 1000, high: float = 0.1, strange: float = 0.1, version="fake-1"):
    """Write a day on which shares `high` of comments scored high, and `strange` were full of unseen features."""
    counts = {
        f"{version} n": comments,
        f"{version} v approve": comments // 2,
        f"{version} v reject": comments // 2,
        f"{version} s spam 0": round(comments * (1 - high)),
        f"{version} s spam 15": round(comments * high),
        "u unseen 1": round(comments * (1 - strange)),
        "u unseen 9": round(comments * strange),
    }
    desk.store.scorebook.count(SITE, day.isoformat(), "web", f"{day} {version}", [version], counts)


def days(desk: Desk, first_age: int, last_age: int, **told: float) -> None:
    for age in range(first_age, last_age - 1, -1):
        count(desk, TODAY - timedelta(days=age), **told)
