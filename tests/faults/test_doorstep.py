import os
import shutil
import socket
import threading

import pytest

from service.errors import DataLocked, SetupError
from service.settings import reachable
from service.workers.doorstep import data_claimed, listen


def test_a_clean_end_leaves_no_trace_of_a_predecessor(tmp_path):
    for _ in range(2):
        with data_claimed(tmp_path / "data") as claim:
            assert not claim.was_killed


def test_the_owner_is_named_to_a_second_one(tmp_path):
    with (
        data_claimed(tmp_path / "data"),
        pytest.raises(DataLocked, match=rf"already runs on .* \(process {os.getpid()}\)"),
        data_claimed(tmp_path / "data"),
    ):
        pass


def test_a_killed_predecessor_is_noticed(tmp_path):
    (tmp_path / "serve.lock").write_text("4711\n")
    with data_claimed(tmp_path) as claim:
        assert claim.was_killed


def test_a_claim_no_longer_holds_when_the_folder_is_removed_or_replaced(tmp_path):
    data = tmp_path / "data"
    with data_claimed(data) as claim:
        assert claim.holds()
        shutil.rmtree(data)
        assert not claim.holds()
        data.mkdir()
        (data / "serve.lock").touch()
        assert not claim.holds()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(SetupError, match=r"data cannot be made: .* PARLEY_DATA"), data_claimed(tmp_path / "data"):
        pass


def test_a_port_that_becomes_free_in_time_is_taken():
    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    threading.Timer(0.3, taken.close).start()
    with listen("127.0.0.1", port, patience_seconds=10) as listener:
        assert listener.getsockname()[1] == port


def test_a_port_that_stays_taken_is_told():
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(SetupError, match=r"is taken by another program\. Choose another with PARLEY_PORT"),
    ):
        listen("127.0.0.1", taken.getsockname()[1])


def test_a_host_that_is_not_ours_is_told():
    with pytest.raises(SetupError, match=r"Cannot listen on 192\.0\.2\.1, port 8000: .* PARLEY_HOST"):
        listen("192.0.2.1", 8000)


@pytest.mark.parametrize(("host", "reached"), [("0.0.0.0", "127.0.0.1"), ("::", "::1"), ("10.1.2.3", "10.1.2.3")])
def test_what_listens_everywhere_is_reached_on_this_machine(host, reached):
    assert reachable(host) == reached
