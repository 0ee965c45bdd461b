"""OpenAI's thirteen categories in terms of Parley's attributes; what Parley cannot judge is never flagged.

| category | judged by |
|---|---|
| harassment | insult or toxicity, the higher (toxicity stands in: it is wider than harassment) |
| harassment/threatening | threat |
| hate | identity attack |
| hate/threatening | identity attack and threat, the lower |
| sexual | sexually explicit |
| violence | threat (stands in: OpenAI's also covers descriptions of violence) |
| illicit…, self-harm…, sexual/minors, violence/graphic | nothing: score 0, no input applied |
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from service.tenancy import Threshold


@dataclass(frozen=True, slots=True)
class Category:
    """Which attributes speak for a category, and whether any of them suffices or all must."""

    name: str
    attributes: tuple[str, ...] = ()
    all_needed: bool = False

    @property
    def is_judged(self) -> bool:
        """Tell whether Parley has anything to say of it."""
        return bool(self.attributes)

    def score(self, scores: Mapping[str, float]) -> float:
        """Return the probability in [0, 1]; 0 for a category that is not judged."""
        combine: Callable[..., float] = min if self.all_needed else max
        return combine((scores.get(name, 0.0) for name in self.attributes), default=0.0)

    def is_flagged(self, scores: Mapping[str, float], limits: Mapping[str, float]) -> bool:
        """Tell whether the attributes reach their limits; one without a limit never does."""
        reached = (name in limits and scores.get(name, 0.0) >= limits[name] for name in self.attributes)
        return self.is_judged and (all(reached) if self.all_needed else any(reached))


CATEGORIES = (
    Category("harassment", ("insult", "toxicity")),
    Category("harassment/threatening", ("threat",)),
    Category("hate", ("identity_attack",)),
    Category("hate/threatening", ("identity_attack", "threat"), all_needed=True),
    Category("illicit"),
    Category("illicit/violent"),
    Category("self-harm"),
    Category("self-harm/instructions"),
    Category("self-harm/intent"),
    Category("sexual", ("sexually_explicit",)),
    Category("sexual/minors"),
    Category("violence", ("threat",)),
    Category("violence/graphic"),
)


def limits_of(thresholds: Mapping[str, Threshold]) -> dict[str, float]:
    """Return from which score on an attribute flags: where the policy rejects; `flagged` knows no review."""
    return {name: threshold.reject for name, threshold in thresholds.items()}


def judged(scores: Mapping[str, float], limits: Mapping[str, float]) -> dict[str, object]:
    """Return one member of `results`."""
    flags = _by_name((category, category.is_flagged(scores, limits)) for category in CATEGORIES)
    return {
        "flagged": any(flags.values()),
        "categories": flags,
        "category_scores": _by_name((category, category.score(scores)) for category in CATEGORIES),
        "category_applied_input_types": _by_name((c, ["text"] if c.is_judged else []) for c in CATEGORIES),
    }


def _by_name(pairs: Iterable[tuple[Category, object]]) -> dict[str, object]:
    return {category.name: value for category, value in pairs}
