"""The shipped model scores whatever it is given, the same alone and among others, and says why."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.classifier import ATTRIBUTES, WINDOW_CHARS, Classifier, Context

ANY_TEXT = st.text(st.characters(), max_size=200)
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@CALM
@given(st.lists(ANY_TEXT, max_size=6))
def test_every_text_has_a_score_between_0_and_1(classifier: Classifier, texts: list[str]) -> None:
    values = classifier.score(texts).values
    assert values.shape == (len(texts), len(ATTRIBUTES))
    assert values.dtype == np.float32
    assert ((values >= 0) & (values <= 1)).all()


@CALM
@given(st.lists(ANY_TEXT, min_size=2, max_size=6))
def test_a_text_alone_scores_as_among_others(classifier: Classifier, texts: list[str]) -> None:
    together = classifier.logits(texts)
    alone = np.concatenate([classifier.logits([text]) for text in texts])
    assert np.array_equal(together, alone)


@pytest.mark.parametrize("text", ["", " ", "\ud800", "🐒🔥", "שלום עליכם", "a" * 1_000_000, "!!!", "\x00\x7f"])
def test_odd_texts_score(classifier: Classifier, text: str) -> None:
    assert np.isfinite(classifier.score([text]).values).all()


def test_an_insult_at_the_end_of_a_long_text_counts(classifier: Classifier) -> None:
    long = "The road to the village is open again. " * 300
    assert classifier.score([long]).row(0)["toxicity"] < 0.2
    assert classifier.score([long + "You are a stupid idiot."]).row(0)["toxicity"] > 0.5


def test_threads_get_what_one_gets(classifier: Classifier) -> None:
    texts = [f"comment {at}, you {'fool' if at % 2 else 'friend'}" for at in range(400)]
    expected = classifier.score(texts).values
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: classifier.score([text]).values[0], texts))
    assert np.array_equal(expected, np.array(found))


def test_scoring_needs_neither_scipy_nor_scikit_learn(base: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from models.classifier import Classifier;"
        f"c = Classifier.load(Path({str(base)!r})); c.score(['a', 'b c']); c.explain('you fool', 'insult');"
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'scipy', 'pyarrow')))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


def test_the_table_is_mapped_and_cannot_be_written(classifier: Classifier) -> None:
    table = classifier._model.weights
    assert isinstance(table.base, np.memmap)
    assert not table.flags.writeable


def total(explanation: object) -> float:
    return explanation.bias + explanation.author + sum(span.contribution for span in explanation.spans)


@CALM
@given(st.text(st.sampled_from("you idiot 1*.é🐒і\u200b!?\n-"), max_size=60), st.sampled_from(ATTRIBUTES))
def test_contributions_add_up_to_the_logit(classifier: Classifier, text: str, attribute: str) -> None:
    found = classifier.explain(text, attribute)
    assert total(found) == pytest.approx(found.logit, abs=1e-3)
    assert found.logit == classifier.logits([text])[0, ATTRIBUTES.index(attribute)]
    assert found.probability == classifier.score([text]).row(0)[attribute]


@CALM
@given(ANY_TEXT)
def test_spans_are_in_order_and_do_not_overlap(classifier: Classifier, text: str) -> None:
    spans = classifier.explain(text, "toxicity").spans
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


def test_the_abusive_word_contributes_most_and_its_absence_helps(classifier: Classifier) -> None:
    text = "I read the report and you are an idiot"
    found = classifier.explain(text, "insult")
    most = max(found.spans, key=lambda span: span.contribution)
    assert text[most.start : most.end] == "idiot"
    assert most.without < found.probability / 2


def test_a_disguised_word_is_one_span_of_what_was_typed(classifier: Classifier) -> None:
    text = "you are such an i d i o t, friend"
    found = classifier.explain(text, "insult")
    assert "i d i o t" in [text[span.start : span.end] for span in found.spans]
    assert [(text[hidden.start : hidden.end], hidden.word) for hidden in found.disguises] == [("i d i o t", "idiot")]


def test_the_author_is_part_of_the_reason_for_spam(classifier: Classifier) -> None:
    author = Context(author_name="cheap loans", author_url="http://cheap-loans.xyz")
    found = classifier.explain("Nice article", "spam", author)
    assert found.author > 0
    assert total(found) == pytest.approx(found.logit, abs=1e-3)
    assert (
        classifier.score(["Nice article"], [author]).row(0)["spam"] > classifier.score(["Nice article"]).row(0)["spam"]
    )


def test_a_long_text_is_explained_by_its_worst_window(classifier: Classifier) -> None:
    text = "The road is open. " * 200 + "You are a stupid idiot."
    found = classifier.explain(text, "toxicity")
    assert total(found) == pytest.approx(found.logit, abs=1e-2)
    assert found.spans[0].start > len(text) - WINDOW_CHARS - 20


def test_an_unknown_attribute_is_refused(classifier: Classifier) -> None:
    with pytest.raises(ValueError, match="'beauty' is not one of spam, toxicity"):
        classifier.explain("text", "beauty")
