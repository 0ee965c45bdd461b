import pytest

from service.settings import Settings
from service.store.embedded import EmbeddedServer


@pytest.mark.parametrize("fsync", ["always", "everysec"])
def test_the_server_runs_as_the_settings_say_and_never_evicts(tmp_path, dial, fsync):
    settings = Settings(redis_url=None, data=tmp_path / "data", redis_fsync=fsync, redis_max_memory="64mb")
    with EmbeddedServer(settings) as server:
        client = dial(server.start())
        told = client.config_get("appendfsync", "maxmemory", "maxmemory-policy", "appendonly", "save", "port")
    assert told == {
        "appendfsync": fsync,
        "appendonly": "yes",
        "maxmemory": str(64 << 20),
        "maxmemory-policy": "noeviction",
        "port": "0",
        "save": "",
    }


def test_a_crash_of_the_server_quotes_no_comment(tmp_path, dial):
    with EmbeddedServer(Settings(redis_url=None, data=tmp_path / "data")) as server:
        assert dial(server.start()).config_get("crash-log-enabled") == {"crash-log-enabled": "no"}
