"""The transformer keeps scikit-learn's contract."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_checks

from models import ngrams
from models.features import HashedNgrams

TEXTS = ["a quiet day", "what a quiet evening", "you fool", "a fool again"]
# scikit-learn's own runner refuses estimators that read texts, so the checks that feed no numbers are called by name.
CHECKS = (
    estimator_checks.check_no_attributes_set_in_init,
    estimator_checks.check_get_params_invariance,
    estimator_checks.check_set_params,
    estimator_checks.check_parameters_default_constructible,
    estimator_checks.check_estimator_cloneable,
    estimator_checks.check_estimator_repr,
    estimator_checks.check_estimator_tags_renamed,
    estimator_checks.check_valid_tag_types,
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_it_keeps_the_contract_of_an_estimator(check: Callable[[str, object], None]) -> None:
    check("HashedNgrams", HashedNgrams())


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
