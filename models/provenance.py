"""Write down what a model was made from and with."""

import platform
from pathlib import Path
from typing import Any

import numpy as np
import scipy
import sklearn

from models.artefact import file_hash
from models.corpus import Corpus, Recipe, source_path


def provenance(recipe: Recipe, corpus: Corpus, folder: Path) -> list[dict[str, Any]]:
    """Return per data set its name, licence, where the public finds it, its hash and how many rows were used."""
    return [
        {
            "name": source["name"],
            "licence": source["licence"],
            "found": source["found"],
            "sha256": file_hash(source_path(source, folder)),
            "rows": int(corpus.source_is(source["name"]).sum()),
        }
        for source in recipe["source"]
    ]


def environment() -> dict[str, str]:
    """Return the versions that decide whether training gives the same bytes."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
        "machine": platform.machine(),
    }
