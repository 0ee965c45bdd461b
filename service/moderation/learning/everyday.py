"""Comments that nobody decided, to keep a site's model calm about them.

People decide doubtful comments, and a model that learned from these alone would take all comments for doubtful. So the
newest of those that automation settled are learned from too, with what the base says of them as the answer. They count
like labels, for each is one comment of the site's traffic. What is like something that was rejected is left out: there
the base may be wrong, and the labels say so. In a simulated month (bench/month.py) the gate stopped every model made
without them, because neutral sentences were held back.
"""

from collections.abc import Iterable, Iterator, Sequence

from models.classifier import Classifier
from models.lessons import Lesson
from models.likeness import ALIKE, likeness
from service.moderation.desk import Desk
from service.moderation.learning.lessons import APPLIES, Taught
from service.moderation.scoring import context_of
from service.values import KeptComment, State

MOST = 2000
SHARE = 3.0  # of the weight of all labels, at most
SETTLED = (State.APPROVED, State.REJECTED)


def everyday(desk: Desk, site: str, base: Classifier, taught: Sequence[Taught]) -> list[Lesson]:
    """Return what to learn beside `taught`, none of it an example of an attribute."""
    decided = {one.label.comment_id for one in taught}
    rejected = _Rejected(one.label.text for one in taught if one.hurts)
    past = [kept for kept in desk.store.browse.past(site, MOST) if _is_everyday(kept, decided)]
    chosen = [kept for kept in past if not rejected.is_like(kept.comment.text)]
    return list(_lessons(base, chosen, min(1.0, SHARE * len(taught) / max(len(chosen), 1))))


def _is_everyday(kept: KeptComment, decided: set[str]) -> bool:
    return kept.state in SETTLED and kept.decided is None and kept.comment.id not in decided


def _lessons(base: Classifier, chosen: Sequence[KeptComment], weight: float) -> Iterator[Lesson]:
    contexts = [context_of(kept.comment.author) for kept in chosen]
    scores = base.score([kept.comment.text for kept in chosen], contexts)
    for at, kept in enumerate(chosen):
        calm = {name: score for name, score in scores.row(at).items() if score < APPLIES}
        yield Lesson(
            kept.comment.text, calm, weight, f"everyday {kept.comment.id}", context=contexts[at], decided=False
        )


class _Rejected:
    """The sketches of what was rejected, by band."""

    def __init__(self, texts: Iterable[str]) -> None:
        found = [likeness(text) for text in texts]
        self._sketches = {band: one.sketch for one in found for band in one.bands}

    def is_like(self, text: str) -> bool:
        """Tell whether a text is nearly one of them."""
        found = likeness(text)
        near = (self._sketches[band] for band in found.bands if band in self._sketches)
        return any(sum(map(str.__eq__, sketch, found.sketch)) >= ALIKE for sketch in near)
