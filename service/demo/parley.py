"""What the blog asks of Parley over HTTP, with a key and time limits, and how it reads the answers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from standardwebhooks import Webhook, WebhookVerificationError

from service.demo.day import ARTICLE_ID, TITLE
from service.demo.shelf import Comment, News, Standing

TIME_LIMIT_SECONDS = 2.0
CHECK_LIMIT_SECONDS = 1.0  # a word before posting must not keep a reader waiting
STANDINGS = {
    "approve": Standing.PUBLISHED,
    "approved": Standing.PUBLISHED,
    "reject": Standing.DECLINED,
    "rejected": Standing.DECLINED,
    "review": Standing.WAITING,
    "waiting": Standing.WAITING,
    "claimed": Standing.WAITING,
}


class Away(Exception):
    """Parley does not answer, or not yet; the same may succeed later."""


class Refused(Exception):
    """Parley will not take this as it is."""


class Parley:
    """A client for one site. The key and the webhook's secret are read from `folder` when they are needed."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address.rstrip("/")
        self._folder = folder
        self._client = httpx.Client(base_url=self.address, timeout=TIME_LIMIT_SECONDS, trust_env=False)

    def foresee(self, name: str, text: str) -> str | None:
        """Return why a comment would be declined, or None when it would not, or Parley cannot say in time."""
        body = {"text": text, "author": {"name": name}}
        try:
            answer = self._ask("POST", "/v1/verdicts", body, CHECK_LIMIT_SECONDS)
        except (Away, Refused):
            return None
        because: str | None = answer["because"]
        return because

    def submit(self, comment: Comment, url: str) -> News:
        """Send a comment; again is as good as once. Raises Away or Refused."""
        answer = self._ask("POST", "/v1/comments", _body(comment, url))
        standing = STANDINGS[answer["verdict"]]
        reason = self._reason(comment.id) if standing is Standing.DECLINED else None
        return News(standing, 1, reason, self._absolute(answer["status_url"]))

    def read(self, comment_id: str) -> News:
        """Ask how a comment stands. Raises Away or Refused."""
        answer = self._ask("GET", f"/v1/comments/{comment_id}")
        standing = STANDINGS[answer["state"]]
        reason = self._reason(comment_id) if standing is Standing.DECLINED else None
        return News(standing, answer["version"], reason, self._absolute(answer["status_url"]))

    def heard(self, body: bytes, headers: Mapping[str, str]) -> tuple[str, News] | None:
        """Read a webhook's message; None for another kind. Raises Refused when it is not signed by Parley."""
        try:
            message = Webhook(self._secret("webhook.secret")).verify(body, dict(headers))
        except (WebhookVerificationError, Away) as error:
            raise Refused("The signature is not right.") from error
        standing = STANDINGS.get(message["data"].get("state"))
        if standing is None:
            return None
        return message["data"]["id"], News(standing, message["data"]["version"], _explained(message["data"]))

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def _reason(self, comment_id: str) -> str | None:
        try:
            return _explained({"statement": self._ask("GET", f"/v1/comments/{comment_id}/statement")})
        except (Away, Refused):
            return None

    def _ask(self, method: str, path: str, body: object = None, limit_seconds: float = TIME_LIMIT_SECONDS) -> Any:
        headers = {"Authorization": f"Bearer {self._secret('key')}"}
        try:
            answer = self._client.request(method, path, json=body, headers=headers, timeout=limit_seconds)
        except httpx.HTTPError as error:
            raise Away from error
        if answer.is_server_error or answer.status_code in (401, 403, 404, 429):
            raise Away(f"Parley answered {answer.status_code}.")
        if answer.is_client_error:
            raise Refused(f"Parley answered {answer.status_code}.")
        return answer.json()

    def _secret(self, name: str) -> str:
        try:
            return (self._folder / name).read_text(encoding="ascii").strip()
        except OSError as error:
            raise Away(f"{name} is not there yet.") from error

    def _absolute(self, url: str) -> str:
        return str(httpx.URL(self.address).join(url))


def _body(comment: Comment, url: str) -> dict[str, object]:
    return {
        "id": comment.id,
        "text": comment.text,
        "author": {"name": comment.name},
        "article": {"id": ARTICLE_ID, "title": TITLE, "url": url},
        "parent_id": comment.parent_id,
        "created_at": comment.at.isoformat(),
    }


def _explained(data: Mapping[str, Any]) -> str | None:
    statement = data.get("statement")
    explanation: str | None = statement["incompatible_content_explanation"] if statement else None
    return explanation
