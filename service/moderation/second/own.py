"""The heads that a site has on the second model's sentence embedding: they belong to the model that scored first."""

from collections import OrderedDict
from typing import Protocol, runtime_checkable

import structlog

from models.delta import unpack
from models.errors import ModelError
from models.second.sentences import NONE, SentenceHeads
from service.store.connect import Store

log = structlog.get_logger()

MOST = 300


@runtime_checkable
class Sentenced(Protocol):
    """A scorer that knows what a second opinion is to add for its site."""

    @property
    def sentences(self) -> SentenceHeads:
        """Return the site's heads by attribute; empty where it has none."""


def own_of(scorer: object) -> SentenceHeads:
    """Return the site's heads; a scorer that knows of none has none."""
    return scorer.sentences if isinstance(scorer, Sentenced) else NONE


class OwnHeads:
    """The heads of sites in a process that loads no first model; of the versions asked for last."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: OrderedDict[tuple[str, str], SentenceHeads] = OrderedDict()

    def of(self, site: str, version: str) -> SentenceHeads:
        """Return the heads beside a site's model; none where that is a base, is not kept any more, or is damaged."""
        found = self._known.get((site, version))
        if found is None:
            found = self._known[site, version] = self._read(site, version)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        self._known.move_to_end((site, version))
        return found

    def _read(self, site: str, version: str) -> SentenceHeads:
        try:
            packed = self._store.models.packed(site, version)
            return unpack(packed).sentences if packed else NONE
        except ModelError as error:
            log.warning("model.not_loaded", site=site, model=version, error=type(error).__name__)
            return NONE
