"""The transformer keeps scikit-learn's contract."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from models import ngrams
from models.features import HashedNgrams

TEXTS = ["a quiet day", "what a quiet evening", "you fool", "a fool again"]
OF_TEXTS = {
    "check_no_attributes_set_in_init",
    "check_get_params_invariance",
    "check_set_params",
    "check_estimator_repr",
    "check_estimator_cloneable",
}


def _fails_on_numbers(estimator: object) -> dict[str, str]:
    return {}


@parametrize_with_checks([HashedNgrams()])
def test_it_behaves_as_an_estimator(estimator: HashedNgrams, check: object) -> None:
    if check.func.__name__ not in OF_TEXTS:
        pytest.skip("the check feeds numbers; this transformer reads texts")
    check(estimator)


def test_rows_have_length_one() -> None:
    rows = HashedNgrams().fit_transform(TEXTS)
    assert rows.shape == (4, ngrams.BUCKETS)
    assert np.allclose(rows.multiply(rows).sum(axis=1), 1)


def test_without_normalising_entries_are_ones() -> None:
    assert set(HashedNgrams(normalise=False).transform(TEXTS).data) == {1.0}


def test_it_is_cloned_and_works_in_a_pipeline() -> None:
    pipeline = make_pipeline(clone(HashedNgrams(max_chars=50)), LogisticRegression())
    assert pipeline.fit(TEXTS, [0, 0, 1, 1]).predict(["such a fool"]).tolist() == [1]


@pytest.mark.parametrize("wrong", ["one string", [1, 2], [b"bytes"]])
def test_anything_but_texts_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="expected"):
        HashedNgrams().transform(wrong)
