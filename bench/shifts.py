"""Sites that the shipped model never saw: comments of other places with their moderators' answers, drawn as lessons."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet
from numpy.typing import NDArray

import models
from models import artefact
from models.artefact import Artefact
from models.attributes import ATTRIBUTES
from models.classifier import Classifier
from models.corpus import read_corpus, read_recipe
from models.lessons import Lesson
from models.training import with_head

MODEL = Path(models.__file__).parent / "base"
RECIPE = MODEL.with_name("recipe.toml")
TESTED, SAMPLED, HAM = 2000, 0.3, 5000
_SPAM_SOURCES = ("blog_spam", "sms_spam", "telegram_spam")
_ADVERTS = "No Advertising: Spam, referral links, unsolicited advertising, and promotional content are not allowed."


@dataclass(frozen=True, slots=True)
class Shift:
    """A site whose `column` answers what `attribute` asks; rows of one `group` stay together."""

    name: str
    attribute: str
    file: str
    column: str
    group: str | None = None
    only: tuple[str, str] | None = None
    without: str | None = None


SHIFTS = (
    Shift("Forum, insults", "insult", "dev/impermium_insults.parquet", "insult"),
    Shift("Reddit, abuse", "toxicity", "dev/cad_reddit.parquet", "abuse"),
    Shift("Gab, abuse", "toxicity", "dev/abuseanalyzer_gab.parquet", "abusive"),
    Shift("Gab, hatred", "identity_attack", "dev/gab_hate_corpus.parquet", "hate"),
    Shift(
        "Reddit, adverts", "spam", "dev/jigsaw_agile_rules_reddit.parquet", "rule_violation", only=("rule", _ADVERTS)
    ),
    Shift(
        *("YouTube, spam", "spam", "train/yt_spam_collection.parquet", "spam"),
        group="campaign",
        without="youtube_spam",
    ),
    Shift("Turkish tweets", "toxicity", "multilingual/tr_offenseval2020.parquet", "offensive"),
)


@dataclass(frozen=True, slots=True)
class Draw:
    """Lessons of a site, and other comments of it to check with."""

    lessons: Sequence[Lesson]
    texts: Sequence[str]
    labels: NDArray[np.bool_]


def rows_of(shift: Shift, data: Path) -> list[Lesson]:
    """Return every comment of the site once."""
    table = parquet.read_table(data / shift.file).to_pydict()
    found: dict[str, Lesson] = {}
    for at, text in enumerate(table["text"]):
        if text and table[shift.column][at] is not None and _counts(shift, table, at):
            target = {shift.attribute: float(table[shift.column][at] >= 0.5)}
            group = f"{table[shift.group][at]}" if shift.group else ""
            found.setdefault(text, Lesson(text, target, group=group))
    return list(found.values())


def _counts(shift: Shift, table: dict[str, list[Any]], at: int) -> bool:
    return shift.only is None or table[shift.only[0]][at] == shift.only[1]


def draw(shift: Shift, rows: Sequence[Lesson], count: int, seed: int) -> Draw:
    """Return `count` lessons by chance and up to `TESTED` other comments, no group in both."""
    groups: dict[str, list[Lesson]] = {}
    for row in rows:
        groups.setdefault(row.group or row.text, []).append(row)
    names = list(groups)
    np.random.default_rng(seed).shuffle(names)
    ordered = [groups[name] for name in names]
    sizes = np.cumsum([len(group) for group in ordered])
    split = int(np.searchsorted(sizes, count)) + 1
    lessons = [row for group in ordered[:split] for row in group][:count]
    rest = [row for group in ordered[split:] for row in group][:TESTED]
    labels = np.array([row.targets[shift.attribute] >= 0.5 for row in rest])
    return Draw(lessons, [row.text for row in rest], labels)


def bases(data: Path) -> Callable[[Shift], Classifier]:
    """Return what gives a shift its base: the shipped model, with a head fitted anew if it learned from the site."""
    shipped, made = artefact.read(MODEL), dict[str, Classifier]()

    def base(shift: Shift) -> Classifier:
        key = shift.without or ""
        if key not in made:
            made[key] = Classifier(_without(shipped, key, shift.attribute, data) if key else shipped)
        return made[key]

    return base


def _without(shipped: Artefact, source: str, attribute: str, data: Path) -> Artefact:
    """Fit the head without one of its sources; of those that hardly speak of it a part is enough, and quicker."""
    recipe = read_recipe(RECIPE)
    sources = [part for part in recipe["source"] if attribute in part["labels"] and part["name"] != source]
    calibrate = [name for name in recipe["calibrate_on"][attribute] if name != source]
    recipe = {**recipe, "source": sources, "calibrate_on": {**recipe["calibrate_on"], attribute: calibrate}}
    corpus = read_corpus(recipe, data)
    telling = corpus.source_is(*(name for name in _SPAM_SOURCES if name in corpus.names))
    kept = np.flatnonzero(telling | (np.random.default_rng(0).random(len(corpus.texts)) < SAMPLED))
    corpus = corpus.part(kept)
    weights = corpus.weights / np.where(telling[kept], 1.0, SAMPLED)[:, None]
    corpus = replace(corpus, weights=weights.astype(np.float32))
    return with_head(shipped, recipe, corpus, attribute, f"base without {source}")


def own_test(attribute: str, data: Path) -> tuple[list[str], NDArray[np.bool_]]:
    """Return the base's own test of a head: Jigsaw's dev tenth; for spam, the held-out tenth of its sources."""
    recipe = read_recipe(RECIPE)
    if attribute == "spam":
        return _spam_test(recipe, data)
    checks = read_corpus({**recipe, "source": [recipe["check"][0]]}, data)
    labels = checks.labels[:, ATTRIBUTES.index(attribute)]
    known = np.flatnonzero(~np.isnan(labels))
    return [checks.texts[at] for at in known.tolist()], labels[known] >= 0.5


def _spam_test(recipe: Any, data: Path) -> tuple[list[str], NDArray[np.bool_]]:
    names = (*_SPAM_SOURCES, "civil_comments")
    corpus = read_corpus({**recipe, "source": [part for part in recipe["source"] if part["name"] in names]}, data)
    held = corpus.part(np.flatnonzero(corpus.held_out))
    ham = list(_jigsaw(recipe, data))[:HAM]
    labels = held.labels[:, ATTRIBUTES.index("spam")] >= 0.5
    return [*held.texts, *ham], np.concatenate([labels, np.zeros(len(ham), np.bool_)])


def _jigsaw(recipe: Any, data: Path) -> Iterator[str]:
    yield from read_corpus({**recipe, "source": [recipe["check"][0]]}, data).texts
