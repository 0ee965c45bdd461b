"""How far live comments moved from those of the first days after the last training, and when that is an alarm.

Scores and unseen features are compared by the population stability index, sum((p - q) · ln(p / q)) over equal bins,
with the customary limits: below 0.1 nothing moved, from 0.1 on watch, from 0.25 on act (N. Siddiqi, Credit Risk
Scorecards, 2006). By chance alone it is about (bins - 1) · (1/n + 1/m) (B. Yurdakul, Statistical Properties of
Population Stability Index, 2018), here 0.08 for 500 comments a side, so fewer say nothing. The share of automatic
verdicts that people or platforms changed is watched when the lower bound of its 95 % interval (Wilson) is above what it
was, and alarms when it is above twice that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import log

from service.learning import Drift, Level
from service.moderation.agreement import wilson
from service.moderation.desk import Desk
from service.moderation.learning.versions import base_version
from service.store.scorebook import Spread
from service.values import Verdict

WATCH_FROM, ALARM_FROM = 0.1, 0.25
FEWEST = 500  # comments on either side
FEWEST_UNSEEN = 100  # texts; one in sixteen is looked up, and most shares fall into few bins
DAYS = 7
AUTOMATIC = (Verdict.APPROVE, Verdict.REJECT)


@dataclass(frozen=True, slots=True)
class _Span:
    """Days in a row, and what was counted on them."""

    days: Sequence[date]
    spreads: Sequence[Spread]

    @property
    def comments(self) -> int:
        return sum(spread.comments for spread in self.spreads)

    @property
    def automatic(self) -> int:
        return sum(spread.verdicts.get(verdict, 0) for spread in self.spreads for verdict in AUTOMATIC)

    def scores(self, attribute: str) -> list[int]:
        return _added([spread.scores.get(attribute, ()) for spread in self.spreads])

    @property
    def unseen(self) -> list[int]:
        return _added([spread.unseen for spread in self.spreads])


def drift(desk: Desk, site: str, today: date | None = None) -> tuple[Drift, ...]:
    """Return every measure of a site: the scores of each attribute, unseen features, and changed verdicts.

    The first days on which the champion (or the base) scored are compared with the last ones, seven each where it
    served so long.
    """
    version = desk.store.models.standing(site).champion or base_version(desk)
    first = desk.store.scorebook.first_day(site, version)
    before, after = _spans(desk, site, version, first, today or datetime.now(UTC).date())
    names = sorted({name for span in (before, after) for spread in span.spreads for name in spread.scores})
    scores = [_moved("scores", name, before.scores(name), after.scores(name), FEWEST) for name in names]
    unseen = _moved("unseen", None, before.unseen, after.unseen, FEWEST_UNSEEN)
    return (*scores, unseen, _overrides(desk, site, before, after))


def stability(before: Sequence[int], after: Sequence[int]) -> float:
    """Return the population stability index of two histograms; half a comment more in each bin keeps it finite."""
    bins = max(len(before), len(after))
    shares = [(count + 0.5) / (sum(before) + bins / 2) for count in before]
    now = [(count + 0.5) / (sum(after) + bins / 2) for count in after]
    return sum((p - q) * log(p / q) for q, p in zip(shares, now, strict=True))


def _spans(desk: Desk, site: str, version: str, first_day: str | None, today: date) -> tuple[_Span, _Span]:
    first = date.fromisoformat(first_day) if first_day else today
    days = min(DAYS, max(1, ((today - first).days + 1) // 2))
    before = [first + timedelta(days=number) for number in range(days)]
    after = [day for day in (today - timedelta(days=number) for number in range(DAYS)) if day > before[-1]][::-1]
    spreads = desk.store.scorebook.read(site, version, [day.isoformat() for day in (*before, *after)])
    return _Span(before, spreads[:days]), _Span(after, spreads[days:])


def _moved(what: str, attribute: str | None, before: Sequence[int], after: Sequence[int], fewest: int) -> Drift:
    rows_before, rows = sum(before), sum(after)
    if min(rows_before, rows) < fewest:
        return Drift(what, attribute, None, Level.UNKNOWN, rows, rows_before)
    value = stability(before, after)
    level = Level.ALARM if value >= ALARM_FROM else Level.WATCH if value >= WATCH_FROM else Level.CALM
    return Drift(what, attribute, round(value, 4), level, rows, rows_before)


def _overrides(desk: Desk, site: str, before: _Span, after: _Span) -> Drift:
    rows_before, rows = before.automatic, after.automatic
    if min(rows_before, rows) < FEWEST:
        return Drift("overrides", None, None, Level.UNKNOWN, rows, rows_before)
    was, now = _changed(desk, site, before) / rows_before, _changed(desk, site, after) / rows
    low, _ = wilson(now * rows, rows)
    level = Level.ALARM if low > 2 * was else Level.WATCH if low > was else Level.CALM
    return Drift("overrides", None, round(now, 4), level, rows, rows_before, round(was, 4))


def _changed(desk: Desk, site: str, span: _Span) -> int:
    """Count changed verdicts; never more than there were, though a label may come days after its comment."""
    since, until = (datetime.combine(day, time(), UTC) for day in (span.days[0], span.days[-1] + timedelta(days=1)))
    return min(desk.store.overrides.count(site, since, until), span.automatic)


def _added(histograms: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*(one for one in histograms if one), strict=True)]
