"""Make a model from the data sets that a recipe names; the same recipe and files give the same bytes."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from models import artefact, contrast, counts, courtesy, groups, identity, logistic, network, ngrams, style
from models.artefact import Artefact
from models.attributes import ATTRIBUTES
from models.calibrate import fit_curve
from models.calibration import KNOTS
from models.classifier import WINDOW_CHARS, Classifier
from models.convolution import Filters
from models.corpus import Corpus, Recipe, read_corpus, read_recipe
from models.environment import environment
from models.metrics import choose_thresholds
from models.ngrams import Grams
from models.provenance import provenance
from models.text import Normaliser
from models.vocabulary import Vocabulary
from models.wordlist import learn_vocabulary, learn_words

Progress = Callable[[str], None]
Floats = NDArray[np.float64]
_LEVELS = 127


def train(recipe_path: Path, data_dir: Path, out_dir: Path, progress: Progress = lambda _: None) -> Artefact:
    """Fit every head of the recipe on `data_dir`, write the model to `out_dir` and return it.

    Raises RecipeError or SourceMissing. `progress` gets a line per step.
    """
    recipe = read_recipe(recipe_path)
    progress("reading the data sets")
    corpus = _with_own_sentences(read_corpus(recipe, data_dir), recipe)
    progress(f"{len(corpus.texts):,} texts; learning the vocabulary")
    vocabulary = _vocabulary(recipe, corpus)
    progress(f"{len(vocabulary.words):,} words; hashing n-grams")
    normalised, grams = read_grams(list(corpus.texts), Normaliser(vocabulary))
    progress("training the filters")
    filters = _fit_filters(recipe, corpus, normalised, grams)
    rows = sparse_rows(grams)
    fitted = [_fit_head(recipe, corpus, rows, attribute, progress) for attribute in ATTRIBUTES]
    model = _calibrate(recipe, corpus, _assemble(recipe, corpus, vocabulary, fitted, (rows, grams, filters)))
    progress("counting what was met")
    model = replace(model, counts=count_met(corpus, grams))
    card = {
        "information": head_information(corpus, Classifier(model).score(corpus.texts).values),
        "recipe": recipe["sha256"],
        "trained_on": provenance(recipe, corpus, data_dir),
        "environment": environment(),
    }
    model = replace(model, card={**model.card, **card})
    artefact.write(model, out_dir)
    progress(f"written to {out_dir}")
    return model


def read_grams(texts: list[str], normalise: Normaliser) -> tuple[list[str], Grams]:
    """Return each text's normalised first window, and the n-grams of all."""
    windows = [text[:WINDOW_CHARS] for text in texts]
    normalised = [normalise(window) for window in windows]
    marks = [style.marks(window, text) for window, text in zip(windows, normalised, strict=True)]
    return normalised, ngrams.read(normalised, marks)


def sparse_rows(grams: Grams) -> csr_matrix:
    """Return the distinct n-grams of each text as a sparse matrix of ones."""
    ones = np.ones(grams.buckets.size, np.float32)
    parts = (ones, grams.buckets.astype(np.int32), grams.starts.astype(np.int32))
    return csr_matrix(parts, shape=(len(grams.starts) - 1, ngrams.BUCKETS))


def with_head(model: Artefact, recipe: Recipe, corpus: Corpus, attribute: str, version: str) -> Artefact:
    """Return `model` with one head, of n-grams alone, fitted and calibrated anew on `corpus`."""
    corpus, column = _with_own_sentences(corpus, recipe), ATTRIBUTES.index(attribute)
    rows = sparse_rows(read_grams(list(corpus.texts), Normaliser(model.vocabulary))[1])
    head = _fit_head(recipe, corpus, rows, attribute, lambda _: None)
    weights, scale = model.weights.copy(), model.scale.copy()
    bias, curves = model.bias.copy(), model.curves.copy()
    scale[column], bias[column] = np.abs(head.fitted.weights).max() / _LEVELS, head.fitted.bias
    weights[:, column] = np.rint(head.fitted.weights / scale[column])
    model = replace(model, version=version, weights=weights, scale=scale, bias=bias)
    logits = Classifier(model).logits([corpus.texts[at] for at in head.held.tolist()])[:, column]
    curves[column] = fit_curve(logits.astype(float), corpus.labels[head.held, column].astype(float))
    return replace(model, curves=curves)


