"""The second opinion as it is served: a text is heard alone as among others, and it tells which words carried it."""

import itertools
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from models.classifier import Classifier
from models.errors import ModelDamaged, OpinionUnavailable
from models.second import folder
from models.second.blend import logit
from models.second.opinion import MOST_PARTS, SecondOpinion
from models.second.sentences import SentenceHead

TEXTS = [
    "Six people were killed by landmines in Khojavend.",
    "You people should be wiped out.",
    "Armenians are not vermin, and whoever says so should be ashamed.",
    "k",
    "",
    "one two three " * 400,
]


def first(classifier: Classifier, texts: list[str]) -> list[dict[str, float]]:
    scores = classifier.score(texts)
    return [scores.row(at) for at in range(len(texts))]


def test_a_text_is_heard_alone_as_among_others(opinion: SecondOpinion) -> None:
    together = opinion.hear(TEXTS)
    for at, text in enumerate(TEXTS):
        alone = opinion.hear([text])
        assert (alone.logits[0] == together.logits[at]).all()
        assert (alone.embeddings[0] == together.embeddings[at]).all()
    assert opinion.hear([]).logits.shape == (0, len(opinion.heads))


def test_many_threads_may_ask_at_once(opinion: SecondOpinion) -> None:
    expected = opinion.hear(TEXTS[:3]).logits
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: opinion.hear(TEXTS[:3]).logits, range(12)):
            assert (found == expected).all()


def test_what_it_has_no_opinion_of_stays_as_it_was(opinion: SecondOpinion, classifier: Classifier) -> None:
    rows = first(classifier, TEXTS)
    revised = opinion.revise(TEXTS, rows)
    assert opinion.revise([], []) == []
    for before, after in zip(rows, revised, strict=True):
        assert list(after) == list(before)
        assert {name: after[name] for name in after if name not in opinion.heads} == {
            name: before[name] for name in before if name not in opinion.heads
        }
        assert all(0 <= value <= 1 for value in after.values())


def test_a_disguise_changes_nothing(opinion: SecondOpinion) -> None:
    plain, hidden = opinion.hear(["You are an idiot.", "You are an 1d10t."]).logits
    assert (plain == hidden).all()


def test_who_objects_to_hate_is_told_from_who_hates(opinion: SecondOpinion, classifier: Classifier) -> None:
    texts = ["Nobody should say that Yazidis are vermin.", "Everybody should know that Yazidis are vermin."]
    objected, hated = (row["identity_attack"] for row in opinion.revise(texts, first(classifier, texts)))
    assert objected < hated / 2


@pytest.mark.parametrize("attribute", ["toxicity", "identity_attack"])
def test_an_explanation_adds_up(opinion: SecondOpinion, classifier: Classifier, attribute: str) -> None:
    text = "Go away, you vermin. Nobody wants your kind here."
    [row] = first(classifier, [text])
    found = opinion.explain(text, attribute, row)
    assert found.probability == pytest.approx(opinion.revise([text], [row])[0][attribute])
    assert found.bias + sum(span.contribution for span in found.spans) == pytest.approx(found.logit)
    worst = max(found.spans, key=lambda span: span.contribution)
    assert text[worst.start : worst.end] == "vermin"
    assert worst.without < found.probability


def own_head(version: str, bias: float = 0.5) -> SentenceHead:
    weights = np.random.default_rng(3).normal(0, 0.2, 384).astype(np.float32)
    return SentenceHead(version, 0.8, 0.3, bias, weights)


def test_a_sites_own_heads_are_heard_last(opinion: SecondOpinion, classifier: Classifier) -> None:
    rows = first(classifier, TEXTS)
    head = own_head(opinion.version)
    plain, revised = opinion.revise(TEXTS, rows), opinion.revise(TEXTS, rows, {"insult": head, "spam": head})
    embeddings = opinion.hear(TEXTS).embeddings
    for attribute in ("insult", "spam"):
        both, alone = (logit(np.array([row[attribute] for row in rows_of], np.float32)) for rows_of in (plain, rows))
        expected = 1 / (1 + np.exp(-(0.8 * both + 0.3 * alone + embeddings @ head.weights + 0.5)))
        assert [row[attribute] for row in revised] == pytest.approx(expected.tolist(), abs=1e-5)
    for before, after in zip(plain, revised, strict=True):
        assert {**after, "insult": 0, "spam": 0} == {**before, "insult": 0, "spam": 0}


