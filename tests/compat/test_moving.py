"""docs/moving.md keeps its word: its tables are those of the code, its snippet and its commands work."""

import re
import shlex
from io import BufferedReader, BytesIO
from pathlib import Path

import click
import pytest

from service.api.patience import MAX_WRONG
from service.cli import main
from service.compat.openai import MAX_INPUTS
from service.compat.openai_categories import CATEGORIES
from service.compat.perspective_requests import MAX_TEXT_BYTES
from service.compat.sentences import MAX_SENTENCES
from service.moderation.exports.columns import Columns
from service.moderation.exports.reading import Format, read
from service.moderation.logged_scores import Logged, Service, guess, read_log
from service.moderation.perspective import MEANINGS, STAND_INS
from service.store.imports import Judged
from service.values import Choice
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


def test_every_logged_line_shown_can_be_carried_over():
    perspective, akismet, _ = re.findall(r"```jsonl\n(.+?)```", GUIDE, re.DOTALL)
    for shown, service in ((perspective, Service.PERSPECTIVE), (akismet, Service.AKISMET)):
        file = BufferedReader(BytesIO(shown.encode()))
        assert guess(file) is service
        assert all(isinstance(entry, Logged) for entry in read_log(file, service))


def test_every_label_shown_can_be_imported():
    shown = re.findall(r"```jsonl\n(.+?)```", GUIDE, re.DOTALL)[2]
    found = list(read(BufferedReader(BytesIO(shown.encode())), Format.JSONL, Columns()))
    assert [(entry.choice, entry.reason) for entry in found if isinstance(entry, Judged)] == [
        (Choice.APPROVE, None),
        (Choice.REJECT, "insult"),
        (Choice.REJECT, "spam"),
    ]


def test_every_command_is_one_that_parley_has():
    commands = {found.rstrip("`") for found in re.findall(r"(?<![\w/.])parley ([a-z][^`\n]+)", GUIDE)}
    assert len(commands) >= 10
    for command in commands:
        words = shlex.split(command)
        found = main.commands[words[0]]
        found = found.commands[words[1]] if isinstance(found, click.Group) else found
        options = {option for parameter in found.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, command
