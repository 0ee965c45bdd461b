"""`parley …`: the command line, one file per group of commands."""

from service.cli.keys import keys
from service.cli.logbook import deliveries, events
from service.cli.policy import policy
from service.cli.processes import serve, worker
from service.cli.rim import Commands
from service.cli.score import score
from service.cli.settings import settings, version
from service.cli.sites import sites
from service.cli.training import evaluate, train

__all__ = ["main"]

main = Commands(
    name="parley",
    help="Moderate comments: score them, queue the doubtful ones for people, tell the platform what was decided.",
    commands=[serve, worker, keys, sites, policy, events, deliveries, score, train, evaluate, settings, version],
    context_settings={"help_option_names": ["-h", "--help"]},
)
