"""Walk through an XML file of any size, element by element; what could blow up or reach out is refused."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from service.errors import BadInput
from service.moderation.exports.entry import Skipped

CHUNK_BYTES = 1 << 16
MOST_CHARS = 1 << 20  # of one element; a longer text is no comment
DECLARED = re.compile(rb"""<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']""")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ASCII = bytes(range(32, 127))
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def elements(file: BinaryIO, name: str) -> Iterator[tuple[int, Element] | Skipped]:
    """Return every element called `name`, whatever its namespace, with its line; names inside are bare as well.

    Bytes that are no text come as U+FFFD. A file that breaks off ends with a `Skipped`; one that declares a document
    type or entities raises BadInput.
    """
    collector = _Collector(name)
    parser = DefusedXMLParser(target=collector, encoding="utf-8", forbid_dtd=True)
    collector.parser = parser.parser
    try:
        for chunk in _cleaned(file):
            parser.feed(chunk)
            yield from collector.taken()
        parser.close()
    except ParseError as error:
        yield from collector.taken()
        yield Skipped(error.position[0], "the XML is broken; nothing after it was read", is_broken=True)
    except DefusedXmlException:
        raise BadInput("The file declares a document type or entities, which no export does; it is not read.") from None


def _cleaned(file: BinaryIO) -> Iterator[bytes]:
    """Return the file as UTF-8 without what XML forbids."""
    chunk = file.read(CHUNK_BYTES)
    decoder = codecs.getincrementaldecoder(_encoding(chunk))(errors="replace")
    while chunk:
        yield NOT_IN_XML.sub(" ", decoder.decode(chunk)).encode("utf-8", "replace")
        chunk = file.read(CHUNK_BYTES)
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _encoding(start: bytes) -> str:
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return encoding
    declared = DECLARED.match(start.lstrip())
    name = declared[1].decode() if declared else "utf-8"
    try:  # whatever the declaration itself could be read in extends ASCII
        return name if ASCII.decode(name, "replace") == ASCII.decode() else "utf-8"
    except (LookupError, UnicodeError):
        return "utf-8"


class _Collector:
    """What the parser tells: builds the elements of one name, forgets all others."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._found: list[tuple[int, Element]] = []
        self._builder: TreeBuilder | None = None
        self._depth = self._chars = self._line = 0
        self.parser: object = None

    def taken(self) -> list[tuple[int, Element]]:
        found, self._found = self._found, []
        return found

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _bare(tag)
        if self._builder is None:
            if name != self._name:
                return
            self._builder, self._depth, self._chars = TreeBuilder(), 0, 0
            self._line = self.parser.CurrentLineNumber  # type: ignore[attr-defined] # pyexpat's
        self._depth += 1
        self._builder.start(name, {_bare(key): value for key, value in attributes.items()})

    def data(self, text: str) -> None:
        if self._builder is not None and self._chars < MOST_CHARS:
            self._chars += len(text)
            self._builder.data(text)

    def end(self, tag: str) -> None:
        if self._builder is None:
            return
        self._builder.end(_bare(tag))
        self._depth -= 1
        if not self._depth:
            self._found.append((self._line, self._builder.close()))
            self._builder = None

    def close(self) -> None:
        """End; the parser asks for it."""


def _bare(name: str) -> str:
    return name.rpartition("}")[2]
