"""An OpenID provider that signs whatever a test wants, over real HTTP."""

import json
import threading
import time
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "parley"


@cache
def _key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, parameters={"kid": name})


class Forger:
    """`claims` overrides what an honest ID token would say, None leaves a claim out; `redeemed` is what was sent."""

    def __init__(self, key: str = "first") -> None:
        self.key = _key(key)
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256"}
        self.userinfo: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.nonce = ""
        self.status = 200
        self.redeemed: dict[str, str] = {}
        self.authorization: str | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._answering())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def rotate_key(self) -> None:
        self.key = _key("second")

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def documents(self) -> dict[str, Any]:
        endpoints = {
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/jwks",
        }
        return {
            "/.well-known/openid-configuration": {"issuer": self.url, **endpoints, **self.metadata},
            "/jwks": {"keys": [self.key.as_dict(private=False)]},
            "/userinfo": self.userinfo,
        }

    def token(self) -> dict[str, str]:
        now = int(time.time())
        honest = {
            "iss": self.url,
            "aud": CLIENT_ID,
            "sub": "s-1",
            "iat": now,
            "exp": now + 60,
            "nonce": self.nonce,
            "email": "ann@mail.example",
            "email_verified": True,
        }
        claims = {name: value for name, value in {**honest, **self.claims}.items() if value is not None}
        signed = jwt.encode({"kid": self.key.kid, **self.header}, claims, self.key, algorithms=["RS256"])
        return {"id_token": signed, "access_token": "an-access-token", "token_type": "Bearer"}

    def _answering(forger) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the inner class has the other self
        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(forger.documents()[self.path])

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                forger.redeemed = {name: values[0] for name, values in parse_qs(body).items()}
                forger.authorization = self.headers["Authorization"]
                self.answer(forger.token())

            def answer(self, document: dict[str, Any]) -> None:
                self.send_response(forger.status)
                self.end_headers()
                self.wfile.write(json.dumps(document).encode())

            def log_message(self, *_: object) -> None:
                pass

        return Answering
