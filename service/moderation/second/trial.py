"""Try texts on the road without a store: what a policy makes of them by one model alone, and with a second opinion."""

from collections.abc import Sequence

from service.moderation.desk import Scorer
from service.moderation.second.adviser import SecondModel, whole
from service.moderation.second.doubt import is_doubtful
from service.moderation.second.hearing import Case, revised
from service.moderation.submit import assess
from service.tenancy import Policy
from service.values import Assessment, Comment


def tried(scorer: Scorer, opinion: SecondModel | None, in_force: Policy, texts: Sequence[str]) -> list[Assessment]:
    """Return the assessments of texts, each doubtful one with the `opinion`, however long that takes."""
    found = assess(scorer, in_force, [Comment("-", text) for text in texts])
    if opinion is None:
        return found
    places = [at for at, one in enumerate(found) if is_doubtful(in_force, one, opinion.heads)]
    rows = opinion.revise([texts[at] for at in places], [found[at].scores for at in places])
    for at, row in zip(places, rows, strict=True):
        case = Case(in_force, Comment("-", texts[at]), found[at])
        found[at] = revised(case, whole(row, found[at].scores), opinion.version, opinion.heads)
    return found
