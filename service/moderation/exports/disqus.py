"""Read a Disqus export: what stands is approved, what is spam or deleted was rejected."""

from typing import BinaryIO
from xml.etree.ElementTree import Element

from service.moderation.exports.elements import elements
from service.moderation.exports.entry import NO_TEXT, REPLACED, UNDECIDED, UNREADABLE, Entries, Skipped
from service.moderation.exports.moments import moment
from service.moderation.exports.plain import plain_text
from service.moderation.exports.words import FINE, SPAM, THROWN_AWAY, WAITING, Meaning
from service.store.imports import Judged
from service.values import Author


def read(file: BinaryIO, *, with_thrown_away: bool = True) -> Entries:
    """Return an entry for each post, its HTML as text."""
    for found in elements(file, "post"):
        yield found if isinstance(found, Skipped) else _entry(*found, with_thrown_away)


def _entry(line: int, post: Element, with_thrown_away: bool) -> Judged | Skipped:
    meaning = _meaning(post)
    if meaning.choice is None:
        return Skipped(line, UNDECIDED)
    if meaning.is_thrown_away and not with_thrown_away:
        return Skipped(line, "thrown away")
    text = plain_text(_of(post, "message"))
    if not text or REPLACED in text:
        return Skipped(line, UNREADABLE if text else NO_TEXT, is_broken=bool(text))
    at = moment(_of(post, "createdAt"))
    return Judged("disqus", text, meaning.choice, post.get("id"), meaning.reason, _author(post), at)


def _meaning(post: Element) -> Meaning:
    if _says(post, "isSpam"):
        return SPAM
    if _says(post, "isDeleted"):
        return THROWN_AWAY
    return WAITING if _of(post, "isApproved").lower() == "false" else FINE


def _author(post: Element) -> Author:
    author = post.find("author")
    if author is None:
        return Author()
    name, email, user = (_of(author, part) or None for part in ("name", "email", "username"))
    return Author(id=user, name=name, email=email)


def _says(post: Element, name: str) -> bool:
    return _of(post, name).lower() == "true"


def _of(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()
