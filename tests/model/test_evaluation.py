"""An evaluation on tiny data sets: it measures, writes a page and a card, and needs nothing from outside."""

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from models.classifier import Classifier
from models.evaluation import evaluate

FILES = {"jigsaw_dev": "toxicity", "blog_ham": "spam"}
SOURCES = {"civil_comments": 0, "blog_spam": 1, "other_spam": 1}


def write_rows(path: Path, frames: list[tuple[str, int]]) -> None:
    rows = [(f"{text} {at}", label, at, None, None) for at in range(40) for text, label in frames]
    names = ("text", "label", "campaign", "author", "author_url")
    parquet.write_table(pa.table(dict(zip(names, zip(*rows, strict=True), strict=True))), path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    kind, rude = ("the bridge is open again", 0), ("you stupid idiot, shut up", 1)
    write_rows(tmp_path / "jigsaw_dev.parquet", [kind, rude, ("a muslim family lives here", 0)])
    write_rows(tmp_path / "blog_ham.parquet", [kind])
    write_rows(tmp_path / "civil_comments.parquet", [kind])
    write_rows(tmp_path / "blog_spam.parquet", [("buy cheap pills now", 1)])
    write_rows(tmp_path / "other_spam.parquet", [("win money in the casino", 1), ("see you tomorrow", 0)])
    parts = ["[penalty]\nspam = 0.3\n"]
    for kind_of, names in (("check", FILES), ("source", SOURCES)):
        for name in names:
            group = 'group = "campaign"\n' if name.endswith("_spam") else ""
            attribute = names[name] if kind_of == "check" else "spam"
            parts.append(
                f'[[{kind_of}]]\nname = "{name}"\nfile = "{name}.parquet"\n{group}'
                f'[{kind_of}.labels]\n{attribute} = {{ column = "label" }}\n'
            )
    (tmp_path / "recipe.toml").write_text("".join(parts))
    return tmp_path


def test_an_evaluation_is_written_as_json_page_and_card(classifier: Classifier, folder: Path) -> None:
    out = folder / "out"
    scene = Path(__file__).with_name("scene.toml")
    found = evaluate(classifier, folder, out, folder / "recipe.toml", scene)
    assert json.loads((out / "evaluation.json").read_text())["model"] == classifier.version
    assert found["heads"][0]["auc"] > 0.95
    assert set(found["spam"]["cross_source"]) == {"blog_spam", "other_spam"}
    page = (out / "evaluation.html").read_text()
    for drawing in page.split("<svg")[1:]:
        ElementTree.fromstring("<svg" + drawing.partition("</svg>")[0] + "</svg>")
    assert found["contrasts"]["insulted"]["flagged"] > found["contrasts"]["warm"]["flagged"]
    assert "## The scene" in (out / "CARD.md").read_text()
    assert "jigsaw_toxic" in (out / "DATA.md").read_text()