def count_met(corpus: Corpus, grams: Grams) -> NDArray[np.uint8]:
    """Return in how many fitted texts each bucket was, as `models.counts` encodes it."""
    fitted = np.repeat(~corpus.held_out, np.diff(grams.starts))
    return counts.encode(np.bincount(grams.buckets[fitted], minlength=ngrams.BUCKETS))


def head_information(corpus: Corpus, chances: NDArray[np.float32]) -> dict[str, float]:
    """Return per attribute the trace of the Fisher information of its fitted texts, which the model gives `chances`."""
    trust = _known(corpus)[1] * ~corpus.held_out[:, None]
    return dict(zip(ATTRIBUTES, (trust * chances * (1 - chances)).sum(axis=0).tolist(), strict=True))


def _with_own_sentences(corpus: Corpus, recipe: Recipe) -> Corpus:
    clean = np.zeros(len(ATTRIBUTES), np.float32)
    not_abusive = np.where(np.array(ATTRIBUTES) == "spam", np.nan, clean).astype(np.float32)
    weights = recipe["own_sentences"]
    corpus = corpus.extended("neutral", list(identity.neutral_sentences()), not_abusive, weights["neutral"])
    corpus = corpus.extended("polite", list(courtesy.polite_sentences()), clean, weights["polite"])
    learning = np.where(np.isin(ATTRIBUTES, contrast.HEADS), clean, np.nan).astype(np.float32)
    for kind in contrast.KINDS:
        hurt = np.where(np.isin(ATTRIBUTES, kind.attributes), np.float32(1), np.float32(np.nan))
        texts = [sentence.text for sentence in contrast.trained() if sentence.kind == kind.name]
        corpus = corpus.extended(kind.name, texts, hurt if kind.attributes else learning, weights["contrast"])
    return corpus


def _vocabulary(recipe: Recipe, corpus: Corpus) -> Vocabulary:
    rule = recipe["vocabulary"]
    usable = np.flatnonzero(corpus.source_is(*rule["sources"]) & ~corpus.held_out)
    labels = np.nan_to_num(corpus.labels[usable, ATTRIBUTES.index("toxicity")]).astype(float)
    fold = Normaliser()
    texts = [fold(corpus.texts[at][:WINDOW_CHARS]) for at in usable.tolist()]
    return learn_vocabulary(texts, labels, groups.terms(), rule["log_ratio"], rule["seen"])


def _known(corpus: Corpus) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    trust = np.where(np.isnan(corpus.labels), 0, corpus.weights)
    return np.nan_to_num(corpus.labels), trust


def _fit_filters(recipe: Recipe, corpus: Corpus, normalised: list[str], grams: Grams) -> Filters:
    settings = recipe["network"]
    heads = np.isin(ATTRIBUTES, settings["heads"])
    ids, spellings = learn_words(normalised, grams, settings["words"], settings["seen"], groups.terms())
    labels, trust = _known(corpus)
    trust = trust * heads
    used = np.flatnonzero((trust.sum(axis=1) > 0) & ~corpus.held_out)
    words = [ids[grams.words[grams.word_starts[at] : grams.word_starts[at + 1]]].astype(np.int32) for at in used]
    shape = network.Shape(**settings["shape"])
    trained = network.fit(
        words, labels[np.ix_(used, heads)], trust[np.ix_(used, heads)], spellings, shape, recipe["seed"]
    )
    return _fold(trained, ids, heads)


