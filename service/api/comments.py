"""Comments come in, are looked up, edited and erased; the platform and the author answer back."""

import time
from collections.abc import Sequence

import structlog
from flask import Response, g

from service.api.answers import Batch, BatchEntry, Gone, Kept, Refusal, Story, Verdicted
from service.api.bodies import AppealBody, BatchBody, CommentBody, EditBody, FeedbackBody
from service.api.intake import parse_batch
from service.api.operation import Area, Call, answer
from service.api.problems import document
from service.api.review_answers import Result
from service.errors import CommentConflict, Conflict, InvalidBody
from service.moderation import erase, feedback, record, submit
from service.tenancy import Scope
from service.values import Receipt, Verdict

log = structlog.get_logger()
area = Area("Comments", "Send every reader comment here and act on the verdict.")


@area.operation(
    "POST",
    "/v1/comments",
    scopes=(Scope.SUBMIT,),
    body=CommentBody,
    answers={201: Verdicted, 200: Verdicted},
    problems=(CommentConflict,),
)
def submit_comment(call: Call, body: CommentBody) -> Response:
    """Take a comment and answer with the verdict.

    The comment is durable when the answer leaves. Sending the same id and body again answers 200 with the first
    verdict; the same id with another body answers 409. When the comment cannot be scored, it goes to review.
    """
    began = time.perf_counter()
    try:
        receipt = submit.submit(call.desk, call.site, body.to_value())
    except CommentConflict as error:
        return document(error, _located(body.id))
    _tell(call, receipt, began)
    shown = Verdicted.of(receipt, call.status_url(receipt.id))
    return answer(shown, 201 if receipt.outcome == "new" else 200, _located(body.id))


@area.operation("POST", "/v1/comments/batch", scopes=(Scope.SUBMIT,), body=BatchBody, batch=True, answers={200: Batch})
def submit_batch(call: Call, body: bytes) -> Response:
    """Take up to 1,000 comments at once.

    Each has its own outcome, so one that is wrong does not hold up the others. Safe to send again: comments that were
    taken before answer as they did.
    """
    began = time.perf_counter()
    members = parse_batch(body, call.desk.settings.max_text_chars)
    comments = [member.to_value() for member in members if isinstance(member, CommentBody)]
    receipts = submit.submit_batch(call.desk, call.site, comments) if comments else []
    _tell_batch(call, receipts, began)
    left = iter(receipts)
    entries = [_entry(call, i, m if isinstance(m, InvalidBody) else next(left)) for i, m in enumerate(members)]
    return answer(Batch(entries))


@area.operation(
    "GET",
    "/v1/comments/{comment_id}",
    scopes=(Scope.SUBMIT, Scope.REVIEW),
    answers={200: Kept},
)
def read_comment(call: Call, comment_id: str) -> Response:
    """Tell how a comment stands."""
    return answer(Kept.of(record.find(call.desk, call.site, comment_id), call.status_url(comment_id)))


@area.operation(
    "GET",
    "/v1/comments/{comment_id}/trace",
    scopes=(Scope.REVIEW, Scope.ADMIN),
    answers={200: Story},
)
def trace_comment(call: Call, comment_id: str) -> Response:
    """Tell the whole life of a comment: every step from intake to delivery, and its earlier versions."""
    return answer(Story.of(record.trace(call.desk, call.site, comment_id), call.status_url(comment_id)))


@area.operation(
    "PUT",
    "/v1/comments/{comment_id}",
    scopes=(Scope.SUBMIT,),
    body=EditBody,
    answers={200: Verdicted},
)
def edit_comment(call: Call, comment_id: str, body: EditBody) -> Response:
    """Take the new version of a comment that its author edited.

    It is scored and decided anew; what it said before stays in its trace. A claim on it ends.
    """
    began = time.perf_counter()
    receipt = submit.edit(call.desk, call.site, body.to_comment(comment_id))
    _tell(call, receipt, began)
    return answer(Verdicted.of(receipt, call.status_url(receipt.id)))


@area.operation(
    "DELETE",
    "/v1/comments/{comment_id}",
    scopes=(Scope.SUBMIT, Scope.ADMIN),
    answers={200: Gone},
)
def erase_comment(call: Call, comment_id: str) -> Response:
    """Erase a comment: text, place in a queue, delivery and labels. The audit log keeps its id.

    Names the models that learned from it; they count it as forgotten.
    """
    return answer(Gone.of(erase.erase_comment(call.desk, call.site, comment_id, call.actor())))


@area.operation("DELETE", "/v1/authors/{author_id}", scopes=(Scope.ADMIN,), answers={200: Gone})
def erase_author(call: Call, author_id: str) -> Response:
    """Erase every comment of an author, named by id or, where the platform sent none, by e-mail address.

    Labels that were imported go too. Names the models that learned from any of it.
    """
    return answer(Gone.of(erase.erase_author(call.desk, call.site, author_id, call.actor())))


@area.operation(
    "POST",
    "/v1/comments/{comment_id}/feedback",
    scopes=(Scope.SUBMIT,),
    body=FeedbackBody,
    answers={200: Result},
)
def give_feedback(call: Call, comment_id: str, body: FeedbackBody) -> Response:
    """Say afterwards that a comment was spam, not spam, abusive or fine.

    Kept for training. A comment that still waits for review is settled by it.
    """
    return answer(Result.of(feedback.feedback(call.desk, call.site, comment_id, body.opinion, call.actor())))


@area.operation(
    "POST",
    "/v1/comments/{comment_id}/appeal",
    scopes=(Scope.SUBMIT,),
    body=AppealBody,
    answers={200: Result},
    problems=(Conflict,),
)
def appeal(call: Call, comment_id: str, body: AppealBody) -> Response:
    """Send a decided comment back to review, never to the same reviewer."""
    return answer(Result.of(feedback.appeal(call.desk, call.site, comment_id, body.note, call.actor())))


def _located(comment_id: str) -> dict[str, str]:
    return {"Location": f"/v1/comments/{comment_id}"}  # an id holds nothing that a path would have to quote


def _entry(call: Call, index: int, member: Receipt | InvalidBody) -> BatchEntry:
    if isinstance(member, InvalidBody):
        refusal = Refusal(member.code, member.title, member.detail, list(member.errors))
        return BatchEntry(index, None, member.status, None, refusal)
    if member.outcome == "conflict":
        refusal = Refusal(CommentConflict.code, CommentConflict.title, CommentConflict.title, [])
        return BatchEntry(index, member.id, CommentConflict.status, None, refusal)
    shown = Verdicted.of(member, call.status_url(member.id))
    return BatchEntry(index, member.id, 201 if member.outcome == "new" else 200, shown, None)


def _tell(call: Call, receipt: Receipt, began: float) -> None:
    found = receipt.assessment
    assert found is not None
    if receipt.outcome != "same":
        call.api.meters.count_assessments([found])
    log.info(
        "comment.scored",
        site=call.site,
        comment_id=receipt.id,
        outcome=receipt.outcome,
        verdict=found.verdict.value,
        model=found.model,
        second_opinion=found.second_opinion,
        ms=_ms(began),
        request_id=g.request_id,
    )


def _tell_batch(call: Call, receipts: Sequence[Receipt], began: float) -> None:
    fresh = [receipt.assessment for receipt in receipts if receipt.outcome == "new" and receipt.assessment]
    call.api.meters.count_assessments(fresh)
    counts = {verdict.value: sum(found.verdict is verdict for found in fresh) for verdict in Verdict}
    log.info("batch.scored", site=call.site, comments=len(receipts), **counts, ms=_ms(began), request_id=g.request_id)


def _ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)
