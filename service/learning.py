"""What the learning loop passes around: retrainings, models of a site, and what is measured before one is promoted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from service.values import Verdict


class JobState(StrEnum):
    """How a retraining stands; the first two are under way."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_active(self) -> bool:
        """Whether it is under way, so that no other may start."""
        return self in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """A retraining of one site. `share` in [0, 1] is done of it; `version` is the challenger it made."""

    id: str
    site: str
    state: JobState
    by: str
    asked_at: datetime
    stage: str = ""
    share: float = 0.0
    attempt: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds_left: float | None = None
    version: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of both models on the same rows.

    `low` and `high` bound challenger minus champion with 95 % confidence (bootstrap over held-out rows).
    A value is None where the rows do not allow it, such as ranking with one class.
    """

    name: str
    champion: float | None
    challenger: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class HeadReport:
    """One attribute on the held-out rows. `chosen` is `base`, `adapted` or `own`; curves are points in [0, 1]²."""

    attribute: str
    chosen: str
    rows: int
    positives: int
    figures: tuple[Figure, ...]
    precision_recall: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    calibration: Mapping[str, tuple[tuple[float, float, int], ...]] = field(default_factory=dict)
    histogram: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SliceReport:
    """False positives and misses on a part of the held-out rows; `kind` is language, group, length or newness."""

    kind: str
    name: str
    rows: int
    positives: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A comment on which the two models differ, and by how much at most."""

    comment_id: str
    attribute: str
    champion: float
    challenger: float
    champion_verdict: Verdict
    challenger_verdict: Verdict
    decided: str


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the gate: what was asked, whether it holds, and the finding in one sentence."""

    name: str
    passed: bool
    finding: str


@dataclass(frozen=True, slots=True)
class Report:
    """Champion and challenger on decisions that neither learned from, the newest ones.

    `reviewed` are the shares of past comments in [0, 1] that each would leave to people under the policy in force, and
    `reviewed_at_budget` those with the thresholds at which each seems to keep the error budget, where there is one.
    """

    champion: str
    challenger: str
    made_at: datetime
    rows: int
    since: datetime | None
    until: datetime | None
    heads: tuple[HeadReport, ...]
    slices: tuple[SliceReport, ...]
    reviewed: Figure
    differences: tuple[Difference, ...]
    drift: tuple[Figure, ...]
    gate: tuple[Check, ...]
    reviewed_at_budget: Figure | None = None

    @property
    def passed(self) -> bool:
        """Whether every line of the gate holds."""
        return all(check.passed for check in self.gate)


@dataclass(frozen=True, slots=True)
class SiteModel:
    """A version of a site's model. `labels` is how many it learned from; `base` what it adapts.

    `sentences` names the attributes of which a second opinion is to hear a head of the site's own. Erasing a label that
    it learned from counts in `forgotten`: such a model should be trained again.
    """

    version: str
    base: str
    made_at: datetime
    by: str
    labels: int
    size_bytes: int
    sha256: str
    chosen: Mapping[str, str] = field(default_factory=dict)
    report: Report | None = None
    promoted_at: datetime | None = None
    promoted_by: str | None = None
    override: str | None = None
    forgotten: int = 0
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Which models are in use on a site; None is the base. `previous` is what rolling back leads to."""

    champion: str | None = None
    challenger: str | None = None
    previous: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Shadow:
    """What a challenger would have said of live comments. `verdicts` counts "champion challenger" pairs of verdicts.

    `differing` are the newest comments with unlike verdicts, at most a hundred. `histograms` counts scores of
    `champion` and `challenger` by attribute, in equal bins of [0, 1].
    """

    version: str
    comments: int
    verdicts: Mapping[str, int]
    differing: tuple[str, ...]
    since: datetime | None = None
    histograms: Mapping[str, Mapping[str, tuple[int, ...]]] = field(default_factory=dict)


class Level(StrEnum):
    """How a drift is to be taken; `unknown` while there are too few comments to tell."""

    UNKNOWN = "unknown"
    CALM = "calm"
    WATCH = "watch"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Drift:
    """How far live comments moved since the days after the last training.

    `what` is `scores` (of `attribute`), `unseen` (features that the base never met) or `overrides` (automatic verdicts
    that people or platforms changed). `value` is the population stability index, and for overrides the share in [0, 1];
    `before` is what it was then, where that can be told. `rows` and `rows_before` are the comments behind each.
    """

    what: str
    attribute: str | None
    value: float | None
    level: Level
    rows: int
    rows_before: int
    before: float | None = None


@dataclass(frozen=True, slots=True)
class Replay:
    """What a draft would have done with past comments.

    `before` and `after` count verdicts; `changed` are comments whose verdict moves: id, before, after. `per_day` is how
    many comments a day stay for people, before and after.
    """

    comments: int
    before: Mapping[str, int]
    after: Mapping[str, int]
    changed: tuple[tuple[str, str, str], ...]
    per_day: tuple[float, float]
