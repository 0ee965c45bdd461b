"""A site's model is the base and a small file: it serves the same alone and among others, and says exactly why."""

import json
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import delta as delta_file
from models.attributes import ATTRIBUTES
from models.calibration import GRID
from models.classifier import WINDOW_CHARS, Classifier, Context, SiteClassifier
from models.delta import MAX_BYTES, Delta, HeadDelta, pack, rounded, unpack
from models.errors import ModelDamaged, ModelForeign, ModelTooNew
from models.ngrams import BUCKETS
from models.second.sentences import SentenceHead

CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SPAM, INSULT = ATTRIBUTES.index("spam"), ATTRIBUTES.index("insult")
AUTHOR = Context(author_name="cheap loans", author_url="http://cheap-loans.xyz")
CURVE = (1 / (1 + np.exp(-GRID.astype(float)))).astype(np.float32)


def head(seed: int, count: int, chosen: str = "adapted", gain: float = 0.8, signs: float = 0.0) -> HeadDelta:
    random = np.random.default_rng(seed)
    buckets = np.sort(random.choice(BUCKETS, count, replace=False)).astype(np.uint32)
    return HeadDelta(chosen, gain, -0.25, buckets, random.normal(size=count).astype(np.float32), CURVE, signs)


def delta(base: str, **heads: HeadDelta) -> Delta:
    return Delta("site.1", base, heads, {"lessons": 7})


@pytest.fixture(scope="module")
def made(classifier: Classifier) -> Delta:
    own = rounded(head(2, 100_000, "own", gain=0.0, signs=0.5))
    return delta(classifier.version, insult=rounded(head(1, 100_000)), spam=own, threat=head(3, 0))


@pytest.fixture(scope="module")
def site(classifier: Classifier, made: Delta) -> SiteClassifier:
    return classifier.adapted(made)


def same(one: HeadDelta, other: HeadDelta) -> bool:
    arrays = ("buckets", "weights", "curve")
    rest = ("chosen", "gain", "bias", "signs")
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays) and all(
        getattr(one, name) == getattr(other, name) for name in rest
    )


def sentence(seed: int, dimensions: int = 384) -> SentenceHead:
    weights = np.random.default_rng(seed).normal(size=dimensions).astype(np.float32)
    return SentenceHead("second-1", 0.9, 0.1, -0.5, weights)


def test_heads_on_sentences_come_back_as_they_were() -> None:
    made = replace(delta("base", insult=head(1, 5000)), sentences={"insult": sentence(1), "spam": sentence(2)})
    back = unpack(pack(made))
    assert list(back.sentences) == ["insult", "spam"]
    assert same(back.heads["insult"], rounded(made.heads["insult"]))
    for attribute, kept in back.sentences.items():
        before = made.sentences[attribute]
        assert replace(kept, weights=before.weights) == before
        assert (kept.weights == before.weights).all()
    assert len(pack(made)) - len(pack(replace(made, sentences={}))) < 4000


def test_a_file_without_heads_on_sentences_says_nothing_of_them(classifier: Classifier) -> None:
    packed = pack(delta(classifier.version, insult=head(1, 50)))
    assert b"sentences" not in packed
    assert unpack(packed).sentences == classifier.adapted(unpack(packed)).sentences == classifier.sentences == {}


def test_a_head_on_sentences_that_is_none_is_refused() -> None:
    for broken in (
        {"insult": sentence(1, 5000)},
        {"insult": replace(sentence(1), bias=float("inf"))},
        {"insult": replace(sentence(1), weights=np.full(8, np.nan, np.float32))},
        {"mood": sentence(1)},
    ):
        with pytest.raises(ModelDamaged):
            unpack(pack(replace(delta("base"), sentences=broken)))


def test_a_delta_comes_back_from_its_file_with_its_weights_rounded() -> None:
    made = delta("base", insult=head(1, 5000), spam=head(2, 0, "own", 0.0, 1.5))
    back = unpack(pack(made))
    assert (back.version, back.base, back.card) == ("site.1", "base", {"lessons": 7})
    assert all(same(back.heads[name], rounded(made.heads[name])) for name in made.heads)
    assert np.abs(back.heads["insult"].curve - CURVE).max() < 1e-4
    assert pack(back) == pack(made)


