"""The classifier beside its peers: quality and time on the same comments in one run."""

import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pyarrow.parquet as parquet
from numpy.typing import NDArray

from bench.peers import OURS, Peer, installed, ours, pipelines
from bench.result import Figure
from models.metrics import rank, threshold_at
from models.robustness import DISGUISES, PROBES, hide

TRAINED_ON, MEASURED_ON = "train/jigsaw_toxic_train.parquet", "dev/jigsaw_toxic_dev.parquet"
SAMPLE, MAX_CHARS = 2000, 2000
TYPICAL_CHARS = range(180, 221)
ROUNDS, SINGLES_SECONDS, BATCH_SECONDS = 7, 0.25, 0.5
SINGLE_US, RATIO, TYPICAL_BATCH, NATURAL_BATCH = 100.0, 20.0, 28_000.0, 20_000.0
_YARDSTICK = "scikit-learn TF-IDF words + characters"

Flags = NDArray[np.bool_]


def measure(data: Path | None = None) -> Iterator[Figure]:
    """Yield quality and time of the shipped model and of every peer, on comments that ours never learned from."""
    if data is None:
        print("scoring: left out, for it needs the data sets: --data FOLDER (docs/data.md says where to get them)")
        return
    print("scoring: fitting scikit-learn's pipelines on all Jigsaw comments, which takes some minutes")
    fitted = list(pipelines(*_rows(data / TRAINED_ON)))
    peers = [ours(), *fitted, *installed()]
    texts, labels = _rows(data / MEASURED_ON, SAMPLE)
    for peer in peers:
        yield from _quality(peer, texts, labels)
    yield from _time(peers, texts)


def _rows(path: Path, most: int | None = None) -> tuple[list[str], Flags]:
    table = parquet.read_table(path, columns=["text", "any_toxic"]).to_pydict()
    size = len(table["text"])
    chosen = range(size) if most is None else np.random.default_rng(1).permutation(size)[:most].tolist()
    texts = [table["text"][at][:MAX_CHARS] for at in chosen]
    return texts, np.array([table["any_toxic"][at] for at in chosen]) >= 0.5


def _quality(peer: Peer, texts: Sequence[str], labels: Flags) -> Iterator[Figure]:
    scores = np.asarray(peer.many(texts))
    threshold = 0.5 if peer.binary else threshold_at(scores[~labels], 0.01)
    note = "trained on these rows" if peer.seen else ""
    alarms = (scores[~labels] > threshold).mean()
    at = f"at {alarms:.1%} false positives"
    yield Figure(f"{peer.name}: AUC", rank(labels, scores).auc, note=note)
    yield Figure(f"{peer.name}: found {at}", float((scores[labels] > threshold).mean()), note=note)
    yield Figure(f"{peer.name}: disguised swearing found {at}", _found_disguised(peer, texts, labels, threshold))


def _found_disguised(peer: Peer, texts: Sequence[str], labels: Flags, threshold: float) -> float:
    """Return the mean over all disguises of the share of abusive comments with a probe word that is found."""
    swearing = [text for text, bad in zip(texts, labels, strict=True) if bad and _has_probe(text)]
    shares = [
        (peer.many([hide(text, how, at) for at, text in enumerate(swearing)]) > threshold).mean()
        for how in DISGUISES.values()
    ]
    return float(np.mean(shares))


def _has_probe(text: str) -> bool:
    return not set(PROBES).isdisjoint(text.lower().split())


def _time(peers: Sequence[Peer], texts: Sequence[str]) -> Iterator[Figure]:
    """Yield time per comment and comments per second; rounds go from peer to peer, so that all meet the same load."""
    typical = [text for text in texts if len(text) in TYPICAL_CHARS]
    rounds = [{peer.name: _single_us(peer, typical) for peer in peers} for _ in range(ROUNDS)]
    for peer in peers:
        goal = SINGLE_US if peer.name == OURS else None
        middle = float(np.median([taken[peer.name] for taken in rounds]))
        yield Figure(f"{peer.name}: one comment of ~200 characters, p50", middle, "us", goal, at_least=False)
    for peer in peers[1:]:
        goal = RATIO if peer.name == _YARDSTICK else None
        ratio = float(np.median([taken[peer.name] / taken[OURS] for taken in rounds]))
        yield Figure(f"{peer.name} / {OURS}: time of one comment", ratio, "x", goal)
    for peer in peers:
        mine = peer.name == OURS
        yield Figure(
            f"{peer.name}: many, ~200 characters", _per_second(peer, typical), "/s", TYPICAL_BATCH if mine else None
        )
        yield Figure(
            f"{peer.name}: many, natural lengths", _per_second(peer, texts), "/s", NATURAL_BATCH if mine else None
        )


def _single_us(peer: Peer, texts: Sequence[str]) -> float:
    taken: list[float] = []
    began = time.perf_counter()
    for text in cycle(texts):
        started = time.perf_counter()
        peer.one(text)
        taken.append(time.perf_counter() - started)
        if started - began > SINGLES_SECONDS:
            return float(np.median(taken) * 1e6)
    raise ValueError("no comment of typical length")


def _per_second(peer: Peer, texts: Sequence[str]) -> float:
    """Return how many texts a CPU second suffices for, the best of three: others may use the machine."""
    size, seconds = 8, 0.0
    while seconds < BATCH_SECONDS:
        size, part = size * 2, list(islice(cycle(texts), size * 2))
        seconds = _cpu_seconds(peer, part)
    return size / min(seconds, _cpu_seconds(peer, part), _cpu_seconds(peer, part))


def _cpu_seconds(peer: Peer, texts: Sequence[str]) -> float:
    started = time.process_time()
    peer.many(texts)
    return time.process_time() - started
