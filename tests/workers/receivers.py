"""A platform's webhook: it checks every signature, remembers every message and answers as the test wants."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

SECRET = "whsec_dGhpcyBpcyBhIHNlY3JldCBmb3IgdGVzdHM="


@dataclass
class Message:
    """What arrived: the verified body, its headers, and when."""

    body: dict[str, Any]
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def type(self) -> str:
        return self.body["type"]


Reply = tuple[int, dict[str, str]]


class Receiver:
    """Listens on a free port of this machine."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.forged = 0
        self.secret = SECRET
        self.paths: list[str] = []
        self.answer: Callable[[int], Reply] = lambda _count: (204, {})
        self.at_once = self.most_at_once = 0
        self.hold = threading.Event()
        self.hold.set()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._door())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def answers(self, *statuses: int, **headers: str) -> None:
        """Answer with these, the last one from then on."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = lambda count: (statuses[min(count, len(statuses)) - 1], named)

    def close(self) -> None:
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        with self._lock:
            self.paths.append(path)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self._keep(headers, body)
            self.hold.wait(20)
            return self.answer(len(self.messages))
        finally:
            with self._lock:
                self.at_once -= 1

    def _keep(self, headers: dict[str, str], body: bytes) -> None:
        try:
            verified = Webhook(self.secret).verify(body, headers)
        except Exception:
            self.forged += 1
            raise
        assert verified == json.loads(body)
        self.messages.append(Message(verified, headers))

    def _door(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, more = receiver.take(self.path, headers, body)
                try:
                    self.send_response(status)
                    for name, value in more.items():
                        self.send_header(name, value)
                    self.end_headers()
                except (BrokenPipeError, ConnectionResetError):  # the sender did not wait
                    return

            def log_message(self, *_: object) -> None:
                pass

        return Door


@contextmanager
def broken(*answer: bytes, pause_seconds: float = 0.0) -> Iterator[str]:
    """Give the address of a receiver that takes one message and answers with these bytes, one lot after another."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(5)
        thread = threading.Thread(target=_answer_once, args=(listener, answer, pause_seconds))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join()


def _answer_once(listener: socket.socket, answer: tuple[bytes, ...], pause_seconds: float) -> None:
    guest, _ = listener.accept()
    with guest, suppress(BrokenPipeError, ConnectionResetError):  # the sender does not wait for ever
        guest.recv(65536)
        for part in answer:
            guest.sendall(part)
            time.sleep(pause_seconds)
