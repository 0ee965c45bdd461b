"""Which column of a file, or member of a JSON object, holds what; and what a row of them says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.errors import BadInput
from service.moderation.exports.entry import NO_TEXT, REPLACED, UNDECIDED, UNREADABLE, Skipped
from service.moderation.exports.moments import moment
from service.moderation.exports.words import Meaning, could_be_either, meaning_of
from service.moderation.reasons import REASONS
from service.store.imports import Judged
from service.values import Author, Choice

Row = Mapping[str, object]
USUAL: Mapping[str, Sequence[str]] = {
    "text": ("text", "comment_text", "comment_content", "comment", "content", "body", "message"),
    "label": (
        *("label", "decision", "verdict", "status", "comment_approved", "approved", "is_approved", "published"),
        *("spam", "is_spam", "toxic", "is_toxic", "abusive", "rejected", "is_rejected", "deleted", "class", "target"),
    ),
    "id": ("id", "comment_id"),
    "author": ("author", "author_id", "user_id", "user", "username", "comment_author", "author_name", "author_email"),
    "at": ("at", "created_at", "date", "created", "timestamp", "time", "comment_date_gmt", "published_at"),
    "reason": ("reason",),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns that somebody named; for the others a usual name will do. `ones` says what a 1 means in `label`."""

    text: str | None = None
    label: str | None = None
    id: str | None = None
    author: str | None = None
    at: str | None = None
    reason: str | None = None
    ones: Choice | None = None

    def found_in(self, names: Iterable[str]) -> "Columns":
        """Return the columns among `names`; raises BadInput when one that is named, the text or the label is not."""
        by_fold = {name.strip().lower(): name for name in names}
        found = {role: self._one(role, by_fold) for role in USUAL}
        for role in ("text", "label"):
            if found[role] is None:
                raise BadInput(f"No column is called {_several(USUAL[role])}; say with --{role} which one it is.")
        return Columns(**found, ones=self.ones)

    def _one(self, role: str, by_fold: Mapping[str, str]) -> str | None:
        asked: str | None = getattr(self, role)
        if asked is None:
            return next((by_fold[name] for name in USUAL[role] if name in by_fold), None)
        if asked.strip().lower() not in by_fold:
            raise BadInput(f"There is no column {asked!r}; --{role} names one of {_several(sorted(by_fold))}.")
        return by_fold[asked.strip().lower()]


def entry_of(line: int, row: Row, columns: Columns, with_thrown_away: bool) -> Judged | Skipped:
    """Return what a row says; `columns` are found already. Raises BadInput for a 1 or 0 that could mean either."""
    text, label = row.get(columns.text or ""), row.get(columns.label or "")
    if not isinstance(text, str) or not text.strip():
        return Skipped(line, NO_TEXT, is_broken=not isinstance(text, str | None))
    meaning = meaning_of(label, columns.label or "", columns.ones)
    if meaning is None:
        return _unknown(line, label, columns.label or "")
    if meaning.choice is None or (meaning.is_thrown_away and not with_thrown_away):
        return Skipped(line, UNDECIDED if meaning.choice is None else "thrown away")
    if not _is_readable(row.values()):
        return Skipped(line, UNREADABLE, is_broken=True)
    return Judged(
        kind="rows",
        text=text.replace("\0", " ").strip(),
        choice=meaning.choice,
        id=_word(row.get(columns.id or "")),
        reason=_reason(meaning, row.get(columns.reason or "")),
        author=author_of(row.get(columns.author or "")),
        at=moment(row.get(columns.at or "")),
    )


def author_of(value: object) -> Author:
    """Return an author, from an object as the API takes it, an e-mail address, or any other name, which is an id."""
    if isinstance(value, Mapping):
        parts = (_word(value.get(part)) for part in ("id", "name", "email", "url"))
        return Author(*parts)
    word = _word(value)
    if word and "@" in word:
        return Author(email=word)
    return Author(id=word, name=word)


def _unknown(line: int, label: object, column: str) -> Skipped:
    if could_be_either(label):
        raise BadInput(f"Line {line}: the column {column!r} holds 1 and 0; say with --ones what 1 means.")
    return Skipped(line, f"an unknown word in {column!r}", is_broken=True)


def _reason(meaning: Meaning, told: object) -> str | None:
    if meaning.choice is not Choice.REJECT:
        return None
    reason = str(told or "").strip().lower().replace(" ", "_")
    return meaning.reason or (reason if reason in REASONS else None)


def _word(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip()[:320] or None


def _is_readable(values: Iterable[object]) -> bool:
    """Tell whether all bytes were text."""
    return not any(isinstance(value, str) and REPLACED in value for value in values)


def _several(names: Sequence[str]) -> str:
    return ", ".join(name[:40] for name in names[:12])
