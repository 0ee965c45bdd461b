"""Ask how far spam learned from one source finds that of another: train on each, test on all."""

from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from models import logistic
from models.attributes import ATTRIBUTES
from models.corpus import Corpus, Recipe, read_corpus
from models.metrics import recall_at
from models.text import Normaliser

_SPAM = ATTRIBUTES.index("spam")
_HAM = "civil_comments"


def cross_source(recipe: Recipe, folder: Path) -> dict[str, dict[str, float]]:
    """Return recall at 1 % false positives per training source and tested source.

    Spam comes from one source at a time; ham of the training is that source's own and news comments, split by campaign.
    """
    from models.training import read_grams, sparse_rows

    names = [source["name"] for source in recipe["source"] if "group" in source]
    chosen = [source for source in recipe["source"] if source["name"] in (*names, _HAM)]
    corpus = read_corpus({**recipe, "source": chosen}, folder)
    rows = sparse_rows(read_grams(list(corpus.texts), Normaliser())[1])
    return {name: _train_on(name, names, corpus, rows, recipe) for name in names}


def _train_on(name: str, names: list[str], corpus: Corpus, rows: csr_matrix, recipe: Recipe) -> dict[str, float]:
    labels = corpus.labels[:, _SPAM].astype(float)
    used = np.flatnonzero(corpus.source_is(name, _HAM) & ~corpus.held_out)
    part, target = rows[used], labels[used]
    weights = np.ones(len(used))
    scale = logistic.count_ratio(part, target, weights)
    fitted = logistic.fit(part, target, weights, scale, recipe["penalty"]["spam"], 25)
    logits = (rows @ fitted.weights) * logistic.unit_rows(rows) + fitted.bias
    found = {}
    for other in names:
        tested = corpus.source_is(other, _HAM) & (corpus.held_out if other == name else ~corpus.source_is(name))
        tested &= corpus.held_out | corpus.source_is(other)
        found[other] = recall_at(labels[tested] >= 0.5, logits[tested], 0.01)
    return found
