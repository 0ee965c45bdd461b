"""`parley calibrate-from`: thresholds that do what another service's did."""

import os
from collections.abc import Iterator, Sequence
from io import BufferedReader
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from models.classifier import Classifier
from models.delta import unpack
from service.cli.desk import opened, with_data
from service.cli.printing import note, plain, show
from service.errors import BadInput
from service.moderation import policy as policies
from service.moderation import tenants
from service.moderation.carry_over import Carried, Compared, Match, Old, carry, compare, with_thresholds
from service.moderation.desk import Desk, Scorer
from service.moderation.exports.entry import Skipped
from service.moderation.logged_scores import AKISMET, Logged, Service, guess, read_log
from service.tenancy import Policy

USUAL_THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
MOST_TOLD = 20
SERVICES = click.Choice([service.value for service in Service])
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
COLUMNS = ("there", "here", "limit", "by", "stopped", "agree", "kappa", "newly", "no longer")  # fit 80 signs


class OldThreshold(click.ParamType[Old]):
    """A threshold there, such as TOXICITY=0.8."""

    name = "threshold"

    def convert(self, value: str | Old, param: click.Parameter | None, ctx: click.Context | None) -> Old:
        """Read it."""
        if isinstance(value, Old):
            return value
        name, _, threshold = value.partition("=")
        try:
            found = Old(name.strip().upper(), float(threshold))
        except ValueError:
            self.fail(f"{value!r}: give an attribute and a number, such as TOXICITY=0.8", param, ctx)
        if not 0 < found.threshold <= 1:
            self.fail(f"{value!r}: a threshold is more than 0 and at most 1", param, ctx)
        return found


@click.command(name="calibrate-from", short_help="Carry another service's thresholds over.")
@click.argument("log", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("site")
@click.option(
    "--format",
    "service",
    type=SERVICES,
    help="Whose words they are.  [default: guessed]",
)
@click.option("--at", "asked", type=OldThreshold(), multiple=True, help="A threshold there; may be given again.")
@click.option("--changes", type=NEW_FILE, help="Write the comments that change side here, as JSON lines.")
@click.option("--policy", "policy_file", type=NEW_FILE, help="Write the site's policy with the new thresholds here.")
@click.option("--as", "side", type=click.Choice(["review", "reject"]), default="review", show_default=True)
@with_data
def calibrate_from(
    log: Path,
    site: str,
    service: str | None,
    asked: tuple[Old, ...],
    changes: Path | None,
    policy_file: Path | None,
    side: str,
    data: Path | None,
) -> None:
    """Carry thresholds over from another service.

    LOG holds JSON lines: a text and what the service said of it, {"text", "scores": {"TOXICITY": 0.83}} or
    Perspective's answer beside the text, or {"text", "akismet": true}. The site's model scores the same texts. For
    each threshold `--at` there, prints the one here that stops as many, and the one that agrees best beyond chance.
    A policy gets the latter: one for an attribute is where a person looks (`--as reject`: where it is rejected); of
    two the higher rejects.
    """
    with opened(data) as desk:
        tenants.find_site(desk, site)
        scorer, in_force = _scorer(desk, site), policies.current(desk, site)
    with log.open("rb") as file:
        kind = Service(service) if service else guess(file)
        compared, broken = _compared(scorer, log, file, kind)
    carried = [carry(compared, old) for old in _olds(asked, kind, compared, policy_file or changes)]
    show(COLUMNS, [row for one in carried for row in _rows(one)])
    note(f"Scored by {scorer.version}: {len(compared.lines):,} comments.")
    for one in carried:
        if not one.is_sure:
            note(f"{one.old} stops {one.stopped} of {one.comments} comments: too few on one side to be sure.")
    if changes:
        _write_changes(changes, log, kind, compared, carried)
    if policy_file:
        _write_policy(policy_file, with_thresholds(in_force, carried, side))
        note(f"`parley policy set {site} {policy_file}` puts it in force.")
    if broken:
        raise click.ClickException(f"{broken} lines could not be read; the table is of the others.")


def _scorer(desk: Desk, site: str) -> Scorer:
    base = Classifier.load(desk.settings.model)
    champion = desk.store.models.standing(site).champion
    packed = champion and desk.store.models.packed(site, champion)
    return base.adapted(unpack(packed)) if packed else base


def _olds(asked: Sequence[Old], kind: Service, compared: Compared, is_needed: object) -> list[Old]:
    """Return the thresholds to carry over: those asked for, or usual ones that the log can tell of."""
    if kind is Service.AKISMET:
        return [Old(AKISMET, 1.0)]
    if asked:
        return list(asked)
    if is_needed:
        raise BadInput("Say with --at which thresholds there are to be carried over, such as --at TOXICITY=0.8.")
    usual = [Old(name, threshold) for name in compared.theirs for threshold in USUAL_THRESHOLDS]
    return [old for old in usual if _can_be_carried(compared, old)]


def _can_be_carried(compared: Compared, old: Old) -> bool:
    try:
        return carry(compared, old).is_sure
    except BadInput:
        return False


def _compared(scorer: Scorer, log: Path, file: BufferedReader, kind: Service) -> tuple[Compared, int]:
    told = 0
    with _progress() as progress:
        task = progress.add_task("scored", total=log.stat().st_size)
        for step in compare(scorer, read_log(file, kind)):
            if isinstance(step, Compared):
                if not len(step.lines):
                    raise BadInput("The log holds no text with a score.")
                return step, told
            if isinstance(step, Skipped):
                told += 1
                if told <= MOST_TOLD:
                    click.echo(f"{plain(log.name)} line {step.line}: {plain(step.why)}", err=True)
            else:
                progress.update(task, completed=file.tell())
    raise AssertionError("a comparison ends with its result")


def _rows(carried: Carried) -> Iterator[tuple[object, ...]]:
    by: dict[str, Match] = {"share": carried.same_share, "best": carried.best}
    for rule, match in by.items():
        yield (
            carried.old,
            " or ".join(carried.attributes),
            f"{match.threshold:.4f}",
            rule,
            carried.stopped,
            f"{match.agreement:.3f}",
            f"{match.kappa:.2f}",
            match.newly,
            match.no_longer,
        )


def _write_changes(target: Path, log: Path, kind: Service, compared: Compared, carried: Sequence[Carried]) -> None:
    """Write each text that changes side, once for each threshold at which it does; they are read again from the log."""
    sides = [(one, *compared.sides(one.old, one.best.threshold)) for one in carried]
    places = {int(line): place for place, line in enumerate(compared.lines)}
    with log.open("rb") as file, os.fdopen(_private(target), "wb") as out:
        for entry in read_log(file, kind):
            if not isinstance(entry, Logged):
                continue
            place = places[entry.line]
            for one, there, here in sides:
                if there[place] != here[place]:
                    score = float(compared.highest(one.old.name)[place])
                    out.write(_change(entry, one, bool(there[place]), score))


def _change(entry: Logged, one: Carried, there: bool, score: float) -> bytes:
    told = {
        "line": entry.line,
        "id": entry.id,
        "threshold": str(one.old),
        "there": {"stopped": there, "score": entry.scores[one.old.name]},
        "here": {"stopped": not there, "score": score, "threshold": one.best.threshold},
        "text": entry.text,
    }
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def _write_policy(target: Path, policy: Policy) -> None:
    from service.api.admin_answers import PolicyInForce

    target.write_bytes(orjson.dumps(PolicyInForce.of(policy), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def _private(target: Path) -> int:
    """Open a file that nobody else may read, for it holds texts."""
    return os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    return Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal, transient=True)
