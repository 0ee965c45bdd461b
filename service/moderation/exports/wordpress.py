"""Read a WordPress export (WXR): approved, spam and trash are labels, what waits is not."""

from html import unescape
from typing import BinaryIO
from xml.etree.ElementTree import Element

from service.moderation.exports.elements import elements
from service.moderation.exports.entry import NO_TEXT, REPLACED, UNDECIDED, UNREADABLE, Entries, Skipped
from service.moderation.exports.moments import moment
from service.moderation.exports.words import meaning_of
from service.store.imports import Judged
from service.values import Author

WRITTEN_BY_READERS = ("", "comment", "review")  # the others are notices of machines: pingback, order_note, …


def read(file: BinaryIO, *, with_thrown_away: bool = True) -> Entries:
    """Return an entry for each comment. Its text is as WordPress sends it to be checked: markup stays, entities go."""
    for found in elements(file, "comment"):
        yield found if isinstance(found, Skipped) else _entry(*found, with_thrown_away)


def _entry(line: int, comment: Element, with_thrown_away: bool) -> Judged | Skipped:
    told = {child.tag: (child.text or "").strip() for child in comment}
    kind = told.get("comment_type", "")
    if kind not in WRITTEN_BY_READERS:
        return Skipped(line, f"{kind} instead of a comment" if kind.isidentifier() else "no comment")
    meaning = meaning_of(told.get("comment_approved"), "comment_approved")
    text = unescape(told.get("comment_content", ""))
    if meaning is None:
        return Skipped(line, "comment_approved says something unknown", is_broken=True)
    if meaning.choice is None or (meaning.is_thrown_away and not with_thrown_away):
        return Skipped(line, UNDECIDED if meaning.choice is None else "thrown away")
    if not text or REPLACED in text:
        return Skipped(line, UNREADABLE if text else NO_TEXT, is_broken=bool(text))
    at = moment(told.get("comment_date_gmt")) or moment(told.get("comment_date"))
    return Judged("wordpress", text, meaning.choice, told.get("comment_id"), meaning.reason, _author(told), at)


def _author(told: dict[str, str]) -> Author:
    user = told.get("comment_user_id", "")
    return Author(
        id=None if user in ("", "0") else user,
        name=told.get("comment_author") or None,
        email=told.get("comment_author_email") or None,
        url=told.get("comment_author_url") or None,
    )
