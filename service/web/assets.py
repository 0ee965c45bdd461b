"""Styles and scripts: read once, named by their content, compressed once, so that browsers keep them for good."""

import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from flask import Response, request

from service.errors import NotFound

FOLDER = Path(__file__).parent / "static"
FOR_GOOD = "public, max-age=31536000, immutable"
FOR_NOW = "public, max-age=60"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    compressed: bytes
    content_type: str
    version: str


class Assets:
    """The files of a folder, none below it."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {path.name: _read(path) for path in sorted(folder.iterdir()) if path.is_file()}

    def address(self, name: str) -> str:
        """Return where a file is; another content has another address."""
        return f"/static/{name}?v={self._files[name].version}"

    def response(self, name: str) -> Response:
        """Return a file; raises `NotFound`."""
        asset = self._files.get(name)
        if asset is None:
            raise NotFound("There is no such file.")
        zipped = request.accept_encodings.quality("gzip") > 0
        response = Response(asset.compressed if zipped else asset.content, content_type=asset.content_type)
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = FOR_GOOD if request.args.get("v") == asset.version else FOR_NOW
        return response


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Asset(
        content=content,
        compressed=gzip.compress(content, mtime=0),
        content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        version=blake2b(content, digest_size=6).hexdigest(),
    )