@CALM
@given(st.lists(st.floats(-1e3, 1e3, width=32), max_size=30))
def test_rounding_twice_is_rounding_once(weights: list[float]) -> None:
    table = np.array(weights, np.float32)
    once = rounded(replace(head(1, len(table)), weights=table))
    assert same(once, rounded(once))
    largest = np.abs(table).max(initial=0)
    kept = np.zeros(len(table), np.float32)
    kept[np.isin(head(1, len(table)).buckets, once.buckets)] = once.weights
    assert np.abs(kept - table).max(initial=0) <= largest / 250


def test_a_file_is_never_larger_than_it_may_be_and_keeps_the_largest_weights() -> None:
    made = delta("base", insult=head(1, 500_000), threat=head(2, 100))
    packed = pack(made)
    back = unpack(packed)
    assert 0.5 * MAX_BYTES < len(packed) <= MAX_BYTES
    assert len(back.heads["threat"].buckets) > 90
    gone = np.setdiff1d(made.heads["insult"].buckets, back.heads["insult"].buckets)
    lost = np.abs(made.heads["insult"].weights[np.isin(made.heads["insult"].buckets, gone)])
    assert lost.max() <= np.abs(back.heads["insult"].weights).min() * 1.2


def test_any_changed_byte_is_noticed() -> None:
    packed = bytearray(pack(delta("base", insult=head(1, 40))))
    for at in range(0, len(packed), 7):
        packed[at] ^= 1
        with pytest.raises(ModelDamaged):
            unpack(bytes(packed))
        packed[at] ^= 1


@pytest.mark.parametrize("cut", [0, 4, 20, 100, -1])
def test_a_file_that_was_cut_off_is_refused(cut: int) -> None:
    with pytest.raises(ModelDamaged):
        unpack(pack(delta("base", insult=head(1, 40)))[:cut])


def with_header(**changes: object) -> bytes:
    import hashlib

    packed = pack(delta("base", insult=head(1, 40)))
    start = len(delta_file.MAGIC) + 36
    (length,) = struct.unpack_from("<I", packed, len(delta_file.MAGIC))
    header = json.loads(packed[start : start + length]) | changes
    content = json.dumps(header).encode()
    return b"".join(
        (
            *(delta_file.MAGIC, struct.pack("<I", len(content))),
            *(hashlib.sha256(content).digest(), content, packed[start + length :]),
        )
    )


def test_a_newer_format_is_refused() -> None:
    with pytest.raises(ModelTooNew, match="has format 2; this version reads up to 1"):
        unpack(with_header(format=2))


@pytest.mark.parametrize("heads", [{"insult": {}}, {"beauty": {}}, {"insult": None}, [], None])
def test_a_header_that_is_none_is_refused(heads: object) -> None:
    with pytest.raises(ModelDamaged):
        unpack(with_header(heads=heads))


@pytest.mark.parametrize("name", ["gain", "step"])
def test_numbers_that_no_model_has_are_refused(name: str) -> None:
    def changed() -> bytes:
        packed = pack(delta("base", insult=head(1, 40)))
        start = len(delta_file.MAGIC) + 36
        (length,) = struct.unpack_from("<I", packed, len(delta_file.MAGIC))
        heads = json.loads(packed[start : start + length])["heads"]
        heads["insult"][name] = float("inf")
        return with_header(heads=heads)

    with pytest.raises(ModelDamaged, match="numbers that no model has"):
        unpack(changed())


def test_another_base_is_refused(classifier: Classifier) -> None:
    with pytest.raises(ModelForeign, match=r"site\.1 adapts elsewhere-1; the one in use is base-2"):
        classifier.adapted(delta("elsewhere-1"))


TEXTS = st.lists(st.text(st.characters(), max_size=200), min_size=2, max_size=5)


@CALM
@given(TEXTS)
def test_a_text_alone_scores_as_among_others(site: SiteClassifier, texts: list[str]) -> None:
    together = site.logits(texts, [AUTHOR] * len(texts))
    alone = np.concatenate([site.logits([text], [AUTHOR]) for text in texts])
    assert np.array_equal(together, alone)


