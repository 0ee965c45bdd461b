"""`parley score`: score JSON lines without a server."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click
import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from models.classifier import Classifier
from models.second.opinion import SecondOpinion
from service.cli.desk import read_settings
from service.cli.policy import read_policy
from service.cli.rim import in_words
from service.moderation.policy import DEFAULT_POLICY
from service.moderation.second.adviser import Adviser, ModelAdviser, NoAdviser
from service.moderation.second.hearing import UNHURRIED_SECONDS, Case, foreseen
from service.moderation.submit import assess
from service.tenancy import Policy
from service.values import Author, Comment

AT_ONCE = 256


class AuthorLine(BaseModel):
    """Who wrote a comment, as far as a rule or the scorer looks at it."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    id: str | None = None
    name: str | None = None
    email: str | None = None
    url: str | None = None
    ip: str | None = None


class CommentLine(BaseModel):
    """One line of the input; members that are not named here are passed over."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    id: str | int
    text: str
    author: AuthorLine | None = None

    def to_value(self) -> Comment:
        """Return the comment."""
        author = self.author or AuthorLine()
        return Comment(str(self.id), self.text, Author(author.id, author.name, author.email, author.url, author.ip))


@click.command()
@click.option("--policy", "policy_file", type=click.File("rb"), help="Policy as JSON; the built-in one when left out.")
@click.option("--model", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the model.")
@click.option("--second-opinion", is_flag=True, help="Ask the second model too about comments near a limit.")
def score(policy_file: BinaryIO | None, model: Path | None, second_opinion: bool) -> None:
    """Score JSON lines without a server.

    Reads {"id", "text", "author"?} from standard input and prints {"id", "scores", "verdict", "model",
    "second_opinion"} for each. A line that cannot be read is told on standard error; the others are scored all the
    same, and the exit code is 1.
    """
    policy = read_policy(policy_file) if policy_file else DEFAULT_POLICY
    settings = read_settings(model=model)
    classifier = Classifier.load(settings.model)
    adviser = _adviser(settings.second_model, classifier) if second_opinion else NoAdviser()
    reader = Reader(sys.stdin.buffer)
    with _progress() as progress:
        task = progress.add_task("scored", total=None)
        for batch in _batches(reader):
            sys.stdout.buffer.write(b"".join(_scored(classifier, adviser, policy, batch)))
            sys.stdout.buffer.flush()
            progress.advance(task, len(batch))
    if reader.bad_lines:
        raise click.ClickException(f"{reader.bad_lines} of {reader.lines} lines could not be read")


class Reader:
    """Reads lines, and counts and tells those that are wrong."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source = source
        self.lines = 0
        self.bad_lines = 0

    def __iter__(self) -> Iterator[CommentLine]:
        for number, line in enumerate(self._source, start=1):
            if not line.strip():
                continue
            self.lines += 1
            try:
                yield CommentLine.model_validate(orjson.loads(line))
            except (ValidationError, orjson.JSONDecodeError) as error:
                self.bad_lines += 1
                click.echo(f"line {number}: {_problem(error)}", err=True)


def _problem(error: ValidationError | orjson.JSONDecodeError) -> str:
    if isinstance(error, ValidationError):
        return in_words(error)
    return f"not JSON ({error.msg} at column {error.colno})"


def _batches(lines: Iterable[CommentLine]) -> Iterator[list[CommentLine]]:
    source = iter(lines)
    while batch := list(islice(source, AT_ONCE)):
        yield batch


def _adviser(folder: Path, classifier: Classifier) -> Adviser:
    """Return who is asked; raises ModelError where the second model cannot be loaded."""
    opinion = SecondOpinion.load(folder, classifier.normalise)
    return ModelAdviser(lambda: opinion)


def _scored(classifier: Classifier, adviser: Adviser, policy: Policy, lines: Sequence[CommentLine]) -> Iterator[bytes]:
    comments = [line.to_value() for line in lines]
    first = assess(classifier, policy, comments)
    cases = [Case(policy, *pair) for pair in zip(comments, first, strict=True)]
    for line, found in zip(lines, foreseen(adviser, cases, UNHURRIED_SECONDS), strict=True):
        answer = {
            "id": line.id,
            "scores": found.scores,
            "verdict": found.verdict,
            "model": found.model,
            "second_opinion": found.second_opinion,
        }
        yield orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE)


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed:,} scored"), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
