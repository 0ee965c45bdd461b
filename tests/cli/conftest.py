"""The command line beside the test server, in this process and as a program."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main
from tests.conftest import SECRET

ROOT = Path(__file__).parents[2]
Parley = Callable[..., Result]
Program = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def parley(raw, redis_url, tmp_path, monkeypatch) -> Parley:
    """Run a command at the test server; fails when it ends in a traceback."""
    for name in [name for name in os.environ if name.startswith("PARLEY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("REDIS_URL", redis_url)
    monkeypatch.setenv("PARLEY_SECRET", SECRET)
    monkeypatch.setenv("PARLEY_DATA", str(tmp_path / "data"))

    def run(*words: str, stdin: bytes | None = None) -> Result:
        result = CliRunner().invoke(main, words, input=stdin)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


@pytest.fixture
def program(tmp_path) -> Program:
    """Run a command as a program of its own, with an embedded server in a fresh folder."""
    kept = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "PARLEY_SECRET")}
    environment = kept | {"PARLEY_DATA": str(tmp_path / "data")}

    def run(*words: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "service.cli", *words]
        return subprocess.run(
            command, input=stdin, env=environment | more, cwd=ROOT, capture_output=True, text=True, timeout=60
        )

    return run
