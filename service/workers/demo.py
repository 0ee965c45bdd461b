"""A demo site that is worth a look: a day of comments under one report, and what was done with some of them."""

import os
from pathlib import Path

from service.demo.day import ARTICLE_ID, TITLE, Said
from service.demo.day import comments as said
from service.moderation import feedback, record, review, tenants
from service.moderation.desk import Desk
from service.moderation.submit import submit_batch
from service.tenancy import Scope
from service.values import Article, Author, Choice, Comment, Decision, State
from service.workers import demo_past

SITE = "demo"
BY = "demo"
ADDRESS = "https://news.example/2023/karabakh-ceasefire-talks"  # while no blog runs beside it
QUOTED = "You are all idiots, and I love you"  # declined by a person, and its author objects
OBJECTION = "I quoted my old teacher, and I meant it kindly. Please read the whole sentence."
ESCALATED = "Whoever signs away our homes"
HANDED_ON = "An accusation against nobody by name. Is this still debate?"


def fill(desk: Desk, url: str = ADDRESS) -> int:
    """Make the site `demo` and submit its comments as demo-001 and on; a second start changes nothing.

    Returns how many comments were new.
    """
    tenants.create_site(desk, SITE, "demo", "The Example Courier")
    written = comments(url)
    if desk.store.comments.get(SITE, written[-1].id) is None:  # the thread is written before its comments
        for comment in written:
            desk.store.threads.add(SITE, ARTICLE_ID, comment.id)
    receipts = submit_batch(desk, SITE, written)
    new = sum(receipt.outcome == "new" for receipt in receipts)
    if new:
        _live_through(desk, written)
    demo_past.fill(desk, SITE, BY)
    return new


def furnish(desk: Desk, folder: Path, address: str) -> None:
    """Give the blog at `address` what it needs: a key, its webhook, and leave to show the widget.

    Key and secret are kept in `folder`, readable by its owner alone; a second start makes none anew.
    """
    tenants.create_site(desk, SITE, "demo", "The Example Courier")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = folder / "key"
    if not key.exists() or desk.store.keys.find(key.read_text(encoding="ascii").strip()) is None:
        _write(key, tenants.create_key(desk, SITE, [Scope.SUBMIT], BY, "example blog")[1])
    _, secret = tenants.set_webhook(desk, SITE, f"{address}/parley", BY)
    if secret:
        _write(folder / "webhook.secret", secret)
    elif not (folder / "webhook.secret").exists():
        _write(folder / "webhook.secret", desk.store.sites.get(SITE).webhook_secret or "")  # type: ignore[union-attr]
    tenants.set_origins(desk, SITE, [address, address.replace("//127.0.0.1", "//localhost")], BY)


def comments(url: str = ADDRESS) -> list[Comment]:
    """Return the day's comments, as the blog would send them."""
    return [_comment(one, Article(id=ARTICLE_ID, url=url, title=TITLE)) for one in said()]


def _comment(one: Said, article: Article) -> Comment:
    author = Author(id=one.author_id, name=one.name)
    return Comment(one.id, one.text, author, article, one.parent_id, one.at)


def _live_through(desk: Desk, written: list[Comment]) -> None:
    """Let something have happened: a comment was declined and its author objects, another was handed on."""
    quoted, debated = (_beginning(written, words) for words in (QUOTED, ESCALATED))
    _decide(desk, Decision(quoted, Choice.REJECT, "insult"))
    if record.find(desk, SITE, quoted).state is State.REJECTED:
        feedback.appeal(desk, SITE, quoted, OBJECTION, "author")
    _decide(desk, Decision(debated, Choice.ESCALATE, note=HANDED_ON))


def _beginning(written: list[Comment], words: str) -> str:
    return next(comment.id for comment in written if words in comment.text)


def _decide(desk: Desk, decision: Decision) -> None:
    """Decide one comment if it waits, and give back all others that were taken with it."""
    claims = [review.claim(desk, SITE, BY, limit=100) for _ in range(2)]  # all that wait
    for claim in claims:
        if decision.id in [held.comment.id for held in claim.comments]:
            review.decide(desk, SITE, BY, claim.token, [decision])
        review.release(desk, SITE, BY, claim.token)


def _write(path: Path, secret: str) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secret + "\n")
    draft.replace(path)
