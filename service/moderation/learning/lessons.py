"""From labels to what a model learns: which attributes each speaks of, one voice per text, no voice too loud.

A rejection for a reason speaks of that reason's attributes; without one, of those that the policy had named then, the
first for certain and the others softly, for nobody said which of them was meant. Where nothing was named, a rejected
text is taken for toxic, softly. An approval says that no attribute applies.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from models.attributes import ATTRIBUTES
from service.moderation.desk import Desk
from service.moderation.learning import sources
from service.moderation.learning.copies import Copies
from service.store.label import Label
from service.values import Choice, Opinion

SOFT = 0.7
APPLIES = 0.5  # from this target on a text is an example of the attribute
HELD_OUT = 0.2
MOST = 40_000
FEWEST = 40
FEWEST_OF_A_KIND = 10
NONE_APPLIES: Mapping[str, float] = dict.fromkeys(ATTRIBUTES, 0.0)
REJECTED_FOR: Mapping[str, Mapping[str, float]] = {
    "spam": {"spam": 1.0},
    "insult": {"insult": 1.0, "toxicity": 1.0},
    "threat": {"threat": 1.0, "toxicity": 1.0},
    "hate": {"identity_attack": 1.0, "toxicity": 1.0},
    "sexual": {"sexually_explicit": 1.0},
    "profanity": {"profanity": 1.0},
}
SAID: Mapping[str, Mapping[str, float]] = {
    Choice.APPROVE: NONE_APPLIES,
    Opinion.FINE: NONE_APPLIES,
    Opinion.SPAM: {"spam": 1.0},
    Opinion.NOT_SPAM: {"spam": 0.0},
    Opinion.ABUSIVE: {"toxicity": 1.0},
}
SILENT, CONTRADICTED, COPIED = "says nothing of an attribute", "contradicted by a later label", "copy of another"

Targets = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Taught:
    """A label and what it teaches: attribute → probability that it applies. `group` names it among copies."""

    label: Label
    targets: Targets
    group: str
    weight: float = 1.0

    @property
    def hurts(self) -> bool:
        """Whether it is an example of anything."""
        return any(target >= APPLIES for target in self.targets.values())

    @property
    def is_fine(self) -> bool:
        """Whether it says that nothing applies."""
        return len(self.targets) == len(ATTRIBUTES) and not self.hurts


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a site teaches, oldest first.

    `refused` counts the labels left out, by why; `capped` maps sources that said too much to what each of their
    labels still weighs, in (0, 1).
    """

    taught: tuple[Taught, ...]
    refused: Mapping[str, int]
    capped: Mapping[str, float]

    def split(self) -> tuple[tuple[Taught, ...], tuple[Taught, ...]]:
        """Return those to learn from and the newest fifth, to measure on. No campaign is in both: it teaches once."""
        start = len(self.taught) - round(HELD_OUT * len(self.taught))
        return self.taught[:start], self.taught[start:]

    def lacking(self) -> str | None:
        """Say what is missing before anything can be learned; None when there is enough."""
        count, hurting = len(self.taught), sum(one.hurts for one in self.taught)
        if count < FEWEST:
            return f"There are {count} labels to learn from; {FEWEST} are needed, so {FEWEST - count} more."
        for kind, found in (("reject", hurting), ("approve", count - hurting)):
            if found < FEWEST_OF_A_KIND:
                more = FEWEST_OF_A_KIND - found
                return (
                    f"Of {count} labels {found} {kind}{'s' if found == 1 else ''}; "
                    f"a model needs {FEWEST_OF_A_KIND} such examples, so {more} more."
                )
        return None


def lessons_of(desk: Desk, site: str) -> Lessons:
    """Read what the labels of `site` teach; of very many the newest 40,000."""
    labels = list(desk.store.labels.all(site))
    return lessons_from(labels[-MOST:])


def lessons_from(labels: Iterable[Label]) -> Lessons:
    """Return what `labels` teach, in whatever order they come."""
    refused: dict[str, int] = {}
    kept: dict[str, Taught] = {}
    copies = Copies()
    for label in sorted(labels, key=_standing, reverse=True):
        one = Taught(label, targets_of(label), copies.group(label))
        why = _objection(kept.get(one.group), one)
        if why:
            refused[why] = refused.get(why, 0) + 1
        else:
            kept[one.group] = one
    taught = sorted(kept.values(), key=lambda one: (one.label.at, one.label.comment_id))
    weights = sources.weights([one.label.source for one in taught])
    weighed = (replace(one, weight=weights[one.label.source]) for one in taught)
    return Lessons(tuple(weighed), refused, {name: weight for name, weight in weights.items() if weight < 1})


def targets_of(label: Label) -> Targets:
    """Return what a label says of attributes; empty when it says nothing."""
    said = label.says or SAID.get(label.value) or (_rejected(label) if label.value == Choice.REJECT else {})
    return {**said, **{name: 0.0 for name in label.disputed if name in ATTRIBUTES}}


def _rejected(label: Label) -> Targets:
    if label.reason:  # some are none that an attribute stands for
        return REJECTED_FOR.get(label.reason, {})
    reasons = label.assessment.reasons if label.assessment else ()
    named = [reason.attribute for reason in reasons if reason.attribute in ATTRIBUTES]
    if not named:
        return {} if any(reason.is_rule for reason in reasons) else {"toxicity": SOFT}
    return {name: SOFT if at else 1.0 for at, name in enumerate(named) if name}


def _standing(label: Label) -> tuple[bool, datetime, str]:
    """Return what a label weighs against another on one text: a person's before others, then the newer."""
    return label.source.startswith("reviewer:"), label.at, label.comment_id


def _objection(kept: Taught | None, one: Taught) -> str | None:
    """Say why a label is left out, beside the one of greater standing on that text."""
    if not one.targets:
        return SILENT
    if kept is None:
        return None
    return CONTRADICTED if _differ(kept.targets, one.targets) else COPIED


def _differ(one: Targets, other: Targets) -> bool:
    """Tell whether two contradict each other on an attribute."""
    return any((one[name] >= APPLIES) is not (other[name] >= APPLIES) for name in one.keys() & other.keys())
