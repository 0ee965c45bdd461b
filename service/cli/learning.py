"""`parley learn`: the process that does one retraining; the worker starts it."""

import os
import sys

import click

from models.classifier import Classifier
from service import logs
from service.cli.desk import read_settings
from service.moderation.desk import Desk
from service.store.connect import connect
from service.store.lifeline import end_with

NICENESS = 10  # who waits for an answer goes first


@click.command(hidden=True)
@click.argument("site")
@click.option("--parent", type=int, help="Process to end with.")
def learn(site: str, parent: int | None) -> None:
    """Do the retraining of SITE that the token on standard input stands for."""
    if parent:
        end_with(parent)
    os.nice(NICENESS)
    settings = read_settings()
    logs.set_up(settings.log_level)
    token = sys.stdin.readline().strip()
    from service.moderation.learning import retrain, training
    from service.moderation.learning.hearing import ears_of

    store = connect(settings)
    try:
        base = Classifier.load(settings.model)
        desk = Desk(store, base, settings)
        job = retrain.current(desk, site)
        if job:
            training.run(desk, job, token, base, ears_of(settings, base))
    finally:
        store.close()
