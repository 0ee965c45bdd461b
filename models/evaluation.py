"""Measure a model on rows that never enter its weights, and write what was found as JSON, a page and its card."""

import json
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import card_text, contrast, curves, fairness, report, robustness, transfer
from models.attributes import ATTRIBUTES
from models.classifier import Classifier, Context
from models.corpus import Corpus, Recipe, read_corpus, read_recipe
from models.metrics import measure_thresholds, rank, recall_at, threshold_at

RECIPE = Path(__file__).with_name("recipe.toml")
_TOXICITY, _SPAM = ATTRIBUTES.index("toxicity"), ATTRIBUTES.index("spam")
_MAIN, _HAM, _BLOG = "jigsaw_dev", "blog_ham", "blog_spam"

Values = NDArray[np.float32]


def evaluate(
    model: Classifier, data_dir: Path, out_dir: Path, recipe_path: Path = RECIPE, scene_path: Path | None = None
) -> dict[str, Any]:
    """Measure `model` on the recipe's checks under `data_dir`.

    Writes evaluation.json, evaluation.html, CARD.md and DATA.md to `out_dir`. `scene_path` names a TOML of classes of
    comments with what is expected of them. Raises RecipeError, SourceMissing.
    """
    recipe = read_recipe(recipe_path)
    checks = read_corpus({**recipe, "source": recipe["check"]}, data_dir)
    started = time.process_time()
    values = model.score(checks.texts).values
    seconds = time.process_time() - started
    found = {
        "model": model.version,
        "heads": _heads(checks, values),
        **_curves(model, checks, values),
        "thresholds": _thresholds(model, checks, values),
        "spam": _spam(model, recipe, data_dir, checks, values),
        "disguises": _disguises(model, checks, values),
        "identity": _identity(model, checks, values),
        "contrasts": _contrasts(model, checks, values),
        "speed": {"texts_per_cpu_second": len(checks.texts) / seconds, **_latency(model)},
        "scene": score_scene(model, scene_path) if scene_path else {},
    }
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / "evaluation.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (out_dir / "evaluation.html").write_text(report.page(found), encoding="utf-8")
    card_text.write_texts(model.card, found, out_dir)
    return found


def _known(checks: Corpus, name: str, column: int) -> NDArray[np.bool_]:
    return checks.source_is(name) & ~np.isnan(checks.labels[:, column])


def _heads(checks: Corpus, values: Values) -> list[dict[str, Any]]:
    found = []
    for name in checks.names:
        for column, attribute in enumerate(ATTRIBUTES):
            rows = _known(checks, name, column)
            if rows.any():
                ranking = rank(checks.labels[rows, column] >= 0.5, values[rows, column])
                found.append({"check": name, "attribute": attribute, **ranking.as_dict()})
    return found


def _curves(model: Classifier, checks: Corpus, values: Values) -> dict[str, Any]:
    """Return what the report draws, all of the main check."""
    found: dict[str, Any] = {"precision_recall": {}, "reliability": {}, "review_load": [], "slices": []}
    for column, attribute in enumerate(ATTRIBUTES):
        rows = _known(checks, _MAIN, column)
        labels, scores = checks.labels[rows, column] >= 0.5, values[rows, column]
        if labels.any():
            found["precision_recall"][attribute] = curves.precision_recall(labels, scores)
            found["reliability"][attribute] = curves.reliability(labels, scores)
        if labels.any() and column == _TOXICITY:
            texts = [checks.texts[at] for at in np.flatnonzero(rows).tolist()]
            reject = model.card["thresholds"][attribute]["reject"]
            found["review_load"] = curves.review_load(labels, scores, reject)
            found["slices"] = curves.slices(texts, labels, scores)
    return found


def _thresholds(model: Classifier, checks: Corpus, values: Values) -> dict[str, Any]:
    """Return what the card's thresholds do on the main check; spam has none there."""
    found = {}
    for attribute, chosen in model.card["thresholds"].items():
        column = ATTRIBUTES.index(attribute)
        rows = _known(checks, _MAIN, column)
        if rows.any():
            labels = checks.labels[rows, column] >= 0.5
            done = measure_thresholds(labels, values[rows, column], chosen["review"], chosen["reject"])
            found[attribute] = {name: getattr(done, name) for name in done.__slots__}
    return found


