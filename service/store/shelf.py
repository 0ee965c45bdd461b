"""Where the bytes of models lie: in Redis beside the site's other keys, or where fsspec reaches a folder or bucket."""

import threading
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from service.errors import SetupError, StoreUnavailable
from service.store.connection import Connection
from service.store.learning_names import LearningNames

UNSAVED_MS = 86_400_000  # bytes without a record go after a day
LONGEST_SECONDS = 5.0

T = TypeVar("T")


class Shelf(Protocol):
    """Keep bytes by site and version. Every method raises StoreUnavailable or StoreFull."""

    def put(self, site: str, version: str, packed: bytes) -> None:
        """Keep a model's bytes."""

    def get(self, site: str, version: str) -> bytes | None:
        """Return a model's bytes, or None; what is no longer readable is returned empty."""

    def drop(self, site: str, version: str) -> None:
        """Forget a model's bytes."""


class RedisShelf:
    """A string for each model, in the site's slot."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, site: str, version: str, packed: bytes) -> None:
        """Keep them for a day; the record that follows makes them stay."""
        key = LearningNames(site).packed(version)
        self._connection.run("SET", key, b64encode(packed).decode(), "PX", UNSAVED_MS)

    def get(self, site: str, version: str) -> bytes | None:
        """Return a model's bytes, or None; what is no longer readable is returned empty."""
        kept = self._connection.run("GET", LearningNames(site).packed(version))
        try:
            return None if kept is None else b64decode(kept, validate=True)
        except NotBase64:
            return b""

    def drop(self, site: str, version: str) -> None:
        """Do nothing: they go with their record."""


class Folder:
    """A file for each model under an fsspec address, such as `s3://bucket/models` or `file:///srv/models`."""

    def __init__(self, url: str, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._longest_seconds = longest_seconds
        self._files, self._root = _open(url)

    def put(self, site: str, version: str, packed: bytes) -> None:
        """Write the file under another name first, so that nobody reads half of it."""
        path = self._path(site, version)
        self._within(lambda: self._write(path, packed))

    def get(self, site: str, version: str) -> bytes | None:
        """Return a model's bytes, or None."""
        return self._within(lambda: self._read(self._path(site, version)))

    def drop(self, site: str, version: str) -> None:
        """Delete the file, if it is there."""
        path = self._path(site, version)
        self._within(lambda: self._files.rm(path) if self._files.exists(path) else None)

    def _path(self, site: str, version: str) -> str:
        return f"{self._root}/{site}/{version}.delta"

    def _write(self, path: str, packed: bytes) -> None:
        self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
        self._files.pipe_file(f"{path}.part", packed)
        self._files.mv(f"{path}.part", path)

    def _read(self, path: str) -> bytes | None:
        try:
            return bytes(self._files.cat_file(path))
        except FileNotFoundError:
            return None

    def _within(self, work: Callable[[], T]) -> T:
        """Do it in a thread that may be left behind: not every file system of fsspec knows a time limit."""
        done: list[T] = []
        failed: list[Exception] = []

        def attempt() -> None:
            try:
                done.append(work())
            except Exception as error:  # noqa: BLE001 - each file system has its own errors; none may hold a caller
                failed.append(error)

        thread = threading.Thread(target=attempt, daemon=True)
        thread.start()
        thread.join(self._longest_seconds)
        if done:
            return done[0]
        why = type(failed[0]).__name__ if failed else "no answer in time"
        raise StoreUnavailable(f"PARLEY_MODEL_STORE does not answer ({why})")


def _open(url: str) -> tuple[Any, str]:
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise SetupError("PARLEY_MODEL_STORE needs `pip install 'parley[store]'`, or leave it empty") from None
    try:
        files, root = url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise SetupError(f"PARLEY_MODEL_STORE cannot be used: {error}") from None
    return files, str(root).rstrip("/")


def shelf_at(url: str | None, connection: Connection) -> Shelf:
    """Return the shelf that the settings ask for; raises SetupError when that cannot be."""
    return Folder(url) if url else RedisShelf(connection)
