"""Write down what a model was made from and with."""

from pathlib import Path
from typing import Any

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