def _spam(model: Classifier, recipe: Recipe, folder: Path, checks: Corpus, values: Values) -> dict[str, Any]:
    """Measure held-out campaigns against another blog's ham, without and with what is known of the author."""
    sources = [source for source in recipe["source"] if source["name"] == _BLOG]
    blog = read_corpus({**recipe, "source": sources}, folder)
    held = np.flatnonzero(blog.held_out)
    texts = [blog.texts[at] for at in held.tolist()]
    authors = [Context(author_name=blog.authors[at][0], author_url=blog.authors[at][1]) for at in held.tolist()]
    ham = values[checks.source_is(_HAM), _SPAM]
    found: dict[str, Any] = {"held_out_campaign_comments": len(held)}
    for name, contexts in (("text_only", None), ("with_author", authors)):
        scores = model.score(texts, contexts).values[:, _SPAM]
        labels = np.repeat([True, False], [len(scores), len(ham)])
        found[f"recall_at_1_{name}"] = recall_at(labels, np.concatenate([scores, ham]), 0.01)
    reject = model.card["thresholds"]["spam"]["reject"]
    found["ham_rejected"] = float((ham >= reject).mean())
    return found | {"cross_source": transfer.cross_source(recipe, folder)}


def _disguises(model: Classifier, checks: Corpus, values: Values) -> dict[str, float]:
    rows = _known(checks, _MAIN, _TOXICITY)
    labels = checks.labels[:, _TOXICITY] >= 0.5
    positives = [checks.texts[at] for at in np.flatnonzero(rows & labels).tolist()]

    def score(texts: Sequence[str]) -> Values:
        return model.score(texts).values[:, _TOXICITY]

    return robustness.disguise_recall(score, positives, values[rows & ~labels, _TOXICITY])


def _identity(model: Classifier, checks: Corpus, values: Values) -> dict[str, Any]:
    rows = _known(checks, _MAIN, _TOXICITY)
    labels = checks.labels[rows, _TOXICITY] >= 0.5
    scores = values[rows, _TOXICITY]
    groups, sentences = zip(*fairness.neutral_test_sentences(), strict=True)
    neutral = model.score(sentences).values[:, _TOXICITY]
    named = fairness.mentions([checks.texts[at] for at in np.flatnonzero(rows).tolist()])
    tables = {group: fairness.borkan(labels, scores, where) for group, where in named.items()}
    return {
        "false_positives_at_5": fairness.false_positives(groups, neutral, threshold_at(scores[~labels], 0.05)),
        "borkan": {group: table for group, table in tables.items() if table},
    }


def _contrasts(model: Classifier, checks: Corpus, values: Values) -> dict[str, Any]:
    """Return per kind of contrast sentence what share is above the toxicity that 5 % of harmless comments exceed."""
    rows = _known(checks, _MAIN, _TOXICITY)
    limit = threshold_at(values[rows & (checks.labels[:, _TOXICITY] < 0.5), _TOXICITY], 0.05)
    sentences = list(contrast.measured())
    scores = model.score([sentence.text for sentence in sentences]).values[:, _TOXICITY]
    names = np.array([sentence.kind for sentence in sentences])
    return {
        kind.name: {
            "hurts": "yes" if kind.attributes else "no",
            "sentences": int((names == kind.name).sum()),
            "flagged": float((scores[names == kind.name] > limit).mean()),
        }
        for kind in contrast.KINDS
    }


def _latency(model: Classifier, repeats: int = 2000) -> dict[str, float]:
    text = "I really think that the author has no idea what he is talking about, and the three sources are weak. " * 2
    taken = []
    for _ in range(repeats):
        started = time.thread_time()
        model.score([text])
        taken.append(time.thread_time() - started)
    return {"one_comment_p50_cpu_us": float(np.median(taken) * 1e6), "one_comment_chars": float(len(text))}


def score_scene(model: Classifier, path: Path) -> dict[str, Any]:
    """Return per class of the scene what share is judged as expected at the card's thresholds, and which are not."""
    found = {}
    for group in tomllib.loads(path.read_text(encoding="utf-8"))["class"]:
        values = model.score(group["texts"]).values
        right = scene_right(model, group["expect"], values)
        found[group["name"]] = {
            "expect": group["expect"],
            "comments": len(right),
            "right": float(right.mean()),
            "approved": float((values < limits(model, "review")).all(axis=1).mean()),
            "wrong": [group["texts"][at] for at in np.flatnonzero(~right)],
        }
    return found


def scene_right(model: Classifier, expect: str, values: Values) -> NDArray[np.bool_]:
    """Tell which comments are judged as expected.

    `stand` is not rejected, `abuse` not approved for any kind of abuse, `spam` not approved as spam.
    """
    flagged: NDArray[np.bool_] = values >= limits(model, "review")
    if expect == "stand":
        return np.logical_not((values >= limits(model, "reject")).any(axis=1))
    return flagged[:, _SPAM] if expect == "spam" else np.logical_or.reduce(flagged[:, 1:], axis=1)


def limits(model: Classifier, kind: str) -> NDArray[np.float64]:
    """Return the card's thresholds of one kind, `review` or `reject`, in the order of the attributes."""
    return np.array([model.card["thresholds"][name][kind] for name in ATTRIBUTES])
