"""Akismet's API: form fields in, one word out (akismet.com/developers; the WordPress plugin's own code).

Spam stands for all that a site refuses, and ham for all that it shows; so feedback at this door settles a comment that
still waits. A comment for which a person must look is held, unless the site wants it called spam or ham.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from flask import Response, request

from service.compat import akismet_numbers as numbers
from service.compat.akismet_answers import SETTLED, THANKS, Finding, document, finding_of, refuse, word
from service.compat.akismet_comment import Asked, blog_of, read
from service.compat.akismet_fields import Fields, fields_of
from service.compat.door import Door, Hall, Visit
from service.compat.intake import admit
from service.errors import BadInput, CommentConflict, NotFound
from service.http.requests import bearer_token
from service.moderation import feedback, record, submit, tenants
from service.tallies import Counted, Tick
from service.values import Assessment, Opinion, Verdict

KEY_FIRST = ("/1.1/verify-key", "/1.1/deactivate")  # asked about `key`; `api_key` may still be the one before it
BLATANT_RULE = "rule_honeypot"


def key_of(body: bytes) -> str | None:
    """Return `api_key` or `key`, of the body or the query; None where neither is."""
    fields = fields_of(body)
    names = ("key", "api_key") if request.path in KEY_FIRST else ("api_key", "key")
    return next((found for name in names if (found := fields.get(name, "").strip())), None) or bearer_token()


door = Door("akismet", ("/1.1", "/1.2"), key_of, refuse, key_in_host=True)


@door.page("GET", "/1.1/test")
def connection(_hall: Hall) -> Response:
    """Tell that somebody is here."""
    return word("connected")


@door.operation("POST", "/1.1/verify-key")
def verify(_visit: Visit) -> Response:
    """Tell that the key is good; a bad one does not come so far."""
    return word("valid")


@door.operation("POST", "/1.1/deactivate")
def deactivate(_visit: Visit) -> Response:
    """Let a plugin sign off. The key stays good: only who made it revokes it."""
    return word("deactivated")


@door.operation("POST", "/1.1/token")
def token(visit: Visit) -> Response:
    """Name the key. Nothing here takes the name in a key's place."""
    return word(visit.key.id)


@door.operation("POST", "/1.1/comment-check")
def check(visit: Visit) -> Response:
    """Say whether a comment is spam, and take it in."""
    fields = fields_of(visit.body)
    _require(fields)
    asked = read(fields, request.user_agent.string)
    found = _certain(visit, asked) or _unkept(visit, asked) or _kept(visit, asked)
    return found.answer(asked.guid)


@door.operation("POST", "/1.1/submit-spam")
def submit_spam(visit: Visit) -> Response:
    """Learn that a comment was spam after all."""
    return _told(visit, Opinion.SPAM, Counted.MISSED_SPAM)


@door.operation("POST", "/1.1/submit-ham")
def submit_ham(visit: Visit) -> Response:
    """Learn that a comment was fine after all."""
    return _told(visit, Opinion.FINE, Counted.FALSE_POSITIVES)


@door.operation("POST", "/1.1/get-subscription")
def subscription(visit: Visit) -> Response:
    """Describe the account as plugins show it."""
    return document(numbers.subscription(visit.site))


@door.operation("POST", "/1.1/get-stats")
def stats(visit: Visit) -> Response:
    """Count what became of the comments of one blog, or of all where none is named."""
    fields = fields_of(visit.body)
    return document(numbers.stats(_tallies(visit), fields.get("from", ""), blog_of(fields.get("blog", ""))))


@door.operation("POST", "/1.1/get-key-stats")
def key_stats(visit: Visit) -> Response:
    """Count what became of the comments of all blogs."""
    return document(numbers.stats(_tallies(visit), fields_of(visit.body).get("from", "")))


@door.operation("GET", "/1.2/usage-limit")
@door.operation("POST", "/1.2/usage-limit")
def usage(visit: Visit) -> Response:
    """Tell how many comments were checked this month. There is no limit."""
    return document(numbers.usage(_tallies(visit)))


