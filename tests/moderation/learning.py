"""Models of a site for tests: their bytes are their version, and what they say is told beforehand."""

import hashlib
from datetime import UTC, datetime

from models.errors import ModelDamaged
from service.learning import Check, Report, SiteModel
from service.store.connect import Store
from tests.fakes import FakeScorer
from tests.store.test_models import REPORT

SITE = "gazette"
SAYS = {"fake-1.1": {"insult": 0.7}, "fake-1.2": {"insult": 0.99}}


def open_model(packed: bytes) -> FakeScorer:
    """Stand in for `base.adapted(delta.unpack(packed))`."""
    version = packed.decode()
    if version.endswith("bad"):
        raise ModelDamaged("this model is not sound")
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
        packed = version.encode()
        digest = hashlib.sha256(packed).hexdigest()
        made = SiteModel(version, base, datetime.now(UTC), "ann", 3, len(packed), digest, report=report)
        store.models.save(site, made, packed, ["c-1"])
