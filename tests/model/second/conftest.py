"""The second model that ships, loaded once."""

from pathlib import Path

import pytest

from models.classifier import Classifier
from models.second.opinion import SecondOpinion


@pytest.fixture(scope="session")
def second(base: Path) -> Path:
    return base.parent / "second" / "base"


@pytest.fixture(scope="session")
def opinion(second: Path, classifier: Classifier) -> SecondOpinion:
    return SecondOpinion.load(second, classifier.normalise)
