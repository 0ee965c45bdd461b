"""`parley models`: retrain a site from its decisions, read what was measured, promote, go back."""

import threading
import time
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from service import logs
from service.cli.desk import ACTOR, opened, with_data
from service.cli.model_report import show_report
from service.cli.printing import note, show
from service.errors import Conflict, NotFound
from service.learning import Job, JobState, SiteModel, Standing
from service.moderation import tenants
from service.moderation.desk import Desk
from service.moderation.learning import promote as road
from service.moderation.learning import retrain as work

LOOK_SECONDS = 0.3
NOBODY = "No worker runs to do it. Start `parley serve` or `parley worker`, or train in this command with --here."


@click.group()
def models() -> None:
    """Retrain, measure, promote and roll back a site's model."""


@models.command(name="list")
@click.argument("site")
@with_data
def list_models(site: str, data: Path | None) -> None:
    """List the models of SITE, newest first, and how they are used."""
    with opened(data) as desk:
        tenants.find_site(desk, site)
        standing, found = road.standing(desk, site), road.models_of(desk, site)
        serving, processes = road.loaded(desk, site)
        rows = [_row(model, standing) for model in found]
    show(("version", "use", "labels", "gate", "made", "by", "promoted", "forgotten", "kB"), rows)
    used = standing.champion or "the base"
    note(f"In use: {used}, served by {serving} of {processes} web processes.")


@models.command()
@click.argument("site")
@click.option("--wait", is_flag=True, help="Wait for the end and show how far it is.")
@click.option("--here", is_flag=True, help="Train in this command instead of a worker.")
@with_data
def retrain(site: str, wait: bool, here: bool, data: Path | None) -> None:
    """Train a challenger from the labels of SITE; with --wait or --here print its version."""
    with opened(data) as desk:
        tenants.find_site(desk, site)
        if wait and not here and not desk.store.heartbeats.alive():
            raise Conflict(NOBODY)
        job = work.ask(desk, site, ACTOR)
        if not wait and not here:
            note(f"Asked for. `parley models list {site}` shows the challenger when it is made.")
            return
        if here:
            _train_here(desk, job)
        ended = _watch(desk, job)
    _tell(ended)


@models.command()
@click.argument("site")
@click.argument("version", required=False)
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON.")
@with_data
def report(site: str, version: str | None, as_json: bool, data: Path | None) -> None:
    """Print the report on VERSION, or on the newest model of SITE."""
    with opened(data) as desk:
        tenants.find_site(desk, site)
        model = _find(desk, site, version)
    if as_json:
        click.echo(orjson.dumps(model, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode())
    elif model.report is None:
        raise NotFound(f"{model.version} has no report.")
    else:
        show_report(model.report)


@models.command()
@click.argument("site")
@click.argument("version")
@click.option("--reason", help="Why, in spite of a gate that does not hold; the log keeps it.")
@with_data
def promote(site: str, version: str, reason: str | None, data: Path | None) -> None:
    """Put VERSION in use on SITE; running processes serve it within two seconds."""
    with opened(data) as desk:
        tenants.find_site(desk, site)
        now = road.promote(desk, site, version, ACTOR, reason)
    click.echo(now.champion)


@models.command()
@click.argument("site")
@with_data
def rollback(site: str, data: Path | None) -> None:
    """Put the model before the present one back in use and print its version."""
    with opened(data) as desk:
        tenants.find_site(desk, site)
        now = road.roll_back(desk, site, ACTOR)
    click.echo(now.champion or "base")


@models.command()
@click.argument("site")
@click.argument("version")
@with_data
def discard(site: str, version: str, data: Path | None) -> None:
    """Forget a VERSION that is not in use."""
    with opened(data) as desk:
        tenants.find_site(desk, site)
        if not road.discard(desk, site, version, ACTOR):
            raise NotFound(f"There is no model {version!r} on this site.")
    note(f"{version} is forgotten.")


@models.command()
@click.argument("site")
@with_data
def cancel(site: str, data: Path | None) -> None:
    """Cancel the retraining that is under way on SITE."""
    with opened(data) as desk:
        tenants.find_site(desk, site)
        if not work.cancel(desk, site, ACTOR):
            raise NotFound("No retraining is under way.")
    note("Cancelled; nothing of it stays.")


def _row(model: SiteModel, standing: Standing) -> tuple[object, ...]:
    use = {standing.champion: "champion", standing.challenger: "challenger"}.get(model.version)
    gate = None if model.report is None else "passed" if model.report.passed else "failed"
    promoted = (model.promoted_at, model.forgotten, round(model.size_bytes / 1000))
    return (model.version, use, model.labels, gate, model.made_at, model.by, *promoted)


def _find(desk: Desk, site: str, version: str | None) -> SiteModel:
    found = [model for model in road.models_of(desk, site) if version in (None, model.version)]
    if not found:
        raise NotFound(f"There is no model {version!r} on this site." if version else "This site has no model yet.")
    return found[0]


def _train_here(desk: Desk, job: Job) -> None:
    """Do the retraining in this process, unless a worker was faster; Ctrl-C cancels it."""
    from models.classifier import Classifier
    from service.moderation.learning import training
    from service.moderation.learning.hearing import ears_of

    taken = desk.store.jobs.take_of(job.site, ACTOR)
    if not taken:
        return
    threading.Thread(target=_watch, args=(desk, job), name="progress", daemon=True).start()
    try:
        with logs.beside_a_result():
            base = Classifier.load(desk.settings.model)
            training.run(desk, *taken, base, ears_of(desk.settings, base))
    except KeyboardInterrupt:
        work.cancel(desk, job.site, ACTOR)
        raise


def _watch(desk: Desk, job: Job) -> Job:
    """Show how far it is until it ends."""
    words = TextColumn("{task.description}")
    columns = (words, BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("waiting for a worker", total=1.0)
        while True:
            now = work.current(desk, job.site)
            if now is None or now.id != job.id or not now.state.is_active:
                return now or job
            bar.update(task, completed=now.share, description=now.stage or "waiting for a worker")
            time.sleep(LOOK_SECONDS)


def _tell(job: Job) -> None:
    if job.state is JobState.DONE:
        click.echo(job.version)
        note(f"`parley models report {job.site}` tells what was measured, `parley models promote` puts it in use.")
    else:
        raise Conflict(job.problem or "The retraining was cancelled.")
