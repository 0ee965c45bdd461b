import json
import re
import signal
import subprocess
import sys
import tomllib
from functools import partial
from pathlib import Path

import pytest

from service.cli import main
from service.cli import training as training_module
from service.settings import Settings
from service.store.connect import connect
from service.version import VERSION
from tests.cli.conftest import ROOT


def test_the_version_is_that_of_the_package(parley):
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
    assert parley("version").stdout == f"parley {VERSION}\n"


def test_every_setting_is_listed_as_the_environment_names_it(parley):
    listed = {line.split("\t")[0] for line in parley("settings").stdout.splitlines()}
    assert listed == {
        "REDIS_URL" if name == "redis_url" else f"PARLEY_{name.upper()}" for name in Settings.model_fields
    }


def test_the_table_of_settings_is_markdown_without_places_of_this_machine(parley):
    table = parley("settings", "--markdown").stdout
    assert all(re.fullmatch(r"\|.*\|.*\|.*\|", line) for line in table.splitlines())
    assert "`models/base`" in table
    assert str(ROOT) not in table


def test_no_setting_shows_a_value_that_was_set(parley, monkeypatch):
    monkeypatch.setenv("PARLEY_METRICS_TOKEN", "not-to-be-seen")
    assert "not-to-be-seen" not in parley("settings").stdout


@pytest.mark.parametrize("words", [[name] for name in main.commands] + [["keys", "create"], ["policy", "set"]])
def test_every_command_says_what_it_does(parley, words):
    result = parley(*words, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")


def test_the_overview_cuts_no_sentence_short(parley):
    assert "..." not in parley("--help").stdout.replace("[OPTIONS] COMMAND [ARGS]...", "")


def test_a_missing_package_for_training_is_told_with_its_remedy(parley, monkeypatch, tmp_path):
    def lacking(_name: str) -> None:
        raise ModuleNotFoundError("No module named 'sklearn'", name="sklearn")

    monkeypatch.setattr("importlib.import_module", lacking)
    for model, extras in (("base", "train"), ("second", "train,second,second-opinion")):
        result = parley("train", model, str(tmp_path), str(tmp_path / "out"))
        assert result.exit_code == 1
        assert f"pip install 'parley[{extras}]'" in result.stderr


def test_train_and_evaluate_hand_on_what_was_typed(parley, monkeypatch, tmp_path):
    seen = []

    class Module:
        @staticmethod
        def train(recipe: Path, sources: Path, out: Path, progress) -> None:
            progress("reading")
            seen.append((recipe.parent.name, recipe.name, sources, out))

        @staticmethod
        def make(recipe: Path, sources: Path, out: Path, first: str, progress) -> None:
            progress("reading")
            seen.append((recipe.parent.name, recipe.name, sources, out, first))

        @staticmethod
        def evaluate(model: str, sources: Path, out: Path, scene_path: Path | None) -> None:
            seen.append((model, sources, out, scene_path))
            out.mkdir()
            for name in training_module.CARDS:
                (out / name).write_text("measured")

    monkeypatch.setattr(training_module, "_extra", lambda *_: Module)
    monkeypatch.setattr(training_module.Classifier, "load", lambda path: path.name)
    out = tmp_path / "out"
    for model in ("base", "second"):
        trained = parley("train", model, str(tmp_path), str(out))
        assert (trained.exit_code, trained.stdout, trained.stderr) == (0, "", "reading\n")
    scene = tmp_path / "scene.toml"
    scene.touch()
    typed = ("evaluate", "base", str(tmp_path), str(out), "--model", str(tmp_path), "--scene", str(scene), "--renew")
    assert parley(*typed).exit_code == 0
    assert seen == [
        ("models", "recipe.toml", tmp_path, out),
        ("second", "recipe.toml", tmp_path, out, "base"),
        (tmp_path.name, tmp_path, out, scene),
    ]
    assert (tmp_path / "CARD.md").read_text() == "measured"


def test_a_worker_alone_needs_a_server(program):
    result = program("worker")
    assert result.returncode == 1
    assert result.stderr.startswith("Error: REDIS_URL is not set")


def test_serve_hands_on_what_was_typed(parley, monkeypatch):
    seen = []
    monkeypatch.setattr("service.workers.supervisor.serve", lambda settings, demo: seen.append((settings, demo)))
    assert parley("serve", "--host", "0.0.0.0", "--port", "0", "--demo").exit_code == 0
    [(settings, demo)] = seen
    assert (settings.host, settings.port, demo) == ("0.0.0.0", 0, True)


def test_following_events_prints_what_happens_until_it_is_interrupted(raw, redis_url, settings):
    store = connect(settings)
    store.sites.create("courier")
    environment = {"REDIS_URL": redis_url, "PARLEY_SECRET": settings.secret.get_secret_value(), "PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "service.cli", "events", "courier", "--follow"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    heeds_interrupts = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a shell's background jobs ignore them
    with subprocess.Popen(command, env=environment, cwd=ROOT, preexec_fn=heeds_interrupts, **pipes) as process:
        assert json.loads(process.stdout.readline())["type"] == "site_created"
        store.keys.create("courier", [])
        assert json.loads(process.stdout.readline())["type"] == "key_created"
        process.send_signal(signal.SIGINT)
        assert b"Traceback" not in process.stderr.read()
    store.close()
