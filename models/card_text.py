"""Write CARD.md and DATA.md of a model from its card and an evaluation, so that no figure is typed by hand."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

_INTRODUCTION = """A linear model over hashed character 4-grams, words and word pairs, plus filters over three words.
It gives each comment a calibrated probability of {attributes}.
`DATA.md` names what it learned from; `parley train base` with `models/recipe.toml` makes it again."""

_DATA = """# What the model learned from

Nothing of it is in the repository; the model holds weights only. `docs/data.md` says where the public finds each set,
under which licence, and how it becomes the Parquet file that `models/recipe.toml` reads.

{table}

The project's own sentences come on top: neutral ones that name groups of people (`models/identity.py`), polite ones
(`models/courtesy.py`), and pairs of what hurts and what only sounds like it (`models/contrast.py`).
"""

_LIMITS = """## Limits
- English only. Other languages get scores, but nobody has measured them.
- The labels are those of the sources: Wikipedia talk pages above all, news comments, tweets, far-right forums.
- `sexually_explicit` has no labelled source: comments with the words of a short list stand in. Treat it as a hint.
- `severe_toxicity`, `insult`, `threat` and `profanity` learn from the part of the Jigsaw rows whose six labels are
  known; `threat` from some 140 comments.
- Spam hardly transfers between sites: see the table of sources. The weights of links, contacts and wallets are set by
  hand, because no open source has honest links.
- Denied or quoted hate is hard to tell from hate (see the contrasts): whoever objects to it is often sent to review.
- Words that name a group carry no weight of their own. That costs .001 AUC on Jigsaw, where "gay" is mostly an insult.
- A probability holds for comments like those of the sources; a site's own feedback decides its thresholds.
"""


def write_texts(card: Mapping[str, Any], found: Mapping[str, Any], folder: Path) -> None:
    """Write CARD.md and DATA.md into `folder`."""
    (folder / "CARD.md").write_text(card_text(card, found), encoding="utf-8")
    (folder / "DATA.md").write_text(data_text(card), encoding="utf-8")


def card_text(card: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Return the readable card: what the model is, how good, how fair, where it ends."""
    heads = [[row["check"], row["attribute"], row["rows"], row["positives"], *_figures(row)] for row in found["heads"]]
    parts = [
        f"# Model {card['version']}\n",
        _INTRODUCTION.format(attributes=", ".join(card["attributes"])),
        "## Measured on rows that never entered the weights",
        table(("check", "attribute", "rows", "positive", "AUC", "AP", "R@1%", "R@5%", "ECE"), heads),
        "## Suggested thresholds, measured on the held-out tenth of the training sources",
        table(
            (
                "attribute",
                "review from",
                "reject from",
                "missed",
                "precision of reject",
                "recall of reject",
                "reviewed",
            ),
            [[name, *chosen.values()] for name, chosen in card["thresholds"].items()],
        ),
        "## Disguised words: recall at 1 % false positives",
        table(("disguise", "recall"), [pair for pair in found["disguises"].items() if pair[0] != "comments"]),
        "## Naming a group: false positives on neutral sentences at the 5 % threshold",
        table(("group", "share"), found["identity"]["false_positives_at_5"].items()),
        "## Groups named in the Jigsaw tenth (Borkan et al. 2019)",
        table(
            ("group", "rows", "subgroup AUC", "BPSN AUC", "BNSP AUC"),
            [[name, *figures.values()] for name, figures in found["identity"]["borkan"].items()],
        ),
        "## Contrasts: share above the toxicity that 5 % of harmless comments exceed",
        table(
            ("kind", "hurts", "sentences", "flagged"),
            [[name, *part.values()] for name, part in found["contrasts"].items()],
        ),
        "## Spam",
        table(("what", "value"), [(name, value) for name, value in found["spam"].items() if name != "cross_source"]),
        "Recall at 1 % false positives when trained on one source (row) and tested on another (column):",
        _cross(found["spam"]["cross_source"]),
        *_scene(found["scene"]),
        "## Speed",
        table(("what", "value"), found["speed"].items()),
        _LIMITS,
    ]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


def _figures(row: Mapping[str, float]) -> list[float]:
    return [row[name] for name in ("auc", "average_precision", "recall_at_1", "recall_at_5", "calibration_error")]


def _scene(classes: Mapping[str, Mapping[str, Any]]) -> list[str]:
    if not classes:
        return []
    rows = [[name, part["expect"], part["comments"], part["right"], part["approved"]] for name, part in classes.items()]
    return [
        "## The scene: comments under a report on a war, share judged as expected",
        table(("class", "expected", "comments", "right", "approved alone"), rows),
    ]


def data_text(card: Mapping[str, Any]) -> str:
    """Return the list of data sets with the rows that were used and the hash of each file."""
    rows = [[part["name"], part["rows"], part["sha256"]] for part in card["trained_on"]]
    return _DATA.format(table=table(("name", "rows", "SHA-256 of the Parquet file"), rows))


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a table in Markdown; fractions have four decimals."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return "\n".join([*lines, *(f"| {' | '.join(_cell(value) for value in row)} |" for row in rows)])


def _cell(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _cross(shares: Mapping[str, Mapping[str, float]]) -> str:
    return table(("trained on", *shares), [[name, *row.values()] for name, row in shares.items()])
