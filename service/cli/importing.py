"""`parley import`: what another platform's moderators decided becomes labels to learn from."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from service.cli.desk import ACTOR, opened, with_data
from service.cli.printing import note, plain, show
from service.errors import BadInput, Unavailable
from service.moderation import labels, tenants
from service.moderation.exports.columns import Columns
from service.moderation.exports.entry import Skipped
from service.moderation.exports.reading import Format, format_of, read
from service.moderation.labels import Intake
from service.values import Choice

BUFFER_BYTES = 1 << 16
MOST_TOLD = 20
FORMATS = click.Choice([kind.value for kind in Format])
OUTCOMES = {
    "new": "new",
    "changed": "changed since the last import",
    "same": "there already",
    "decided": "decided by a person here",
}


@click.command(name="import", short_help="Learn from what was decided elsewhere.")
@click.argument("site")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=FORMATS, help="Kind of file.  [default: as it looks]")
@click.option("--name", help="What the labels' source is called.  [default: the file's name]")
@click.option("--text", help="Column, or member of JSON lines, that holds the text.")
@click.option("--label", help="The one that holds what was decided: approved, spam, trash, 1, 0 …")
@click.option("--id", "comment_id", help="The one that holds the platform's id.")
@click.option("--author", help="The one that holds the author's id or e-mail address.")
@click.option("--at", help="The one that holds the time.")
@click.option("--reason", help="The one that holds the reason of a rejection.")
@click.option("--ones", type=click.Choice(["approve", "reject"]), help="What 1 means in the label's column.")
@click.option("--trash", type=click.Choice(["reject", "skip"]), default="reject", show_default=True)
@click.option("--encoding", help="Of a table.  [default: utf-8, or utf-16 where the file says so]")
@click.option("--dry-run", is_flag=True, help="Read and count; keep nothing.")
@with_data
def import_labels(
    site: str,
    files: tuple[Path, ...],
    kind: str | None,
    name: str | None,
    comment_id: str | None,
    ones: str | None,
    trash: str,
    encoding: str | None,
    dry_run: bool,
    data: Path | None,
    **columns: str | None,
) -> None:
    """Import decisions made on another platform.

    FILES are exports of WordPress (WXR) or Disqus (XML), tables (CSV) or JSON lines. What was approved there, or
    rejected, or spam, is learned from like decisions made here. The same file again adds nothing; an import that was
    cut short goes on when the command is given again. What cannot be read is told on standard error, and the exit code
    is 1; the rest is kept all the same.
    """
    asked = Columns(id=comment_id, ones=Choice(ones) if ones else None, **columns)
    total = Intake()
    with opened(data) as desk, _progress(files) as progress:
        tenants.find_site(desk, site)
        for path in files:
            with _opened(path, encoding) as file:
                chosen = Format(kind) if kind else format_of(file, path.name)
                entries = read(file, chosen, asked, encoding=encoding, with_thrown_away=trash == "reject")
                run = labels.take_in(desk, site, name or path.stem, entries, ACTOR, total, dry_run)
                _go(progress, path, file, run, total)
    _tell(total, dry_run)
    note(f"`parley labels count {site}` counts all labels of the site.")
    if total.broken:
        raise click.ClickException(f"{total.broken} entries could not be read; the others are kept.")


@contextmanager
def _opened(path: Path, encoding: str | None) -> Iterator[BufferedReader]:
    """Open a file; what is wrong with it as a whole is told with its name."""
    try:
        with path.open("rb", buffering=0) as file:
            yield BufferedReader(file, BUFFER_BYTES)
    except BadInput as error:
        raise BadInput(f"{path.name}: {error.detail}") from error
    except (LookupError, UnicodeError) as error:
        raise BadInput(f"There is no encoding {encoding!r} for texts.") from error


def _go(progress: Progress, path: Path, file: BufferedReader, run: Iterator[list[Skipped]], total: Intake) -> None:
    task, told = progress.add_task(plain(path.name), total=path.stat().st_size), 0
    try:
        for skipped in run:
            progress.update(task, completed=file.tell())
            told = _complain(path, [one for one in skipped if one.is_broken], told)
    except Unavailable as error:
        raise Unavailable(f"{error.detail}. {total.kept} labels are kept; the same command again goes on.") from error
    finally:
        if told > MOST_TOLD:
            click.echo(f"{plain(path.name)}: … and {told - MOST_TOLD} more", err=True)


def _complain(path: Path, broken: list[Skipped], told: int) -> int:
    for one in broken[: max(0, MOST_TOLD - told)]:
        click.echo(f"{plain(path.name)} line {one.line}: {plain(one.why)}", err=True)
    return told + len(broken)


def _tell(total: Intake, dry_run: bool) -> None:
    outcomes = [(OUTCOMES[name], total.outcomes[name]) for name in OUTCOMES if total.outcomes[name]]
    if dry_run:
        outcomes = [("would be kept, or are there", total.labels.total())]
    kinds = [
        (f"{value}, {reason}" if reason else value, count) for (value, reason), count in total.labels.most_common()
    ]
    skipped = [(f"skipped: {why}", count) for why, count in total.skipped.most_common()]
    show(("what", "labels"), [*outcomes, *kinds, *skipped])


def _progress(files: tuple[Path, ...]) -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    hidden = not console.is_terminal or not files
    return Progress(*columns, TimeRemainingColumn(), console=console, disable=hidden, transient=True)
