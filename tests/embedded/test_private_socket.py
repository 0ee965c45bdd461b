import stat
import tempfile

import pytest

from service.errors import SetupError
from service.settings import Settings
from service.store.embedded import EmbeddedServer, borrowed
from service.store.private_socket import ping, socket_for


@pytest.fixture
def private_tmp(tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("t")
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(folder))
    return folder


@pytest.fixture
def far(tmp_path):
    return Settings(redis_url=None, data=tmp_path / ("long-" * 25))


def test_a_long_path_gets_a_short_socket_that_commands_find(far, private_tmp, dial):
    with EmbeddedServer(far) as server:
        url = server.start()
        assert len(url) < 110
        assert str(private_tmp) in url
        with borrowed(far) as lent:
            assert lent == url
            assert dial(lent).ping()


def test_the_short_socket_lies_in_a_private_folder(far, private_tmp):
    folder = socket_for(far.data).parent
    assert folder.parent == private_tmp
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_others_may_enter_is_refused(far, private_tmp):
    socket_for(far.data).parent.chmod(0o755)
    with pytest.raises(SetupError, match="nobody else may enter"):
        socket_for(far.data)


def test_a_path_with_spaces_and_quotes_works(tmp_path, dial):
    with EmbeddedServer(Settings(redis_url=None, data=tmp_path / 'a "b" \\c é%20')) as server:
        assert dial(server.start()).ping()
        assert (server.folder / "redis.sock").is_socket()


def test_nobody_answers_where_nobody_listens(tmp_path):
    assert ping(tmp_path / "nothing.sock") == b""
