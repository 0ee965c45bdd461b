"""The comparison with peers: honest without data, and fair to those who only answer yes or no."""

import numpy as np
import pytest

from bench import scoring
from bench.peers import Peer


def test_without_data_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(scoring.measure(None)) == []
    assert "--data FOLDER" in capsys.readouterr().out


def test_a_peer_that_answers_yes_or_no_is_measured_at_its_own_false_positives() -> None:
    def many(texts: object) -> np.ndarray:
        return np.array([float("idiot" in text) for text in texts])

    texts = ["you idiot"] * 10 + ["what an idiot I was", *["hello"] * 9]
    labels = np.array([True] * 10 + [False] * 10)
    peer = Peer("list", lambda text: many([text]), many, binary=True, seen=True)
    auc, found, disguised = scoring._quality(peer, texts, labels)
    assert auc.value == pytest.approx(0.95)
    assert auc.note == "trained on these rows"
    assert (found.name, found.value) == ("list: found at 10.0% false positives", 1.0)
    assert disguised.value < 1.0