def _fold(trained: network.Network, ids: NDArray[np.uint16], heads: NDArray[np.bool_]) -> Filters:
    folded = trained.folded()
    per_filter = np.abs(folded).reshape(len(folded), -1, trained.shape.filters).max(axis=(0, 1))
    scale = (per_filter / _LEVELS).astype(np.float32)
    table = np.rint(folded / np.tile(scale, folded.shape[1] // len(scale))).astype(np.int8)
    out = np.zeros((trained.shape.filters, len(heads)), np.float32)
    out[:, heads] = trained.out
    return Filters(ids, table, scale, trained.offset, out)


@dataclass(frozen=True, slots=True)
class _Head:
    fitted: logistic.Fitted
    held: NDArray[np.intp]


def _fit_head(recipe: Recipe, corpus: Corpus, rows: csr_matrix, attribute: str, progress: Progress) -> _Head:
    column = ATTRIBUTES.index(attribute)
    labels, trust = (part[:, column].astype(float) for part in _known(corpus))
    fitted_on = np.flatnonzero((trust > 0) & ~corpus.held_out)
    part, target, weights = rows[fitted_on], labels[fitted_on], trust[fitted_on]
    scale = logistic.count_ratio(part, target, weights, recipe["rare"])
    scale *= ngrams.blind_to(courtesy.PLACES if attribute == "spam" else groups.terms())
    if attribute not in recipe["style_heads"]:
        scale[ngrams.mark_buckets(range(style.MARKS))] = 0
    fitted = logistic.fit(part, target, weights, scale, recipe["penalty"][attribute], recipe["max_steps"])
    progress(f"{attribute}: {len(fitted_on):,} rows, {fitted.steps} steps, loss {fitted.loss:.1f}")
    held = (trust > 0) & corpus.held_out & corpus.source_is(*recipe["calibrate_on"][attribute])
    return _Head(fitted, np.flatnonzero(held))


def _assemble(
    recipe: Recipe,
    corpus: Corpus,
    vocabulary: Vocabulary,
    heads: list[_Head],
    features: tuple[csr_matrix, Grams, Filters],
) -> Artefact:
    """Mix the n-grams' and the filters' logits of each head as held-out rows advise, and round the tables."""
    rows, grams, filters = features
    order = filters.logits(grams.words, grams.word_starts)
    mixed = [_mix(corpus, column, head, rows, order[:, column]) for column, head in enumerate(heads)]
    weights = np.column_stack([head.fitted.weights * mix[0] for head, mix in zip(heads, mixed, strict=True)])
    scale = np.abs(weights).max(axis=0) / _LEVELS
    bias = [head.fitted.bias * mix[0] + mix[2] for head, mix in zip(heads, mixed, strict=True)]
    out = filters.out * np.array([mix[1] for mix in mixed], np.float32)
    return Artefact(
        recipe["version"],
        np.rint(weights / scale).astype(np.int8),
        scale.astype(np.float32),
        np.array(bias, np.float32),
        np.zeros((len(heads), KNOTS), np.float32),
        replace(filters, out=out.astype(np.float32)),
        vocabulary,
        recipe["signs"],
        {},
    )


def _mix(
    corpus: Corpus, column: int, head: _Head, rows: csr_matrix, order: NDArray[np.float32]
) -> tuple[float, float, float]:
    """Return the factor of the n-grams, that of the filters (0 where they were not trained), and a constant."""
    if not order.any():
        return 1.0, 0.0, 0.0
    part = rows[head.held]
    linear = (part @ head.fitted.weights) * logistic.unit_rows(part) + head.fitted.bias
    labels = corpus.labels[head.held, column] >= 0.5
    found = LogisticRegression(C=1.0).fit(np.column_stack([linear, order[head.held]]), labels)
    return float(found.coef_[0, 0]), max(0.0, float(found.coef_[0, 1])), float(found.intercept_[0])


def _calibrate(recipe: Recipe, corpus: Corpus, model: Artefact) -> Artefact:
    """Fit each head's curve on what the finished model says of held-out rows, and choose thresholds there."""
    labels, trust = _known(corpus)
    held = np.flatnonzero(corpus.held_out)
    logits = Classifier(model).logits([corpus.texts[at] for at in held.tolist()])
    curves, thresholds = [], {}
    for column, attribute in enumerate(ATTRIBUTES):
        use = (trust[held, column] > 0) & corpus.source_is(*recipe["calibrate_on"][attribute])[held]
        target = labels[held[use], column].astype(float)
        curve = fit_curve(logits[use, column].astype(float), target)
        curves.append(curve)
        scores = Classifier.curve(curve, logits[use, column])
        thresholds[attribute] = asdict(choose_thresholds(target >= 0.5, scores, **recipe["thresholds"][attribute]))
    return replace(model, curves=np.array(curves, np.float32), card={"thresholds": thresholds})
