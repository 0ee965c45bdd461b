"""Who gives second opinions in this process, and how many at once: a comment never waits long for one."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Protocol

import structlog

from models.errors import ModelError
from models.explanation import Explanation
from models.second.sentences import NONE, SentenceHeads
from service.moderation.second.doubt import HEADS
from service.values import rounded

log = structlog.get_logger()

Row = Mapping[str, float]
Observe = Callable[[str, int, float | None], None]
LINE = 4  # who is asked or waits, for each that may be asked at once: threads are for all comments
ADVICE = "only the first model judges; see PARLEY_SECOND_MODEL, or set PARLEY_SECOND_OPINION=off"


class Silence(Enum):
    """Why there is no second opinion."""

    BUSY = "deferred"
    FAILED = "failed"


class SecondModel(Protocol):
    """The part of `models.second.opinion.SecondOpinion` that the road uses; tests bring their own."""

    @property
    def version(self) -> str:
        """Name the model."""

    @property
    def heads(self) -> tuple[str, ...]:
        """Name the attributes of which it has an opinion."""

    def revise(self, texts: Sequence[str], first: Sequence[Row], own: SentenceHeads = NONE) -> list[dict[str, float]]:
        """Return each row with the probabilities of both models together, a site's `own` heads heard."""

    def explain(self, text: str, attribute: str, first: Row, own: SentenceHeads = NONE) -> Explanation:
        """Return the spans of the text that carried the score of both together."""


class Adviser(Protocol):
    """Who is asked. `heads` is empty where nobody answers: then nothing is in doubt, and nothing is asked.

    `own` are the heads of the site whose texts these are.
    """

    heads: tuple[str, ...]
    observe: Observe

    @property
    def version(self) -> str:
        """Name the model."""

    def fitting(self, own: SentenceHeads) -> SentenceHeads:
        """Return those of a site's heads that it would hear."""

    def start(self) -> None:
        """Load the model in this process, unless it is; never in a parent of others."""

    def ask(
        self, texts: Sequence[str], first: Sequence[Row], seconds: float, own: SentenceHeads = NONE
    ) -> list[Row] | Silence:
        """Return both models' scores, four decimals, for each text; waits up to `seconds` for its turn."""

    def explain(
        self, text: str, attribute: str, first: Row, seconds: float, own: SentenceHeads = NONE
    ) -> Explanation | None:
        """Explain what both say of `attribute`; None where that cannot be had in time."""


def unobserved(_outcome: str, _texts: int, _seconds: float | None) -> None:
    """Count nothing."""


class NoAdviser:
    """In the adviser's place where there are no second opinions."""

    version = "none"
    heads: tuple[str, ...] = ()
    observe: Observe = staticmethod(unobserved)

    def fitting(self, own: SentenceHeads) -> SentenceHeads:  # noqa: ARG002 - the adviser's signature
        """Hear none."""
        return NONE

    def start(self) -> None:
        """Load nothing."""

    def ask(  # the adviser's signature
        self,
        texts: Sequence[str],  # noqa: ARG002
        first: Sequence[Row],  # noqa: ARG002
        seconds: float,  # noqa: ARG002
        own: SentenceHeads = NONE,  # noqa: ARG002
    ) -> list[Row] | Silence:
        """Have no opinion."""
        return Silence.FAILED

    def explain(  # the adviser's signature
        self,
        text: str,  # noqa: ARG002
        attribute: str,  # noqa: ARG002
        first: Row,  # noqa: ARG002
        seconds: float,  # noqa: ARG002
        own: SentenceHeads = NONE,  # noqa: ARG002
    ) -> Explanation | None:
        """Have no explanation."""
        return None


class Elsewhere(NoAdviser):
    """In the adviser's place in a web process whose worker gives the opinions: it knows what is in doubt, no more."""

    heads = HEADS

    def fitting(self, own: SentenceHeads) -> SentenceHeads:
        """Take the worker's model for the one that they were learned from."""
        return own

    def ask(  # the adviser's signature
        self,
        texts: Sequence[str],
        first: Sequence[Row],  # noqa: ARG002
        seconds: float,  # noqa: ARG002
        own: SentenceHeads = NONE,  # noqa: ARG002
    ) -> list[Row] | Silence:
        """Leave it to the worker."""
        self.observe(Silence.BUSY.value, len(texts), None)
        return Silence.BUSY


