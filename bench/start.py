"""The web process at rest: how soon it answers, how much memory it holds, what it has imported."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.intake import APP
from bench.result import Figure
from bench.stage import stage, web

MEBIBYTE_IN_KIB = 1024
HEAVY = ("sklearn", "scipy", "pandas", "torch")
PROBE = f"import sys, service.app; print(sum(name in sys.modules for name in {HEAVY}))"


def measure() -> Iterator[Figure]:
    """Yield time to ready, memory of a web process, and the number of heavy libraries imported."""
    ready, memory = [], []
    with stage("always", "inline") as ground:
        for _ in range(5):
            with web(APP, ground.settings) as server:
                ready.append(server.ready_seconds)
                memory.append(max(_resident_mib(pid) for pid in _children(server.pid)))
    yield Figure("web process ready", median(ready), "s", 1.0, at_least=False)
    yield Figure("memory of a web process (RSS)", median(memory), "MiB", 90.0, at_least=False)
    yield Figure("heavy libraries imported by the web process", _heavy_imports(), "", 0, at_least=False)


def _heavy_imports() -> int:
    return int(subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True).stdout)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _resident_mib(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    [line] = [line for line in status if line.startswith("VmRSS:")]
    return int(line.split()[1]) / MEBIBYTE_IN_KIB
