"""A running service with a door key, and programs that call it by other services' own clients."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.faults.running import ROOT, Service

HERE = Path(__file__).parent
NODE = HERE / "node"


@dataclass(frozen=True)
class Served:
    """A running service: its address, a native key with every scope, and a door key."""

    service: Service
    address: str
    native_key: str
    door_key: str

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """Call the native API."""
        headers = {"Authorization": f"Bearer {self.native_key}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self.address + path, data, headers, method=method), timeout=20) as answer:
            return json.load(answer)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("doors")
    service = Service(folder / "data", settings={"PARLEY_LOG_LEVEL": "debug"})
    service.start()
    try:
        half = Served(service, f"http://127.0.0.1:{service.port}", service.key(), "")
        door_key = half.ask("POST", "/v1/keys", {"door": True})["key"]
        yield Served(service, half.address, half.native_key, door_key)
        service.stop()
    finally:
        service.clear_away()


@pytest.fixture
def run(served: Served) -> Callable[..., Any]:
    """Run a program with the address and the key in its environment; give the JSON it prints."""

    def start(*command: object, **environment: str) -> Any:
        given = {"PARLEY": served.address, "KEY": served.door_key, **environment}
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        ended = subprocess.run(
            [str(part) for part in command], env=kept | given, capture_output=True, text=True, timeout=100, check=False
        )
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    return start


def python_of(client: str) -> Path:
    """Return the Python that has `client` installed; skips where nobody installed it."""
    python = ROOT / "build" / "clients" / client / "bin" / "python"
    if not python.exists():
        pytest.skip(f"{client} is not installed: make clients")
    return python


def node() -> str:
    """Return Node.js, where its clients are installed; skips elsewhere."""
    found = shutil.which("node")
    if not found or not (NODE / "node_modules").exists():
        pytest.skip("Node.js or its clients are not installed: make clients")
    return found
