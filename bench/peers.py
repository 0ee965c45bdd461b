"""The classifier's peers, each behind one face: a number per text, higher for worse."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import models
from models.attributes import ATTRIBUTES
from models.classifier import Classifier

Values = NDArray[np.floating]
BASE = Path(models.__file__).parent / "base"
OURS = "parley"
_TOXICITY = ATTRIBUTES.index("toxicity")


@dataclass(frozen=True, slots=True)
class Peer:
    """One way to tell abuse: `many` answers a number per text, `one` does the same work for a single text.

    `binary` answers are 0 or 1; `seen` says that the peer was trained on the very rows it is measured on.
    """

    name: str
    one: Callable[[str], object]
    many: Callable[[Sequence[str]], Values]
    binary: bool = False
    seen: bool = False


def ours() -> Peer:
    """Return the shipped model: all heads, disguises undone, calibrated."""
    model = Classifier.load(BASE)
    return Peer(OURS, lambda text: model.score([text]), lambda texts: model.score(texts).values[:, _TOXICITY])


def pipelines(texts: Sequence[str], labels: NDArray[np.bool_]) -> Iterator[Peer]:
    """Yield scikit-learn's TF-IDF pipelines fitted on `texts`."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    def words() -> Any:
        return TfidfVectorizer(ngram_range=(1, 2), max_features=100_000, sublinear_tf=True, dtype=np.float32)

    def pieces() -> Any:
        return TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), max_features=200_000, sublinear_tf=True, dtype=np.float32
        )

    for name, features in (("TF-IDF words", words()), ("TF-IDF words + characters", make_union(words(), pieces()))):
        fitted = make_pipeline(features, LogisticRegression(C=4, max_iter=300)).fit(texts, labels)
        yield _scikit(f"scikit-learn {name}", fitted)


def _scikit(name: str, fitted: Any) -> Peer:
    def many(texts: Sequence[str]) -> Values:
        chances: Values = fitted.predict_proba(texts)[:, 1]
        return chances

    return Peer(name, lambda text: many([text]), many)


def installed() -> Iterator[Peer]:
    """Yield the published packages that are installed (requirements/bench.txt)."""
    for make in (_alt_profanity_check, _better_profanity, _glin_profanity, _vader):
        try:
            yield make()
        except ModuleNotFoundError as error:
            print(f"scoring: {error.name} is not installed, so it is left out; `make bench` installs it")


def _alt_profanity_check() -> Peer:
    check = import_module("profanity_check")
    return Peer("alt-profanity-check", lambda text: check.predict_prob([text]), check.predict_prob, seen=True)


def _better_profanity() -> Peer:
    return _one_by_one("better-profanity", import_module("better_profanity").profanity.contains_profanity, binary=True)


def _glin_profanity() -> Peer:
    return _one_by_one("glin-profanity", import_module("glin_profanity").Filter().is_profane, binary=True)


def _vader() -> Peer:
    scores = import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer().polarity_scores
    return _one_by_one("vaderSentiment", lambda text: -scores(text)["compound"])


def _one_by_one(name: str, one: Callable[[str], Any], *, binary: bool = False) -> Peer:
    return Peer(name, one, lambda texts: np.array([float(one(text)) for text in texts]), binary=binary)
