"""What the tests of the readers' pages share: a client, and a site whose widget is on."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ORIGIN = "https://blog.example"
ARTICLE = "a-1"
THREAD = f"/public/gazette/threads/{ARTICLE}"


def post(client: FlaskClient, path: str = THREAD, origin: str | None = ORIGIN, **body: object) -> TestResponse:
    headers = {"Origin": origin} if origin else {}
    return client.post(path, json={"name": "Nare", "text": "My family lives there.", **body}, headers=headers)


def get(client: FlaskClient, path: str = THREAD, **headers: str) -> TestResponse:
    return client.get(path, headers={"Origin": ORIGIN, **headers})