class ModelAdviser:
    """Asks a model that `load` returns, `at_once` lots of texts at a time; where the line is long, nobody waits.

    It is loaded by `start`, or when it is first asked. Where it cannot be loaded, that is logged once, and the first
    model judges alone.
    """

    def __init__(self, load: Callable[[], SecondModel], at_once: int = 1) -> None:
        self._load = load
        self._places = at_once
        self.observe: Observe = unobserved
        self.heads: tuple[str, ...] = HEADS
        self._model: SecondModel | None = None
        self._is_begun = False
        self._begin_anew()
        os.register_at_fork(after_in_child=self._begin_anew)

    @property
    def version(self) -> str:
        """Name the model."""
        return self._model.version if self._model else "none"

    def fitting(self, own: SentenceHeads) -> SentenceHeads:
        """Return those of a site's heads that were learned from this model's embeddings."""
        version = self.version
        return {name: head for name, head in own.items() if head.second == version} if own else NONE

    def start(self) -> None:
        """Load the model in this process, unless it is."""
        with self._lock:
            if not self._is_begun:
                self._is_begun, self._model = True, self._loaded()
                self.heads = self._model.heads if self._model else ()

    def ask(
        self, texts: Sequence[str], first: Sequence[Row], seconds: float, own: SentenceHeads = NONE
    ) -> list[Row] | Silence:
        """Return both models' scores for each text, or why there are none: nobody is held up, nothing is raised."""
        with _place(self._line, 0.0) as stands, _place(self._turn, seconds if stands else None) as is_next:
            if is_next:
                return self._asked(texts, first, own)
        self.observe(Silence.BUSY.value, len(texts), None)
        return Silence.BUSY

    def explain(
        self, text: str, attribute: str, first: Row, seconds: float, own: SentenceHeads = NONE
    ) -> Explanation | None:
        """Explain what both say of `attribute`; None where that cannot be had in time.

        That takes as long as many opinions, so one at a time is explained, beside those that are asked.
        """
        with _place(self._explains, seconds if seconds > 0 else None) as is_next:
            return self._explained(text, attribute, first, own) if is_next else None

    def _begin_anew(self) -> None:
        """Forget what a parent loaded: its threads did not come along."""
        self._line = threading.BoundedSemaphore(self._places * LINE)
        self._turn = threading.BoundedSemaphore(self._places)
        self._explains = threading.BoundedSemaphore()
        self._lock = threading.Lock()
        self._is_begun = False
        self._model = None
        self.heads = HEADS

    def _loaded(self) -> SecondModel | None:
        try:
            return self._load()
        except (ModelError, ImportError) as error:
            log.warning("second.unavailable", reason=str(error), advice=ADVICE)
        except Exception as error:  # noqa: BLE001 - whatever a damaged file does, the first model can judge
            log.warning("second.unavailable", reason=f"{type(error).__name__}: it cannot be loaded", advice=ADVICE)
        return None

    def _asked(self, texts: Sequence[str], first: Sequence[Row], own: SentenceHeads) -> list[Row] | Silence:
        self.start()
        if self._model is None:
            return Silence.FAILED
        began = time.perf_counter()
        try:
            revised = self._model.revise(texts, first, own)
            found: list[Row] = [whole(*pair) for pair in zip(revised, first, strict=True)]
        except Exception as error:  # noqa: BLE001 - whatever the model does, the first verdict stands
            self._log_failure(error)
            self.observe(Silence.FAILED.value, len(texts), None)
            return Silence.FAILED
        self.observe("asked", len(texts), time.perf_counter() - began)
        return found

    def _explained(self, text: str, attribute: str, first: Row, own: SentenceHeads) -> Explanation | None:
        self.start()
        try:
            return self._model.explain(text, attribute, first, own) if self._model else None
        except Exception as error:  # noqa: BLE001 - whatever the model does, the first one can explain itself
            self._log_failure(error)
            return None

    def _log_failure(self, error: Exception) -> None:
        # The message of an unknown error may quote the text, so only its kind is logged.
        log.error("second.failed", model=self.version, error=type(error).__name__)


@contextmanager
def _place(places: threading.BoundedSemaphore, seconds: float | None) -> Iterator[bool]:
    """Hold a place while the block runs, and tell whether there was one within `seconds`; None asks for none."""
    held = seconds is not None and places.acquire(timeout=max(seconds, 0.0))
    try:
        yield held
    finally:
        if held:
            places.release()


def adviser_of(
    mode: str, folder: Path, load: Callable[[Path], SecondModel], at_once: int = 1
) -> "NoAdviser | Elsewhere | ModelAdviser":
    """Return who gives second opinions in a web process: nobody, this process (`inline`) or the `worker`."""
    if mode == "off":
        return NoAdviser()
    if mode == "inline":
        return ModelAdviser(lambda: load(folder), at_once)
    if folder.is_dir():
        return Elsewhere()
    log.warning("second.unavailable", reason=f"there is no folder {folder}", advice=ADVICE)
    return NoAdviser()


def whole(row: Row, first: Row) -> Row:
    """Return a row as it is judged, four decimals; raises ValueError where a probability is none."""
    if row.keys() != first.keys() or not all(0.0 <= score <= 1.0 for score in row.values()):
        raise ValueError("an opinion has the attributes it was asked about, and probabilities in [0, 1]")
    return {name: rounded(score) for name, score in row.items()}
