"""Measure the second opinion beside the first, and both together on the road, on rows that neither learned from."""

import json
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models import fairness
from models.attributes import ATTRIBUTES
from models.classifier import Classifier
from models.corpus import Corpus
from models.metrics import choose_thresholds, rank
from models.second import card_text, grammar
from models.second.making import read_checks
from models.second.opinion import SecondOpinion

SEED = 1
VERDICTS = ("approve", "review", "reject")
TOKENS = (30, 60, 120)

Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]
Road = Callable[[Sequence[str]], Sequence[tuple[str, bool]]]


@dataclass(frozen=True, slots=True)
class Roads:
    """What the service makes of texts, each with its verdict and whether the second opinion was asked.

    `alone` never asks; `together` asks as the default policy does.
    """

    alone: Road
    together: Road


def evaluate(
    opinion: SecondOpinion, first: Classifier, roads: Roads, data_dir: Path, out_dir: Path, scene_path: Path | None
) -> dict[str, Any]:
    """Measure both on the checks under `data_dir`; writes evaluation.json, CARD.md and DATA.md to `out_dir`.

    `scene_path` names a TOML of classes of comments. Raises SourceMissing.
    """
    checks = read_checks(data_dir, opinion.heads)
    scores = first.score(checks.texts)
    rows = [scores.row(at) for at in range(len(checks.texts))]
    revised = opinion.revise(checks.texts, rows)
    both = np.array([[row[name] for name in ATTRIBUTES] for row in revised], np.float32)
    found = {
        "heads": list(_heads(opinion, checks, scores.values, both)),
        "load": _load(checks, scores.values, both),
        "roads": {name: _on_the_roads(roads, *part) for name, part in _labelled(checks)},
        "own_sentences": {name: _on_the_roads(roads, texts) for name, texts in _own_sentences()},
        "scene": {name: _on_the_roads(roads, texts) for name, texts in _scene(scene_path)},
        "speed": _speed(opinion),
    }
    out_dir.mkdir(parents=True, exist_ok=True)
    (out_dir / "evaluation.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    card_text.write_texts(opinion.card, found, out_dir)
    return found


def _heads(opinion: SecondOpinion, checks: Corpus, first: Floats, both: Floats) -> Iterator[dict[str, Any]]:
    """Yield per check and head the figures of the first score and of both together."""
    for name in checks.names:
        for head in opinion.heads:
            column = ATTRIBUTES.index(head)
            known = checks.source_is(name) & ~np.isnan(checks.labels[:, column])
            labels = checks.labels[known, column] >= 0.5
            if labels.any():
                pair = (rank(labels, table[known, column]) for table in (first, both))
                yield {"check": name, "attribute": head, **_side_by_side(*(one.as_dict() for one in pair))}


def _side_by_side(first: dict[str, float], both: dict[str, float]) -> dict[str, Any]:
    same = {name: int(first[name]) for name in ("rows", "positives")}
    return same | {name: (first[name], both[name]) for name in first if name not in same}


def _load(checks: Corpus, first: Floats, both: Floats) -> dict[str, dict[str, float]]:
    """Return what must be reviewed of each check for 5 % of the abuse missed and 19 of 20 rejections right."""
    column = ATTRIBUTES.index("toxicity")
    found = {}
    for name in checks.names:
        known = checks.source_is(name) & ~np.isnan(checks.labels[:, column])
        labels = checks.labels[known, column] >= 0.5
        if labels.any():
            alone, together = (choose_thresholds(labels, table[known, column]).reviewed for table in (first, both))
            found[name] = {"alone": alone, "together": together}
    return found


def _labelled(checks: Corpus) -> Iterator[tuple[str, tuple[list[str], Flags]]]:
    column = ATTRIBUTES.index("toxicity")
    for name in checks.names:
        known = np.flatnonzero(checks.source_is(name) & ~np.isnan(checks.labels[:, column]))
        if known.size:
            yield name, ([checks.texts[at] for at in known.tolist()], checks.labels[known, column] >= 0.5)


def _own_sentences() -> Iterator[tuple[str, list[str]]]:
    yield "named a group", [sentence for _, sentence in fairness.neutral_test_sentences()]
    measured = grammar.measured(SEED)
    for kind in grammar.KINDS:
        yield kind.name, [sentence.text for sentence in measured if sentence.kind == kind.name]


def _scene(path: Path | None) -> Iterator[tuple[str, list[str]]]:
    classes = tomllib.loads(path.read_text(encoding="utf-8"))["class"] if path else []
    for one in classes:
        yield one["name"], one["texts"]


def _on_the_roads(roads: Roads, texts: Sequence[str], abusive: Flags | None = None) -> dict[str, Any]:
    """Return the share of each verdict, alone and together, and with labels how many are wrong."""
    found: dict[str, Any] = {"comments": len(texts)}
    for name, road in (("alone", roads.alone), ("together", roads.together)):
        judged = road(texts)
        verdicts = np.array([verdict for verdict, _ in judged])
        found[name] = {one: float((verdicts == one).mean()) for one in VERDICTS}
        found[name]["asked"] = float(np.mean([asked for _, asked in judged]))
        if abusive is not None:
            found[name] |= _wrong(verdicts, abusive)
    return found


def _wrong(verdicts: NDArray[np.str_], abusive: Flags) -> dict[str, float]:
    rejected = verdicts == "reject"
    return {
        "abuse_approved": float((verdicts[abusive] == "approve").mean()),
        "harmless_rejected": float(rejected[~abusive].mean()),
        "rejected_rightly": float(abusive[rejected].mean()) if rejected.any() else float("nan"),
    }


def _speed(opinion: SecondOpinion, repeats: int = 50) -> dict[str, float]:
    """Return the median CPU milliseconds for texts of so many tokens."""
    found = {}
    for tokens in TOKENS:
        text = "the bridge over the river was closed again today " * (tokens // 9)
        taken = []
        for _ in range(repeats):
            started = time.thread_time()
            opinion.hear([text])
            taken.append((time.thread_time() - started) * 1000)
        found[f"{tokens} tokens, CPU ms"] = float(np.median(taken))
    return found
