import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.errors import SetupError
from service.settings import Settings
from service.store.secret import load_secret

LONG = "x" * 40


def without_redis(folder: Path, **more: object) -> Settings:
    return Settings(redis_url=None, data=folder, **more)


def test_the_secret_of_the_settings_comes_first(tmp_path):
    assert load_secret(without_redis(tmp_path, secret=LONG)) == LONG.encode()
    assert not (tmp_path / "secret").exists()


def test_a_secret_file_is_read_without_its_line_end(tmp_path):
    path = tmp_path / "mounted"
    path.write_text(LONG + "\n")
    assert load_secret(without_redis(tmp_path, secret_file=path)) == LONG.encode()


def test_a_secret_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(SetupError, match=r"nowhere cannot be read: FileNotFoundError"):
        load_secret(without_redis(tmp_path, secret_file=tmp_path / "nowhere"))


def test_a_short_secret_file_is_refused(tmp_path):
    path = tmp_path / "short"
    path.write_text("abc")
    with pytest.raises(SetupError, match="32 characters or more, it has 3"):
        load_secret(without_redis(tmp_path, secret_file=path))


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    settings = without_redis(tmp_path / "data")
    first = load_secret(settings)
    assert len(first) == 64
    assert load_secret(settings) == first
    assert stat.S_IMODE((tmp_path / "data" / "secret").stat().st_mode) == 0o600


def test_many_makers_at_once_agree_on_one_secret(tmp_path):
    settings = without_redis(tmp_path / "data")
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: load_secret(settings), range(16)))
    assert len(found) == 1
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret"]


def test_a_server_of_ones_own_needs_a_secret_of_ones_own(tmp_path):
    with pytest.raises(SetupError, match="PARLEY_SECRET or PARLEY_SECRET_FILE"):
        load_secret(Settings(redis_url="redis://elsewhere", data=tmp_path))


def test_a_folder_that_cannot_be_written_is_told_in_one_line(tmp_path):
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(SetupError, match="cannot be made"):
        load_secret(without_redis(tmp_path / "data"))
