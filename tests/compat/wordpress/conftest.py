"""A real WordPress with its own Akismet plugin, on a database of its own, beside a running service.

It wants `mariadb-server php-cli php-mysql` and WordPress's files: Debian's package `wordpress`, or a folder that
WORDPRESS names.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from tests.compat.clients.conftest import Served
from tests.faults.running import ROOT, Service

HERE = Path(__file__).parent
FILES = Path(os.environ.get("WORDPRESS", "/usr/share/wordpress"))
CONFIG = """<?php
define( 'DB_NAME', 'blog' ); define( 'DB_USER', 'root' ); define( 'DB_PASSWORD', '' );
define( 'DB_HOST', 'localhost:{socket}' ); define( 'DB_CHARSET', 'utf8mb4' ); define( 'DB_COLLATE', '' );
define( 'WP_HOME', '{home}' ); define( 'WP_SITEURL', '{home}' );
define( 'PARLEY_URL', '{parley}' ); define( 'WPCOM_API_KEY', '{key}' );
define( 'DISABLE_WP_CRON', true ); define( 'WP_HTTP_BLOCK_EXTERNAL', true );
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1,rest.akismet.com' );
$table_prefix = 'wp_';
defined( 'ABSPATH' ) || define( 'ABSPATH', __DIR__ . '/' );
require_once ABSPATH . 'wp-settings.php';
"""
FOR_TESTS = (
    "<?php add_filter( 'comment_flood_filter', '__return_false', 99 ); add_filter( 'pre_wp_mail', '__return_true' );"
)


class _Staying(HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


@dataclass(frozen=True)
class WordPress:
    """A blog with one post; `served` is its Parley."""

    home: str
    socket: Path
    post: str
    served: Served

    def comment(self, text: str, author: str = "Nare") -> None:
        """Post a comment as a reader's browser does."""
        fields = {"comment_post_ID": self.post, "author": author, "email": "nare@example.org", "comment": text}
        with suppress(HTTPError):  # it redirects to the post
            build_opener(_Staying).open(
                Request(f"{self.home}/wp-comments-post.php", urlencode(fields).encode()), None, 30
            )

    def status(self, text: str) -> str:
        """Return `1` for a comment that is shown, `0` for one that is pending, `spam`, or nothing."""
        found = self.query(f"SELECT comment_approved FROM wp_comments WHERE comment_content LIKE '%{text}%'")
        return found.strip()

    def query(self, statement: str) -> str:
        command = ["mariadb", "--no-defaults", f"--socket={self.socket}", "-uroot", "-N", "blog", "-e", statement]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout

    def php(self, code: str) -> str:
        """Run PHP inside WordPress, as an administrator."""
        whole = f"require '{self.socket.parent}/wp/wp-load.php'; wp_set_current_user( 1 ); {code}"
        return subprocess.run(["php", "-r", whole], capture_output=True, text=True, check=True, timeout=60).stdout


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WordPress]:
    missing = [name for name in ("mariadbd", "mariadb", "mariadb-install-db", "php") if not shutil.which(name)]
    if missing or not (FILES / "wp-load.php").exists():
        pytest.skip(f"WordPress and {', '.join(missing) or 'its server'} are not installed")
    folder = Path(os.path.realpath(tmp_path_factory.mktemp("wp")))
    settings = {"PARLEY_WEBHOOK_PRIVATE": "true", "PARLEY_DELIVERY_DELAY_SECONDS": "0"}
    service = Service(folder / "data", settings=settings)
    service.start()
    try:
        half = Served(service, f"http://127.0.0.1:{service.port}", service.key(), "")
        served = Served(service, half.address, half.native_key, half.ask("POST", "/v1/keys", {"door": True})["key"])
        with _database(folder) as at, _web(folder, at, served) as found:
            yield found
        service.stop()
    finally:
        service.clear_away()


@contextmanager
def _database(folder: Path) -> Iterator[Path]:
    at, data = folder / "db.sock", folder / "db"
    common = ["--no-defaults", f"--datadir={data}", "--user=root"]
    subprocess.run(["mariadb-install-db", *common], capture_output=True, check=True, timeout=120)
    options = ["--skip-networking", "--skip-grant-tables", f"--socket={at}", f"--pid-file={folder}/db.pid"]
    with subprocess.Popen(["mariadbd", *common, *options], stderr=subprocess.DEVNULL) as server:
        try:
            _until(at.exists)
            create = ["mariadb", "--no-defaults", f"--socket={at}", "-uroot", "-e", "CREATE DATABASE blog"]
            _until(lambda: subprocess.run(create, capture_output=True, check=False, timeout=20).returncode == 0)
            yield at
        finally:
            server.terminate()


@contextmanager
def _web(folder: Path, at: Path, served: Served) -> Iterator[WordPress]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    wp, home = folder / "wp", f"http://127.0.0.1:{port}"
    shutil.copytree(FILES, wp, ignore_dangling_symlinks=True)
    (wp / "wp-config.php").unlink(missing_ok=True)
    (wp / "wp-config.php").write_text(CONFIG.format(socket=at, home=home, parley=served.address, key=served.door_key))
    mu = wp / "wp-content" / "mu-plugins"
    mu.mkdir(exist_ok=True)
    shutil.copy(ROOT / "docs" / "wordpress" / "parley-akismet.php", mu)
    (mu / "for-tests.php").write_text(FOR_TESTS)
    install = ["php", str(HERE / "install.php"), str(wp)]
    made = subprocess.run(install, capture_output=True, text=True, check=False, timeout=120)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    post = re.search(r"(\d+)\s*$", made.stdout)
    assert post, made.stdout[-500:]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {**os.environ, "PHP_CLI_SERVER_WORKERS": "3"}
    serve = ["php", "-S", f"127.0.0.1:{port}", "-t", str(wp)]
    with subprocess.Popen(serve, env=environment, start_new_session=True, **quiet) as server:
        try:
            _until(lambda: _answers(port))
            yield WordPress(home, at, post[1], served)
        finally:
            os.killpg(server.pid, signal.SIGTERM)  # its workers too


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _until(reached, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.1)
