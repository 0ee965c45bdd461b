"""One attempt to tell a platform how a comment stands: the message, its signature, the receiver's answer."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import orjson
from standardwebhooks import Webhook

from service.moderation.statement import Statement
from service.tenancy import Site
from service.values import Choice, Decided, Delivery, KeptComment, State
from service.version import VERSION
from service.workers.backoff import parse_retry_after
from service.workers.outward import Inward, NoSuchHost, Way, ways

MAX_ANSWER_BYTES = 64 << 10
GONE = 410
TOO_MANY = 429
Tell = Callable[["Answer"], None]
SHOWS = {Choice.APPROVE: State.APPROVED, Choice.REJECT: State.REJECTED}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an attempt. `error` is a short word, empty on success.

    `unwell` tells that the receiver itself has trouble, not just this message; `gone` that it wants no more of it.
    """

    error: str = ""
    gone: bool = False
    unwell: bool = False
    retry_after_seconds: float | None = None


def compose(
    site: Site, delivery: Delivery, kept: KeptComment, now: datetime, statement: Statement | None = None
) -> bytes:
    """Write the message: ids, state, decision, assessment and, of a rejection, the statement of reasons.

    It never holds the text or who wrote it.
    """
    decided = _shown(kept, delivery.state)
    return orjson.dumps(
        {
            "type": f"comment.{delivery.state}",
            "timestamp": decided.at if decided else now,
            "data": {
                "site": site.name,
                "id": delivery.comment_id,
                "state": delivery.state,
                "version": delivery.version,
                "decision": decided and _decision(decided),
                "verdict": kept.assessment.verdict,
                "scores": dict(kept.assessment.scores),
                "model": kept.assessment.model,
                "second_opinion": kept.assessment.second_opinion,
                "policy": kept.assessment.policy,
                "statement": statement,
            },
        },
        option=orjson.OPT_UTC_Z,
    )


def _shown(kept: KeptComment, state: State) -> Decided | None:
    """Return the decision that led to `state`; a later one is told by its own message."""
    decided = kept.decided
    return decided if decided and SHOWS.get(decided.decision) == state else None


def _decision(decided: Decided) -> Mapping[str, object]:
    return {"decision": decided.decision, "by": decided.by, "at": decided.at, "reason": decided.reason}


def sign(secret: str, message_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks (https://www.standardwebhooks.com); `secret` starts with `whsec_`."""
    moment = now.astimezone(UTC)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, moment, body.decode()),
    }


class Sender:
    """Sends signed messages; thread-safe.

    No redirect is followed, no proxy of the environment is used, and an attempt ends after `timeout_seconds` as a
    whole, however slowly the receiver drips (a name server that hangs may add its own time limit). Receivers are
    trusted by the system's certificates and certifi's. Only public addresses are reached, unless `allow_private`.
    """

    def __init__(self, timeout_seconds: float, allow_private: bool = False) -> None:
        self._timeout_seconds = timeout_seconds
        self._allow_private = allow_private
        self._trust = httpx.create_ssl_context(trust_env=False)
        self._trust.load_default_certs()

    def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Post `body` once; never raises for what the receiver or the network does."""
        return asyncio.run(self._send(url, headers, body))

    async def _send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        judged: list[Answer] = []  # a receiver that answered has answered, however the rest of it ends
        try:
            async with asyncio.timeout(self._timeout_seconds), self._client() as client:
                await _post_on_first(client, await ways(url, self._allow_private), headers, body, judged.append)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, Inward, NoSuchHost) as error:
            return judged[0] if judged else _blame(error)
        return judged[0]

    def _client(self) -> httpx.AsyncClient:
        # One connection per message: a kept one that the receiver just closed would look like a failed delivery.
        return httpx.AsyncClient(
            verify=self._trust,
            timeout=self._timeout_seconds,
            follow_redirects=False,
            trust_env=False,
            headers={"User-Agent": f"Parley/{VERSION}", "Content-Type": "application/json", "Connection": "close"},
        )


async def _post_on_first(
    client: httpx.AsyncClient, to_host: Sequence[Way], headers: Mapping[str, str], body: bytes, tell: Tell
) -> None:
    """Post on the first of the ways that connects."""
    for way in to_host[:-1]:
        with suppress(httpx.ConnectError):
            return await _post(client, way, headers, body, tell)
    return await _post(client, to_host[-1], headers, body, tell)


async def _post(client: httpx.AsyncClient, way: Way, headers: Mapping[str, str], body: bytes, tell: Tell) -> None:
    addressed = {**headers, "Host": way.host}
    proof = {"sni_hostname": way.name}
    async with client.stream("POST", way.url, headers=addressed, content=body, extensions=proof) as response:
        tell(_judge(response))
        await _skim(response)


async def _skim(response: httpx.Response) -> None:
    """Read a little of the answer, so that a receiver that still writes does not see a broken connection."""
    seen = 0
    async for chunk in response.aiter_raw():
        seen += len(chunk)
        if seen > MAX_ANSWER_BYTES:
            return


def _judge(response: httpx.Response) -> Answer:
    if response.is_success:
        return Answer()
    status = response.status_code
    return Answer(
        error=f"http {status}",
        gone=status == GONE,
        unwell=status >= httpx.codes.INTERNAL_SERVER_ERROR or status == TOO_MANY,
        retry_after_seconds=parse_retry_after(response.headers.get("retry-after"), datetime.now(UTC)),
    )


def _blame(error: Exception) -> Answer:
    """Name what kept the message from its receiver."""
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return Answer("timeout", unwell=True)
    if isinstance(error, Inward):
        return Answer("private address", unwell=True)
    if isinstance(error, NoSuchHost):
        return Answer("no such host", unwell=True)
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return Answer("bad address", unwell=True)
    if isinstance(error, httpx.ConnectError):
        return Answer("bad certificate" if "CERTIFICATE_VERIFY" in str(error) else "no connection", unwell=True)
    return Answer("broken answer", unwell=True)
