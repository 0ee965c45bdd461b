"""Find the secret of all keyed hashes, or make one where the data is our own."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from service.errors import SetupError
from service.settings import Settings

MIN_CHARS = 32


def load_secret(settings: Settings) -> bytes:
    """Return the secret from the settings, the file they name, or `<data>/secret`.

    The last is made on first use, readable by its owner alone, and only for an embedded server: processes that share
    a server of their own must be given the same secret. Raises SetupError saying what to set.
    """
    if settings.secret:
        return settings.secret.get_secret_value().encode()
    if settings.secret_file:
        return _read(settings.secret_file)
    path = settings.data / "secret"
    if settings.redis_url:
        raise SetupError("REDIS_URL is set, so PARLEY_SECRET or PARLEY_SECRET_FILE must be: `openssl rand -hex 32`")
    if not path.exists():
        _make(path)
    return _read(path)


def _read(path: Path) -> bytes:
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"the secret file {path} cannot be read: {type(error).__name__}") from error
    if len(secret) < MIN_CHARS:
        raise SetupError(f"the secret file {path} needs {MIN_CHARS} characters or more, it has {len(secret)}")
    return secret.encode()


def _make(path: Path) -> None:
    """Write a new secret so that it is there whole or not at all, and the first of several makers wins."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_down(draft, secrets.token_hex(32))
        _publish(draft, path)
    except OSError as error:
        raise SetupError(f"the secret file {path} cannot be made: {error.strerror}") from error
    finally:
        with suppress(OSError):
            draft.unlink()


def _write_down(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _publish(draft: Path, path: Path) -> None:
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