def test_a_site_that_changes_nothing_scores_as_the_base(classifier: Classifier) -> None:
    texts = ["you fool", "see http://cheap-pills.xyz now", "The road is open. " * 300]
    same = classifier.adapted(delta(classifier.version))
    assert np.array_equal(same.score(texts).values, classifier.score(texts).values)


def expected(classifier: Classifier, made: Delta, text: str, attribute: str) -> float:
    """The definition in float64."""
    changed, column = made.heads[attribute], ATTRIBUTES.index(attribute)
    found = classifier.read(text).buckets
    hit = np.isin(changed.buckets, found)
    sum_of_signs = sum(weight for _, weight in classifier.signs(text, AUTHOR, column))
    more = float(changed.weights[hit].astype(float).sum()) / len(found) ** 0.5
    base = float(classifier.logits([text], [AUTHOR])[0, column])
    return changed.gain * base + changed.signs * sum_of_signs + more + changed.bias


@CALM
@given(st.text(max_size=120), st.sampled_from(["insult", "spam", "threat"]))
def test_the_logit_is_what_the_format_says(
    classifier: Classifier, site: SiteClassifier, made: Delta, text: str, attribute: str
) -> None:
    found = site.logits([text], [AUTHOR])[0, ATTRIBUTES.index(attribute)]
    assert found == pytest.approx(expected(classifier, made, text, attribute), abs=1e-3)


def test_heads_that_a_site_leaves_alone_stay_the_bases(classifier: Classifier, site: SiteClassifier) -> None:
    column = ATTRIBUTES.index("toxicity")
    texts = ["you fool", "good morning"]
    assert np.array_equal(site.score(texts).values[:, column], classifier.score(texts).values[:, column])
    assert not np.array_equal(site.score(texts).values[:, INSULT], classifier.score(texts).values[:, INSULT])


@CALM
@given(st.text(st.sampled_from("you idiot 1*.é🐒і\u200b!?\n-"), max_size=60), st.sampled_from(ATTRIBUTES))
def test_contributions_add_up_to_the_logit(site: SiteClassifier, text: str, attribute: str) -> None:
    found = site.explain(text, attribute, AUTHOR)
    total = found.bias + found.author + sum(span.contribution for span in found.spans)
    assert total == pytest.approx(found.logit, abs=1e-3)
    assert found.logit == site.logits([text], [AUTHOR])[0, ATTRIBUTES.index(attribute)]
    assert found.probability == site.score([text], [AUTHOR]).row(0)[attribute]


def test_a_long_text_is_scored_and_explained_by_the_window_that_is_worst_for_the_site(classifier: Classifier) -> None:
    start, end = "The harbour is open again. " * 100, "you stupid idiot, shut up. " * 40
    harbour = classifier.read("harbour").buckets
    wrong = HeadDelta("own", 0.0, -5.0, harbour, np.full(len(harbour), 3.0, np.float32), CURVE)
    site = classifier.adapted(delta(classifier.version, insult=wrong))
    found = site.explain(start + end, "insult")
    assert found.logit == site.logits([start + end, "x"])[0, INSULT]
    assert found.bias + sum(span.contribution for span in found.spans) == pytest.approx(found.logit, abs=1e-2)
    assert found.spans[0].start == 0
    assert classifier.explain(start + end, "insult").spans[0].start > WINDOW_CHARS / 2


def test_serving_a_site_needs_neither_scipy_nor_scikit_learn(base: Path, tmp_path: Path, made: Delta) -> None:
    (tmp_path / "delta").write_bytes(pack(made))
    code = (
        "import sys; from pathlib import Path;"
        "from models.classifier import Classifier; from models.delta import unpack;"
        f"site = Classifier.load(Path({str(base)!r})).adapted(unpack(Path({str(tmp_path / 'delta')!r}).read_bytes()));"
        "site.score(['a', 'b c']); site.explain('you fool', 'insult');"
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'scipy', 'pyarrow')))"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
