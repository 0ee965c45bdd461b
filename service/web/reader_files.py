"""`/widget.js` and `/reader.css`: read once, compressed once, asked for anew when they changed."""

import gzip
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import orjson
from flask import Blueprint, Response, request

FOLDER = Path(__file__).parent / "static"
STYLE_PLACE = '"style goes here"'  # the script brings its own style: a page's policy then need not allow another file


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    content: bytes
    compressed: bytes
    content_type: str
    tag: str

    @classmethod
    def of(cls, text: str, content_type: str) -> "File":
        """Prepare a file."""
        content = text.encode()
        tag = blake2b(content, digest_size=9).hexdigest()
        return cls(content, gzip.compress(content, mtime=0), f"{content_type}; charset=utf-8", tag)


def blueprint() -> Blueprint:
    """Return the two files."""
    pages = Blueprint("reader_files", __name__)
    style = File.of(_read("reader.css"), "text/css")
    script = File.of(widget_script(), "text/javascript")
    pages.add_url_rule("/reader.css", "style", lambda: send(style))
    pages.add_url_rule("/widget.js", "script", lambda: send(script))
    return pages


def widget_script() -> str:
    """Return the widget with its style in it."""
    return _read("widget.js").replace(STYLE_PLACE, orjson.dumps(_read("widget.css")).decode())


def send(file: File) -> Response:
    """Answer with a file, or 304 when the browser has it; other sites' pages may use it."""
    zipped = request.accept_encodings.quality("gzip") > 0
    response = Response(file.compressed if zipped else file.content, content_type=file.content_type)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.set_etag(f"{file.tag}{'-gzip' if zipped else ''}")
    response.make_conditional(request)
    return response


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")
