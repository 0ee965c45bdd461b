"""Keep thresholds where an error budget allows them to be, as people go on deciding."""

from service.moderation.desk import Desk, NoScorer
from service.moderation.learning import budget
from service.settings import Settings
from service.store.connect import Store

BY = "parley"


class Renewer:
    """Proves from the scores that comments had when they came; no model is loaded for it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._desk = Desk(store, NoScorer(), settings)

    def renew(self) -> int:
        """Renew the policy of every site that has a budget, where its thresholds moved; returns how many did."""
        return sum(budget.renew(self._desk, site, BY) is not None for site in self._desk.store.sites.names())