def test_heads_that_were_learned_from_other_embeddings_are_not_heard(
    opinion: SecondOpinion, classifier: Classifier
) -> None:
    rows = first(classifier, TEXTS)
    assert opinion.revise(TEXTS, rows, {"insult": own_head("second-0")}) == opinion.revise(TEXTS, rows)


@pytest.mark.parametrize("attribute", ["toxicity", "spam"])
def test_an_explanation_by_a_sites_own_head_adds_up(
    opinion: SecondOpinion, classifier: Classifier, attribute: str
) -> None:
    text, own = "Go away, you vermin. Nobody wants your kind here.", {attribute: own_head(opinion.version)}
    [row] = first(classifier, [text])
    found = opinion.explain(text, attribute, row, own)
    assert found.probability == pytest.approx(opinion.revise([text], [row], own)[0][attribute])
    assert found.bias + sum(span.contribution for span in found.spans) == pytest.approx(found.logit)
    assert any(span.contribution for span in found.spans)


def test_a_long_text_is_explained_in_few_parts(opinion: SecondOpinion, classifier: Classifier) -> None:
    text = "one two three " * 30
    found = opinion.explain(text, "toxicity", first(classifier, [text])[0])
    ends = [(span.start, span.end) for span in found.spans]
    assert len(ends) <= MOST_PARTS
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(ends))
    assert (ends[0][0], ends[-1][1]) == (0, len(text.rstrip()))


def test_it_keeps_silent_about_a_language_it_does_not_know(opinion: SecondOpinion, classifier: Classifier) -> None:
    texts = [
        "Bu haber doğru değil, köyümüze giden yol haftalardır kapalı kaldı ve kimse konuşmuyor.",
        "This is not true.",
    ]
    rows = first(classifier, texts)
    foreign, english = opinion.revise(texts, rows)
    assert foreign == rows[0]
    assert english != rows[1]
    assert np.isnan(opinion.hear(texts).logits).all(axis=1).tolist() == [True, False]


def test_an_attribute_without_a_head_is_refused(opinion: SecondOpinion, classifier: Classifier) -> None:
    with pytest.raises(ValueError, match="spam"):
        opinion.explain("buy", "spam", first(classifier, ["buy"])[0])


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_a_missing_package_is_told_with_its_remedy(
    second: Path, classifier: Classifier, monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(OpinionUnavailable, match=r"pip install 'parley\[second-opinion\]'"):
        SecondOpinion.load(second, classifier.normalise)


@pytest.mark.parametrize("name", [folder.NETWORK, folder.TOKENS])
def test_a_file_that_cannot_be_run_is_told(second: Path, classifier: Classifier, tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copytree(second, tmp_path / "model"))
    (copy / name).write_bytes(b"{}")
    folder.write_card(copy, folder.read(second).card)
    with pytest.raises(ModelDamaged, match="cannot be started"):
        SecondOpinion.load(copy, classifier.normalise)


def test_nothing_is_imported_before_it_is_loaded() -> None:
    program = "import sys, models.second.opinion; sys.exit('onnxruntime' in sys.modules or 'tokenizers' in sys.modules)"
    import subprocess

    assert subprocess.run([sys.executable, "-c", program], timeout=60).returncode == 0


def test_embeddings_of_like_sentences_are_near(opinion: SecondOpinion) -> None:
    texts = ["The bridge is closed today.", "Today they closed the bridge.", "My cat likes warm milk."]
    found = opinion.hear(texts).embeddings
    unit = found / np.linalg.norm(found, axis=1, keepdims=True)
    assert unit[0] @ unit[1] > unit[0] @ unit[2]
