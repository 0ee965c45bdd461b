"""A comment that came through a door goes the same road as any other; it is counted and logged alike."""

import time
from collections.abc import Callable

import structlog
from flask import g

from service.compat.door import Visit
from service.moderation import submit
from service.tallies import Tick
from service.values import Assessment, Comment, Receipt

log = structlog.get_logger()


def take(visit: Visit, comment: Comment) -> Assessment:
    """Score, judge and keep `comment`; durable when this returns.

    The same comment again gets its first assessment; raises `CommentConflict` when its id came with another body.
    """
    found = admit(visit, comment).assessment
    assert found is not None
    return found


def admit(visit: Visit, comment: Comment, tick: Callable[[Assessment], Tick] | None = None) -> Receipt:
    """Do as `take` does, and tell whether the comment is new; `tick` says what is to be counted of it."""
    began = time.perf_counter()
    receipt = submit.submit(visit.desk, visit.site, comment, tick)
    found = receipt.assessment
    assert found is not None
    if receipt.outcome != "same":
        visit.hall.meters.count_assessments([found])
    log.info(
        "comment.scored",
        site=visit.site,
        comment_id=receipt.id,
        outcome=receipt.outcome,
        verdict=found.verdict.value,
        model=found.model,
        second_opinion=found.second_opinion,
        ms=round((time.perf_counter() - began) * 1000, 2),
        request_id=g.request_id,
    )
    return receipt
