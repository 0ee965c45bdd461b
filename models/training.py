"""Make a model from the data sets that a recipe names; the same recipe and files give the same bytes."""

import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import sklearn
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from models import artefact, calibration, identity, logistic, ngrams
from models.artefact import Artefact, file_hash
from models.attributes import ATTRIBUTES
from models.calibrate import fit_curve
from models.classifier import WINDOW_CHARS
from models.corpus import Corpus, Recipe, read_corpus, read_recipe, source_path
from models.metrics import Threshold, choose_thresholds
from models.text import Normaliser
from models.vocabulary import Vocabulary
from models.wordlist import learn_vocabulary

Progress = Callable[[str], None]
_LEVELS = 127


def train(recipe_path: Path, data_dir: Path, out_dir: Path, progress: Progress = lambda _: None) -> Artefact:
    """Fit every head of the recipe on `data_dir`, write the model to `out_dir` and return it.

    Raises RecipeError or SourceMissing. `progress` gets a line per step.
    """
    recipe = read_recipe(recipe_path)
    progress("reading the data sets")
    corpus = _with_neutral(read_corpus(recipe, data_dir), recipe["neutral"]["weight"])
    progress(f"{len(corpus.texts):,} texts; learning the vocabulary")
    vocabulary = _vocabulary(recipe, corpus)
    progress(f"{len(vocabulary.words):,} words; hashing n-grams")
    rows = hash_rows(corpus.texts, Normaliser(vocabulary))
    heads = [_fit_head(recipe, corpus, rows, attribute, progress) for attribute in ATTRIBUTES]
    model = _assemble(recipe, corpus, vocabulary, heads, data_dir)
    artefact.write(model, out_dir)
    progress(f"written to {out_dir}")
    return model


def _with_neutral(corpus: Corpus, weight: float) -> Corpus:
    labels = np.where(_abusive_heads(), 0, np.nan).astype(np.float32)
    return corpus.extended("neutral_sentences", list(identity.neutral_sentences()), labels, weight)


def hash_rows(texts: list[str] | Any, normalise: Normaliser) -> csr_matrix:
    """Return the distinct n-grams of each text's first window as a sparse matrix of ones."""
    found, starts = ngrams.rows([normalise(text[:WINDOW_CHARS]) for text in texts])
    ones = np.ones(found.size, np.float32)
    return csr_matrix((ones, found.astype(np.int32), starts.astype(np.int32)), shape=(len(texts), ngrams.BUCKETS))


def _vocabulary(recipe: Recipe, corpus: Corpus) -> Vocabulary:
    rule = recipe["vocabulary"]
    usable = corpus.source_is(*rule["sources"]) & ~corpus.held_out
    labels = np.nan_to_num(corpus.labels[:, ATTRIBUTES.index("toxicity")])
    fold = Normaliser()
    texts = [fold(corpus.texts[at][:WINDOW_CHARS]) for at in np.flatnonzero(usable)]
    return learn_vocabulary(texts, labels[usable].astype(float), identity.terms(), rule["log_ratio"], rule["seen"])


def _abusive_heads() -> NDArray[np.bool_]:
    return np.array([attribute != "spam" for attribute in ATTRIBUTES])


@dataclass(frozen=True, slots=True)
class _Head:
    fitted: logistic.Fitted
    curve: NDArray[np.float32]
    threshold: Threshold


def _fit_head(recipe: Recipe, corpus: Corpus, rows: csr_matrix, attribute: str, progress: Progress) -> _Head:
    column = ATTRIBUTES.index(attribute)
    labels, weights = corpus.labels[:, column].astype(float), corpus.weights[:, column].astype(float)
    known = ~np.isnan(labels) & (weights > 0)
    fitted_on = np.flatnonzero(known & ~corpus.held_out)
    part, target, trust = rows[fitted_on], labels[fitted_on], weights[fitted_on]
    scale = logistic.count_ratio(part, target, trust, recipe["rare"])
    if attribute != "spam":
        scale *= identity.blind_mask()
    fitted = logistic.fit(part, target, trust, scale, recipe["penalty"][attribute], recipe["max_steps"])
    progress(f"{attribute}: {len(fitted_on):,} rows, {fitted.steps} steps, loss {fitted.loss:.1f}")
    held = np.flatnonzero(known & corpus.held_out & corpus.source_is(*recipe["calibrate_on"][attribute]))
    logits = ((rows[held] @ fitted.weights) * logistic.unit_rows(rows[held]) + fitted.bias).astype(np.float32)
    curve = fit_curve(logits, labels[held])
    scores = calibration.apply(curve[None], logits[:, None])[:, 0]
    return _Head(fitted, curve, choose_thresholds(labels[held] >= 0.5, scores))


def _assemble(recipe: Recipe, corpus: Corpus, vocabulary: Vocabulary, heads: list[_Head], data_dir: Path) -> Artefact:
    weights = np.column_stack([head.fitted.weights for head in heads])
    scale = np.abs(weights).max(axis=0) / _LEVELS
    card = {
        "recipe": recipe["sha256"],
        "trained_on": _provenance(recipe, corpus, data_dir),
        "environment": _environment(),
        "thresholds": {name: asdict(head.threshold) for name, head in zip(ATTRIBUTES, heads, strict=True)},
    }
    return Artefact(
        recipe["version"],
        np.rint(weights / scale).astype(np.int8),
        scale.astype(np.float32),
        np.array([head.fitted.bias for head in heads], np.float32),
        np.array([head.curve for head in heads], np.float32),
        vocabulary,
        recipe["signs"],
        card,
    )


def _provenance(recipe: Recipe, corpus: Corpus, data_dir: Path) -> list[dict[str, Any]]:
    return [
        {
            "name": source["name"],
            "licence": source["licence"],
            "found": source["found"],
            "sha256": file_hash(source_path(source, data_dir)),
            "rows": int((corpus.sources == at).sum()),
        }
        for at, source in enumerate(recipe["source"])
    ]


def _environment() -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
        "machine": platform.machine(),
    }
