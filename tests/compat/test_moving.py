"""docs/moving.md keeps its word: its tables are those of the code, its snippet and its commands work."""

import re
import shlex
from pathlib import Path

import pytest

from service.api.patience import MAX_WRONG
from service.cli import main
from service.compat.openai import MAX_INPUTS
from service.compat.openai_categories import CATEGORIES
from service.moderation.perspective import MEANINGS, STAND_INS
from service.compat.perspective_requests import MAX_TEXT_BYTES
from service.compat.sentences import MAX_SENTENCES
from tests.compat.test_perspective_door import NOT_SCORED

GUIDE = (Path(__file__).parents[2] / "docs" / "moving.md").read_text(encoding="utf-8")
NAME = re.compile(r"`([^`]+)`")


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the first table under a heading."""
    chapter = GUIDE.partition(heading)[2].partition("\n#")[0]
    lines = [line for line in chapter.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_attribute_of_perspective_is_told_as_it_is():
    told = {name: (answer, remark) for names, answer, remark in rows("### Attributes") for name in NAME.findall(names)}

    assert told.keys() == MEANINGS.keys() | NOT_SCORED
    for name, (answer, remark) in told.items():
        assert tuple(answer.split(" or ")) == MEANINGS.get(name, ("nothing",)), name
        assert remark.startswith("approximation") is (name in STAND_INS), name


def test_every_category_of_openai_is_told_as_it_is():
    told = {name: answer for names, answer, _ in rows("### Categories") for name in NAME.findall(names)}

    for category in CATEGORIES:
        joined = (" and " if category.all_needed else " or ").join(category.attributes)
        assert told.pop(category.name) == (joined or "nothing"), category.name
    assert told == {}


@pytest.mark.parametrize("limit", [MAX_TEXT_BYTES, MAX_SENTENCES, MAX_INPUTS, MAX_WRONG])
def test_every_limit_is_told(limit):
    assert re.search(rf"\b{limit:,}\b", GUIDE)


def test_the_snippet_finds_the_threshold_that_stops_as_many():
    [snippet] = re.findall(r"```python\n(.+?)```", GUIDE, re.DOTALL)
    known: dict = {}
    exec(snippet, known)
    theirs, ours = [0.9, 0.8, 0.1, 0.2, 0.85], [0.6, 0.3, 0.01, 0.02, 0.5]

    threshold = known["matching_threshold"](theirs, ours, 0.8)

    assert sum(score >= threshold for score in ours) == 3
    assert known["matching_threshold"](theirs, ours, 0.99) == 1.0


def test_every_command_is_one_that_parley_has():
    commands = {found.rstrip("`") for found in re.findall(r"(?<![\w/.])parley ((?:keys|sites) [^`\n]+)", GUIDE)}
    assert len(commands) >= 4
    for command in commands:
        words = shlex.split(command)
        group = main.commands[words[0]]
        options = {option for parameter in group.commands[words[1]].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, command
