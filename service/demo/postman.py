"""Brings to Parley what could not be sent at once, and asks for what the blog does not know: the blog's outbox."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from service.demo.parley import Away, Parley, Refused
from service.demo.shelf import Comment, News, Shelf, Standing

ROUND_SECONDS = 1.0
AT_ONCE = 50
log = logging.getLogger(__name__)


class Postman:
    """Goes his rounds in a thread of his own until the process ends."""

    def __init__(self, shelf: Shelf, parley: Parley, url: str) -> None:
        self._shelf = shelf
        self._parley = parley
        self._url = url

    def start(self) -> None:
        """Begin the rounds."""
        threading.Thread(target=self._walk, name="postman", daemon=True).start()

    def bring(self, comment: Comment) -> Comment:
        """Send a comment now; when Parley is away it stays unsent and goes with the next round."""
        try:
            news = self._parley.submit(comment, self._url)
        except Away:
            return comment
        except Refused:
            news = News(Standing.DECLINED, 1, "It could not be read.")
        self._shelf.note(comment.id, news)
        return replace(comment, standing=news.standing, reason=news.reason, status_url=news.status_url)

    def round(self) -> int:
        """Send what is unsent and ask for what is unknown, until Parley does not answer; returns how many succeeded."""
        unsent = self._shelf.standing(Standing.UNSENT, AT_ONCE)
        sent = _until_away(unsent, lambda one: self._shelf.note(one.id, self._parley.submit(one, self._url)))
        unknown = self._shelf.standing(Standing.UNKNOWN, AT_ONCE)
        return sent + _until_away(unknown, lambda one: self._shelf.note(one.id, self._parley.read(one.id)))

    def _walk(self) -> None:
        pause = threading.Event()
        while True:
            try:
                succeeded = self.round()
            except Exception:  # the rim of this thread: whatever it was, the next round comes
                log.exception("A round failed.")
                succeeded = 0
            if succeeded < AT_ONCE:
                pause.wait(ROUND_SECONDS)


def _until_away(comments: list[Comment], act: Callable[[Comment], None]) -> int:
    for place, comment in enumerate(comments):
        try:
            act(comment)
        except Away:
            return place
        except Refused:
            log.warning("Parley refused a comment.")
    return len(comments)
