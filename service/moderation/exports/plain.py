"""Turn the HTML of a stored comment into the text that a platform would send."""

import re
from html import unescape
from html.parser import HTMLParser

BREAKS = frozenset(
    {"br", "p", "div", "li", "ul", "ol", "blockquote", "pre", "tr", "table", "h1", "h2", "h3", "h4", "hr"}
)
EMPTY = frozenset({"br", "hr"})
UNSEEN = frozenset({"script", "style"})
TAG = re.compile(r"<[^<>]*>")


def plain_text(html: str) -> str:
    """Return the text that a reader sees, with line breaks, and with the address of a link that its text hides."""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:  # html.parser's word for markup it cannot make sense of
        return unescape(TAG.sub(" ", html)).strip()
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(reader.seen))).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._unseen = 0
        self._link: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BREAKS:
            self.seen.append("\n")
        if tag in UNSEEN:
            self._unseen += 1
        if tag == "a":
            self._link = (dict(attrs).get("href") or "").strip(), len(self.seen)

    def handle_endtag(self, tag: str) -> None:
        if tag in BREAKS and tag not in EMPTY:
            self.seen.append("\n")
        if tag in UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        if tag == "a" and self._link:
            self._tell_address(*self._link)
            self._link = None

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.seen.append(data)

    def _tell_address(self, address: str, since: int) -> None:
        """Put a link's address in the place of one that was cut short, or after words."""
        words = "".join(self.seen[since:]).strip()
        if not address or address == words:
            return
        bare = words.rstrip(".\u2026").partition("://")[2] or words.rstrip(".\u2026")
        if bare and bare in address:
            self.seen[since:] = [address]
        else:
            self.seen.append(f" {address}")
