"""What the whole house promises its next reader."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from service import errors
from service.errors import ParleyError, SetupError
from service.settings import Settings

ROOT = Path(__file__).parents[2]
ROOMS = ("service", "models")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
ERRORS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ParleyError)]


def test_imports_go_one_way():
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stdout


def test_the_store_alone_imports_redis():
    importers = [path for path in SOURCES if re.search(r"^\s*(from|import) redis\b", path.read_text(), re.MULTILINE)]
    assert importers
    assert {path.relative_to(ROOT).parts[:2] for path in importers} == {("service", "store")}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_holds_one_idea(path):
    assert len(path.read_text().splitlines()) <= 300


def test_every_error_has_its_own_code_and_stands_in_the_drawing():
    codes = [kind.code for kind in ERRORS]
    assert len(codes) == len(set(codes))
    for kind in ERRORS:
        assert re.search(rf"\b{kind.__name__}\b", errors.__doc__), kind


def test_an_error_says_when_a_retry_helps_and_only_then():
    for kind in ERRORS:
        helps = kind.status in {429, 503}
        retry_after = kind().retry_after_seconds if not issubclass(kind, SetupError) else None
        assert (retry_after is not None) is helps, kind


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described(name):
    description = Settings.model_fields[name].description
    assert description
    assert description.endswith((".", "open."))
