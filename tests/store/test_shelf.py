"""Where the bytes of models lie when Redis is not to hold them."""

import sys
import threading
from pathlib import Path

import pytest

from service.errors import SetupError, StoreUnavailable
from service.settings import Settings
from service.store.connect import connect
from service.store.learning_names import LearningNames
from service.store.shelf import Folder
from tests.store.scenes import SITE
from tests.store.test_models import model, packed

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(f"file://{tmp_path}/models")


def test_bytes_come_back_and_go(folder: Folder, tmp_path: Path) -> None:
    assert folder.get(SITE, "base-2.1") is None
    folder.put(SITE, "base-2.1", b"\0weights")
    folder.put(SITE, "base-2.1", b"\0weights again")
    assert folder.get(SITE, "base-2.1") == b"\0weights again"
    assert [path.name for path in (tmp_path / "models" / SITE).iterdir()] == ["base-2.1.delta"]
    folder.drop(SITE, "base-2.1")
    folder.drop(SITE, "base-2.1")
    assert folder.get(SITE, "base-2.1") is None


def test_a_store_that_is_told_so_keeps_no_bytes_in_redis(raw, settings: Settings, tmp_path: Path) -> None:
    store = connect(settings.model_copy(update={"model_store": f"file://{tmp_path}/models"}))
    store.models.save(SITE, model(), packed("base-2.1"), [])
    assert store.models.packed(SITE, "base-2.1") == packed("base-2.1")
    assert not raw.exists(LearningNames(SITE).packed("base-2.1"))
    assert store.models.discard(SITE, "base-2.1", "ann")
    assert list(tmp_path.rglob("*.delta")) == []


def test_a_place_that_does_not_answer_holds_nobody_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, ended = Folder(f"file://{tmp_path}", longest_seconds=0.05), threading.Event()
    monkeypatch.setattr(folder._files, "cat_file", lambda path: ended.wait(5))
    with pytest.raises(StoreUnavailable, match="no answer in time"):
        folder.get(SITE, "base-2.1")
    ended.set()


def test_a_place_that_refuses_is_told_without_its_words(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("in the way")
    with pytest.raises(StoreUnavailable, match=r"\((NotADirectory|FileExists)Error\)"):
        Folder(f"file://{tmp_path}/models").put(SITE, "base-2.1", b"weights")


def test_without_the_extra_it_is_said_what_to_install(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(SetupError, match=r"parley\[store\]"):
        connect(settings.model_copy(update={"model_store": "memory://models"}))


def test_an_address_of_no_known_kind_is_refused_at_the_start(settings: Settings) -> None:
    with pytest.raises(SetupError, match="PARLEY_MODEL_STORE"):
        connect(settings.model_copy(update={"model_store": "nowhere://models"}))
