"""The shipped model, loaded once."""

from pathlib import Path

import pytest

import models
from models.classifier import Classifier

BASE = Path(models.__file__).parent / "base"


@pytest.fixture(scope="session")
def base() -> Path:
    return BASE


@pytest.fixture(scope="session")
def classifier(base: Path) -> Classifier:
    return Classifier.load(base)
