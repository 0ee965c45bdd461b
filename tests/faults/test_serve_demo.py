"""`parley serve --demo`: the example blog runs beside the service, and stops with it."""

import re
import socket
import subprocess

import httpx
import pytest

from tests.faults.running import COMMAND, ROOT, Service, eventually, free_port, is_running


class WithDemo(Service):
    """A service that was started with `--demo`."""

    def __init__(self, data) -> None:
        super().__init__(data)
        self.blog_port = free_port()
        self.settings = {"PARLEY_DEMO_PORT": str(self.blog_port), "PARLEY_DELIVERY_DELAY_SECONDS": "0"}

    def launch(self) -> None:
        with self._file("out").open("ab") as out, self._file("log").open("ab") as log:
            self.process = subprocess.Popen(
                [*COMMAND, "--demo"], cwd=ROOT, env=self._environment(), stdout=out, stderr=log, start_new_session=True
            )

    @property
    def blog(self) -> str:
        return f"http://127.0.0.1:{self.blog_port}"


@pytest.fixture
def service(tmp_path):
    service = WithDemo(tmp_path / "data")
    yield service
    service.clear_away()


def shown(page: str) -> int:
    """Return how many comments a page of the blog says it has."""
    told = re.search(r"· (\d+) comments", page)
    return int(told[1]) if told else 0


def test_the_blog_shows_the_day_and_takes_a_comment(service):
    service.start()
    assert f"Blog     {service.blog}/" in service.printed
    with httpx.Client(base_url=service.blog, trust_env=False, follow_redirects=True, timeout=10) as reader:
        eventually(lambda: shown(reader.get("/").text) > 60, seconds=30)
        page = reader.post("/comments", data={"name": "Nare", "text": "I hope that they find each other."}).text
        assert "Your comment is published." in page
        link = re.search(r'href="([^"]+/status/[^"]+)"', page)[1]
        assert httpx.get(link, trust_env=False).status_code == 200
    blog = [pid for pid in service.everything() if pid not in service.redis()]
    assert service.stop() == 0
    assert not [pid for pid in blog if is_running(pid)]
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", service.blog_port), 1)


def test_a_taken_port_of_the_blog_is_told_by_its_setting(service):
    with socket.create_server(("127.0.0.1", service.blog_port)):
        service.launch()
        assert service.process.wait(30) == 1
    assert "PARLEY_DEMO_PORT" in service.logged
