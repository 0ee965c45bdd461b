"""A thread as the page shows it: each comment with the answers below it, one level deep."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from service.demo.shelf import Comment


@dataclass(frozen=True, slots=True)
class Line:
    """A comment and the answers to it, or to answers to it. `parent` is whom it answers, if that is shown."""

    comment: Comment
    parent: Comment | None
    answers: tuple["Line", ...] = ()


def arranged(comments: Iterable[Comment]) -> list[Line]:
    """Return the comments as lines, in the order in which they were written."""
    in_order = sorted(comments, key=lambda one: (one.at, one.id))
    by_id = {one.id: one for one in in_order}
    below: defaultdict[str, list[Line]] = defaultdict(list)
    for one in in_order:
        root = _root(one, by_id)
        if root is not one:
            below[root.id].append(Line(one, by_id[one.parent_id or ""]))
    return [Line(one, None, tuple(below[one.id])) for one in in_order if _root(one, by_id) is one]


def _root(comment: Comment, by_id: dict[str, Comment]) -> Comment:
    seen = {comment.id}
    while comment.parent_id in by_id and comment.parent_id not in seen:
        comment = by_id[comment.parent_id]
        seen.add(comment.id)
    return comment