@door.operation("GET", "/1.2/key-sites")
@door.operation("POST", "/1.2/key-sites")
def key_sites(visit: Visit) -> Response:
    """List the blogs that used the key's site in a month."""
    fields = fields_of(visit.body)
    wish = numbers.read_wish(fields)
    page = numbers.key_sites(_tallies(visit), wish)
    if fields.get("format", "").lower() != "csv":
        return document(page.document())
    return Response(page.csv(key_of(visit.body) or ""), content_type="text/csv; charset=utf-8")


def _require(fields: Fields) -> None:
    if not fields.get("blog", "").strip():
        raise BadInput('Empty "blog" value')
    if "user_ip" not in fields:  # some send it empty
        raise BadInput('Missing "user_ip" value')


def _certain(visit: Visit, asked: Asked) -> Finding | None:
    """Answer what Akismet guarantees, for tests of a setup; nothing is kept."""
    if asked.certain is None:
        return None
    if not asked.is_test:
        visit.desk.store.tallies.count(visit.site, _tick(asked, Counted.SPAM if asked.certain else Counted.HAM))
    return Finding(asked.certain, discard=asked.certain and asked.wants_discard)


def _unkept(visit: Visit, asked: Asked) -> Finding | None:
    """Judge what is no comment for a person to look at: a test, or no words at all. What is too long is held."""
    if len(asked.comment.text) > visit.desk.settings.max_text_chars:
        return finding_of(Verdict.REVIEW, _review(visit))
    if asked.comment.text and not asked.is_test:
        return None
    [found] = submit.foresee(visit.desk, visit.site, [asked.comment])
    verdict = found.verdict if asked.comment.text or found.verdict is Verdict.REJECT else Verdict.APPROVE
    return finding_of(verdict, _review(visit), blatant=_is_blatant(found))


def _kept(visit: Visit, asked: Asked) -> Finding:
    """Take the comment in; one that came before is called what has become of it."""
    review = _review(visit)
    with suppress(CommentConflict):
        receipt = admit(visit, asked.comment, _ticking(asked, review))
        found = receipt.assessment
        if found and receipt.outcome == "new":
            return finding_of(found.verdict, review, blatant=_is_blatant(found))
    kept = record.find(visit.desk, visit.site, asked.comment.id)
    return finding_of(SETTLED.get(kept.state, Verdict.REVIEW), review, blatant=_is_blatant(kept.assessment))


def _told(visit: Visit, opinion: Opinion, counted: Counted) -> Response:
    """Keep an opinion, unless it is about a test; count it, unless it was told before."""
    asked = read(fields_of(visit.body), request.user_agent.string)
    if not asked.is_test and asked.certain is None and _learn(visit, asked, opinion):
        visit.desk.store.tallies.count(visit.site, _tick(asked, counted))
    return word(THANKS)


def _learn(visit: Visit, asked: Asked, opinion: Opinion) -> bool:
    """Keep an opinion as the label of a comment, or of a text that is none here; tell whether it is new."""
    with suppress(NotFound):
        told = feedback.feedback(visit.desk, visit.site, asked.comment.id, opinion, visit.actor())
        return told.outcome != "repeated"
    text = asked.comment.text[: visit.desk.settings.max_text_chars]
    if text:
        feedback.suggest(visit.desk, visit.site, text, opinion, visit.actor(), asked.blog)
    return True


def _review(visit: Visit) -> str:
    return tenants.door_setting(tenants.find_site(visit.desk, visit.site), tenants.AKISMET_REVIEW) or "hold"


def _is_blatant(found: Assessment) -> bool:
    """Tell whether nobody need look: a hidden field is filled in, or spam is at least twice as sure as asked for."""
    return any(
        reason.code == BLATANT_RULE
        or (
            reason.attribute == "spam"
            and reason.score is not None
            and reason.threshold is not None
            and 1 - reason.score <= (1 - reason.threshold) / 2
        )
        for reason in found.reasons
    )


def _ticking(asked: Asked, review: str) -> Callable[[Assessment], Tick]:
    def tick(found: Assessment) -> Tick:
        return _tick(asked, Counted.SPAM if finding_of(found.verdict, review).is_spam else Counted.HAM)

    return tick


def _tick(asked: Asked, counted: Counted) -> Tick:
    return Tick(asked.blog, numbers.month_of(datetime.now(UTC)), counted)


def _tallies(visit: Visit) -> numbers.Tallies:
    return lambda months: visit.desk.store.tallies.read(visit.site, months)
