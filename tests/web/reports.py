"""Models of a site with an invented report, as a retraining would leave them."""

import hashlib
from datetime import UTC, datetime, timedelta

from service.learning import Check, Difference, Figure, HeadReport, Report, SiteModel, SliceReport
from service.moderation.desk import Desk
from service.values import Verdict

MADE_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
BYTES = b"weights"


def head(attribute: str = "insult", **more: object) -> HeadReport:
    """Return one attribute's report, in which the challenger is better."""
    figures = (
        Figure("auc", 0.81, 0.93, 0.04, 0.19),
        Figure("recall_at_1", 0.4, 0.6, -0.05, 0.4),
        Figure("log_loss", 0.5, 0.3, -0.3, -0.1),
        Figure("calibration_error", None, None),
    )
    curves = {"champion": ((0.1, 0.9), (0.5, 0.6), (1.0, 0.3)), "challenger": ((0.1, 1.0), (0.6, 0.9), (1.0, 0.35))}
    reliable = {"champion": ((0.1, 0.3, 40), (0.6, 0.5, 20)), "challenger": ((0.1, 0.12, 40), (0.7, 0.72, 20))}
    bins = {"champion": (10,) * 20, "challenger": (95, *(5,) * 20)[:20]}
    return HeadReport(attribute, "adapted", 200, 60, figures, curves, reliable, bins, **more)  # type: ignore[arg-type]


def report(passed: bool = True, version: str = "fake-1.1") -> Report:
    """Return a report on `version` with two slices, a difference on c-1 and a gate of two lines."""
    return Report(
        champion="fake-1",
        challenger=version,
        made_at=MADE_AT,
        rows=200,
        since=MADE_AT - timedelta(days=9),
        until=MADE_AT,
        heads=(head(), head("spam")),
        slices=(
            SliceReport("language", "en", 180, 50, (Figure("false_positives", 0.1, 0.05, -0.08, -0.02),)),
            SliceReport("language", "hy", 9, 2, (Figure("false_positives", 0.1, 0.2, -0.1, 0.3),)),
            SliceReport("length", "over 600", 40, 9, (Figure("missed", 0.1, 0.3, 0.1, 0.3),)),
        ),
        reviewed=Figure("reviewed", 0.2, 0.1, -0.15, -0.05),
        differences=(
            Difference("c-1", "insult", 0.2, 0.9, Verdict.REVIEW, Verdict.REJECT, "reject (insult)"),
            Difference("c-gone", "spam", 0.7, 0.1, Verdict.REVIEW, Verdict.APPROVE, "approve"),
        ),
        drift=(Figure("insult", 0.05, 0.31),),
        gate=(
            Check("rows", True, "There are 200 held-out decisions; 30 are needed."),
            Check("size", passed, "The model has 20 kB; at most 1000 kB are allowed."),
        ),
    )


def site_model(version: str = "fake-1.1", passed: bool | None = True, base: str = "fake-1") -> SiteModel:
    """Return a model; `passed` None leaves out its report."""
    return SiteModel(
        version,
        base,
        MADE_AT,
        "user:ada",
        labels=812,
        size_bytes=len(BYTES),
        sha256=hashlib.sha256(BYTES).hexdigest(),
        chosen={"insult": "adapted", "spam": "base"},
        report=None if passed is None else report(passed, version),
    )


def trained(desk: Desk, site: str, *models: SiteModel) -> None:
    """Keep models as retrainings do; the last is the challenger."""
    for model in models:
        desk.store.models.save(site, model, BYTES, ["c-1"])
