"""`parley …`: the command line, one file per group of commands."""

from service.cli import (
    calibrate,
    importing,
    keys,
    labels,
    learning,
    logbook,
    models,
    policy,
    processes,
    score,
    settings,
    sites,
    statements,
    training,
    users,
)
from service.cli.rim import Commands

__all__ = ["main"]

main = Commands(
    name="parley",
    help="Moderate comments: score them, queue the doubtful ones for people, tell the platform what was decided.",
    commands=[
        processes.serve,
        processes.worker,
        keys.keys,
        users.users,
        sites.sites,
        policy.policy,
        models.models,
        logbook.events,
        logbook.deliveries,
        importing.import_labels,
        labels.labels,
        calibrate.calibrate_from,
        labels.erase,
        statements.statements,
        score.score,
        learning.learn,
        training.train,
        training.evaluate,
        settings.settings,
        settings.version,
    ],
    context_settings={"help_option_names": ["-h", "--help"]},
)
