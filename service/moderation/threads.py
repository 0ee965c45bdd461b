"""The widget's threads: what readers see under an article, what one writes there, what one is asked before."""

import secrets
from bisect import bisect_right
from dataclasses import dataclass
from hashlib import blake2b

from service.errors import InvalidBody, NotFound
from service.moderation import status
from service.moderation.desk import Desk
from service.moderation.nudge import why_declined
from service.moderation.submit import foresee, submit
from service.tenancy import Site
from service.values import Article, Author, Comment, KeptComment, Receipt, State, Verdict

PAGE_SIZE = 50
PURPOSE = "widget"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reader wrote. `nonce` is the page's own name for it: sent again, it is the same comment."""

    name: str
    text: str
    parent_id: str | None = None
    nonce: str | None = None
    title: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """A page of published comments, oldest first, and where to go on; `total` counts all that are published."""

    comments: tuple[KeptComment, ...]
    total: int
    next: str | None


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a draft. `because` says why it was declined, to go on from “declined because …”."""

    id: str
    standing: status.Standing
    token: str
    because: str | None


@dataclass(frozen=True, slots=True)
class Index:
    """The published part of a thread. `tag` changes when it does; `ids` are those of one page."""

    ids: tuple[str, ...]
    total: int
    next: str | None
    tag: str


def open_site(desk: Desk, name: str) -> Site:
    """Return the site; raises `NotFound` when there is none or it has no widget."""
    site = desk.store.sites.get(name)
    if site is None or not site.origins:
        raise NotFound("There is no widget here.")
    return site


def index(desk: Desk, site: str, article: str, after: str | None = None) -> Index:
    """Look into a thread without reading its texts; `after` is the `next` of the page before."""
    published = [one for one in desk.store.threads.entries(site, article) if one.state is State.APPROVED]
    start = bisect_right([(one.at_ms, one.comment_id) for one in published], _place(after)) if after else 0
    page, rest = published[start : start + PAGE_SIZE], published[start + PAGE_SIZE :]
    following = f"{page[-1].at_ms}-{page[-1].comment_id}" if rest else None
    seen = [(one.comment_id, one.version) for one in page]
    tag = blake2b(repr((seen, len(published), following)).encode(), digest_size=12).hexdigest()
    return Index(tuple(one.comment_id for one in page), len(published), following, tag)


def read(desk: Desk, site: str, found: Index) -> Thread:
    """Return the page with its texts; a comment that is published no longer is left out."""
    kept = desk.store.comments.several(site, found.ids)
    return Thread(tuple(one for one in kept if one and one.state is State.APPROVED), found.total, found.next)


def post(desk: Desk, site: str, article: str, draft: Draft) -> Posted:
    """Take a comment; durable and listed when this returns.

    Raises `InvalidBody` when it answers a comment that is not published there, `CommentConflict` when its nonce was
    used for another text.
    """
    _check_parent(desk, site, article, draft.parent_id)
    comment = _comment(desk, site, article, draft)
    desk.store.threads.add(site, article, comment.id)
    receipt = submit(desk, site, comment)
    desk.store.threads.forget_recent(site, article)
    return _posted(desk, site, receipt)


def warning(desk: Desk, site: str, draft: Draft) -> str | None:
    """Return why the comment would be declined, or None; nothing is kept."""
    [found] = foresee(desk, site, [_draft(draft)])
    return why_declined(desk, site, found)


def _draft(draft: Draft) -> Comment:
    return Comment("draft", draft.text, Author(name=draft.name))


def _comment(desk: Desk, site: str, article: str, draft: Draft) -> Comment:
    named = draft.nonce or secrets.token_urlsafe(16)
    return Comment(
        id=f"w-{desk.store.seal.mark(PURPOSE, f'{site}/{article}/{named}')}",
        text=draft.text,
        author=Author(name=draft.name),
        article=Article(id=article, url=draft.url, title=draft.title),
        parent_id=draft.parent_id,
    )


def _check_parent(desk: Desk, site: str, article: str, parent_id: str | None) -> None:
    if parent_id is None:
        return
    parent = desk.store.comments.get(site, parent_id)
    if parent is None or parent.state is not State.APPROVED or parent.comment.article.id != article:
        raise InvalidBody("", [{"field": "parent_id", "problem": "is not a published comment of this article"}])


def _posted(desk: Desk, site: str, receipt: Receipt) -> Posted:
    found = receipt.assessment
    assert found
    standing = {
        Verdict.APPROVE: status.Standing.PUBLISHED,
        Verdict.REVIEW: status.Standing.WAITING,
        Verdict.REJECT: status.Standing.DECLINED,
    }[found.verdict]
    token = status.token_of(desk.store, site, receipt.id)
    return Posted(receipt.id, standing, token, why_declined(desk, site, found))


def _place(after: str) -> tuple[int, str]:
    at, _, comment_id = after.partition("-")
    if not (at.isascii() and at.isdigit() and len(at) <= 15):
        raise InvalidBody("", [{"field": "after", "problem": "is not the `next` of a page"}])
    return int(at), comment_id
