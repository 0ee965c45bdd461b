"""Measure whether naming a group of people costs it: false positives on neutral sentences, and Borkan's three AUCs.

The sentences share no frame with those of the training (see `identity`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from models.groups import GROUPS
from models.identity import with_article

_SINGULAR = (
    "I was born and raised in a {} family in this town.",
    "His wife is {} and they have two daughters.",
    "Is the new mayor {}?",
    "My {} friends disagree with me about this article.",
    "We watched a {} film yesterday.",
    "A {} student asked the first question.",
    "The reporter interviewed a {} nurse near the border.",
    "I am {} and I live abroad now.",
    "It is not easy to be {} in this country.",
    "There is a {} bakery on our street.",
    "I am a proud {} person.",
    "Her grandmother was {} too.",
)
_PLURAL = (
    "There are {} in the audience tonight.",
    "He wrote a book about {} in the nineteenth century.",
    "Most {} I met were friendly and curious.",
    "Why did so many {} leave the region?",
    "The ceasefire matters to {} more than to us.",
    "{} should have the same rights as anybody.",
    "The census counted four hundred {} here.",
    "We invited {} to speak at the meeting.",
)

Scores = NDArray[np.float32]


def neutral_test_sentences() -> Iterator[tuple[str, str]]:
    """Yield (group, sentence) pairs that say nothing against anybody."""
    for group, (singular, plural) in GROUPS.items():
        yield from ((group, with_article(frame.format(singular))) for frame in _SINGULAR)
        yield from (
            (group, frame.format(plural[0].upper() + plural[1:] if frame[0] == "{" else plural)) for frame in _PLURAL
        )


def false_positives(groups: Sequence[str], scores: Scores, threshold: float) -> dict[str, float]:
    """Return per group the share of neutral sentences above `threshold`, and of all under the name `all`."""
    above = scores > threshold
    names = np.array(groups)
    return {"all": float(above.mean())} | {name: float(above[names == name].mean()) for name in dict.fromkeys(groups)}


def mentions(texts: Sequence[str]) -> Mapping[str, NDArray[np.bool_]]:
    """Return for each group which texts name it."""
    lowered = [text.lower() for text in texts]
    return {group: np.array([bool(_pattern(group).search(text)) for text in lowered], np.bool_) for group in GROUPS}


def _pattern(group: str) -> re.Pattern[str]:
    words = {word.lower() for form in GROUPS[group] for word in form.split()} - {"people"}
    return re.compile(rf"\b(?:{'|'.join(sorted(words))})\b")


def borkan(labels: NDArray[np.bool_], scores: Scores, named: NDArray[np.bool_]) -> dict[str, float] | None:
    """Return subgroup, BPSN and BNSP AUC after Borkan et al. 2019, or None where the group is too small to tell."""
    if min((named & labels).sum(), (named & ~labels).sum()) < 10:
        return None
    return {
        "rows": int(named.sum()),
        "subgroup_auc": float(roc_auc_score(labels[named], scores[named])),
        "bpsn_auc": _auc(labels, scores, (named & ~labels) | (~named & labels)),
        "bnsp_auc": _auc(labels, scores, (named & labels) | (~named & ~labels)),
    }


def _auc(labels: NDArray[np.bool_], scores: Scores, rows: NDArray[np.bool_]) -> float:
    return float(roc_auc_score(labels[rows], scores[rows]))
