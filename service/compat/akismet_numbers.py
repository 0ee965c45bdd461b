"""What Akismet tells of a key's use: counted by month and blog, in the shapes that its plugins read."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from service.compat.akismet_fields import Fields
from service.errors import BadInput
from service.tallies import Counted

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
PERIODS = {"60-days": timedelta(days=60), "6-months": timedelta(days=183)}
ALL = timedelta(days=366)
SECONDS_SAVED = 10  # a guess: what it takes to see one spam comment and delete it
MAX_LIMIT = 500
COLUMNS = ("Site", "Total API Calls", "Spam", "Ham", "Missed Spam", "False Positives", "Is Revoked")
ORDERS = ("total", *Counted)

Counts = Mapping[Counted, int]
ByBlog = Mapping[str, Counts]
Tallies = Callable[[Sequence[str]], Sequence[ByBlog]]


@dataclass(frozen=True, slots=True)
class Wish:
    """Which rows of a month `key-sites` is to list."""

    month: str
    filter: str
    order: str
    limit: int
    offset: int


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of `key-sites`, and how many fit the wish at all."""

    wish: Wish
    rows: Sequence[tuple[str, Counts]]
    total: int

    def document(self) -> dict[str, object]:
        """Return the rows under the month's name; their numbers are strings there."""
        rows = [
            {"site": blog, **{name: str(number) for name, number in _numbers(counts).items()}, "is_revoked": False}
            for blog, counts in self.rows
        ]
        return {self.wish.month: rows, "limit": self.wish.limit, "offset": self.wish.offset, "total": self.total}

    def csv(self, key: str) -> str:
        """Return a line about the page, a line of names, and the rows."""
        wish, written = self.wish, io.StringIO()
        about = f"limit:{wish.limit}, offset: {wish.offset}, total: {self.total}"
        written.write(f"Active sites for {key} during {wish.month} ({about})\n")
        writer = csv.writer(written, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([_safe(blog), *_numbers(counts).values(), "false"] for blog, counts in self.rows)
        return written.getvalue()


def month_of(moment: datetime) -> str:
    """Return the month, such as `2026-11`."""
    return f"{moment:%Y-%m}"


def subscription(site: str) -> dict[str, object]:
    """Describe an account without a bill."""
    number = int.from_bytes(blake2b(site.encode(), digest_size=4).digest())
    return {
        "account_id": number,
        "account_type": "parley",
        "account_name": "Parley",
        "status": "active",
        "next_billing_date": False,
        "limit_reached": False,
    }


def usage(tallies: Tallies) -> dict[str, object]:
    """Return this month's checks; `percentage` is a string there."""
    [this_month] = tallies([month_of(datetime.now(UTC))])
    checked = _checked(_sum(this_month.values()))
    return {"limit": "none", "usage": checked, "percentage": "0.00", "throttled": False}


def stats(tallies: Tallies, period: str, blog: str = "") -> dict[str, object]:
    """Return sums since the month in which `period` began, and each month's; of one blog or of all."""
    months = _months_since(datetime.now(UTC) - PERIODS.get(period, ALL))
    by_month = [_sum(_of(blog, tally)) for tally in tallies(months)]
    total = _sum(by_month)
    wrong = total[Counted.MISSED_SPAM] + total[Counted.FALSE_POSITIVES]
    return {
        **_named(total),
        "accuracy": round(max(0.0, 1 - wrong / _checked(total)) * 100, 2) if _checked(total) else 0,
        "time_saved": total[Counted.SPAM] * SECONDS_SAVED,
        "breakdown": {
            month: _named(counts) | {"da": f"{month}-01"}
            for month, counts in zip(months, by_month, strict=True)
            if counts
        },
    }


def read_wish(fields: Fields) -> Wish:
    """Return which rows are wanted; raises `BadInput`."""
    month = fields.get("month", "").strip() or month_of(datetime.now(UTC))
    if not MONTH.fullmatch(month):
        raise BadInput("`month` is written like 2026-11.")
    order = fields.get("order", "").strip().lower() or "total"
    if order not in ORDERS:
        raise BadInput(f"`order` is one of {', '.join(ORDERS)}.")
    limit = min(_count(fields, "limit", MAX_LIMIT), MAX_LIMIT)
    return Wish(month, fields.get("filter", "").strip().lower(), order, limit, _count(fields, "offset", 0))


def key_sites(tallies: Tallies, wish: Wish) -> Page:
    """Return the blogs of a month that fit the wish, the busiest first."""
    [tally] = tallies([wish.month])
    found = [(blog, Counter(counts)) for blog, counts in tally.items() if wish.filter in blog.lower()]
    found.sort(key=lambda row: (-_order(row[1], wish.order), row[0]))
    return Page(wish, found[wish.offset : wish.offset + wish.limit], len(found))


def _of(blog: str, tally: ByBlog) -> Iterable[Counts]:
    return [tally.get(blog, {})] if blog else tally.values()


def _sum(many: Iterable[Counts]) -> Counter[Counted]:
    total: Counter[Counted] = Counter()
    for counts in many:
        total.update(counts)
    return total


def _checked(counts: Counts) -> int:
    return counts.get(Counted.SPAM, 0) + counts.get(Counted.HAM, 0)


def _named(counts: Counts) -> dict[str, object]:
    return {what.value: counts.get(what, 0) for what in Counted}


def _numbers(counts: Counts) -> dict[str, object]:
    return {"api_calls": sum(counts.values())} | _named(counts)


def _order(counts: Counts, order: str) -> int:
    return sum(counts.values()) if order == "total" else counts.get(Counted(order), 0)


def _safe(blog: str) -> str:
    """Keep a spreadsheet from reading a name as a formula."""
    return f"'{blog}" if blog[:1] in ("=", "+", "-", "@") else blog


def _count(fields: Fields, name: str, usual: int) -> int:
    written = fields.get(name, "").strip()
    if not written:
        return usual
    if not (written.isascii() and written.isdigit() and len(written) <= 9):
        raise BadInput(f"`{name}` is a whole number.")
    return int(written)


def _months_since(began: datetime) -> list[str]:
    now, months, year, month = datetime.now(UTC), [], began.year, began.month
    while (year, month) <= (now.year, now.month):
        months.append(f"{year:04}-{month:02}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return months
