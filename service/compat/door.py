"""A door is another service's API on Parley's road: its own paths, its own place for the key, its own form of errors.

To make one, write a module that ends in views and name its door in `doors.DOORS`:

    door = Door("akismet", prefixes=("/1.1", "/1.2"), key_of=key_of, refuse=refuse)

    @door.operation("POST", "/1.1/comment-check")
    def check(visit: Visit) -> Response:
        found = intake.take(visit, parse(visit.body))
        ...

Before the view runs, the body is read as raw bytes (413 when it is too large; gzip is unpacked; `request.form` is never
touched, for it would empty them), `key_of(body)` finds the key in that API's place, and the gate admits it: unknown
keys are throttled by address, good ones paced, `scopes` checked. A `door.page` needs no key.

`refuse` writes any `ParleyError` in the door's form; it is used for whatever goes wrong at a path under `prefixes`,
be it raised here or by Flask: 400, 401, 403, 404, 405, 413, 429, 500, 503. What only this API knows as an error is
raised as `Refusal` with the ready answer. Retry-After and cross-origin headers are added here.

Routes have no slash at the end, so Flask never redirects. Times and statuses are counted by route, never with a query
or a host name, for these may hold the key; no log line holds either.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from flask import Blueprint, Response, request

from service.compat.host_key import key_in_host
from service.compat.reading import read_packed_body
from service.errors import NotAuthenticated, ParleyError
from service.moderation.desk import Desk
from service.tenancy import ApiKey, Scope
from service.values import Assessment

SUBMIT = (Scope.SUBMIT,)
CROSS_ORIGIN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After, X-Request-ID"}
PREFLIGHT = {"Access-Control-Allow-Headers": "*, Authorization", "Access-Control-Max-Age": "86400"}


class Gate(Protocol):
    """Who may pass; the same for doors and for the native API."""

    def admit_key(self, plaintext: str, scopes: Collection[Scope]) -> ApiKey:
        """Return the key; raises `NotAuthenticated`, `NotAllowed` or `TooManyRequests`."""
        ...


class Meters(Protocol):
    """What is counted of comments and scores."""

    def count_assessments(self, assessments: Iterable[Assessment]) -> None:
        """Count comments that were taken anew."""
        ...

    def count_scorer_failure(self) -> None:
        """Count a text that could not be scored."""
        ...


@dataclass(frozen=True, slots=True)
class Hall:
    """What all doors of one process share."""

    desk: Desk
    gate: Gate
    meters: Meters


@dataclass(frozen=True, slots=True)
class Visit:
    """One admitted request: whose key it bears, and its body as it came."""

    hall: Hall
    key: ApiKey
    body: bytes

    @property
    def desk(self) -> Desk:
        """Return the desk."""
        return self.hall.desk

    @property
    def site(self) -> str:
        """Name the only site this key can see."""
        return self.key.site

    def actor(self) -> str:
        """Name who acts, for the audit log."""
        return f"key:{self.key.id}"


class Refusal(Exception):
    """A fault in words that only this door's API has; `response` is the ready answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


View = Callable[[Visit], Response]
Page = Callable[[Hall], Response]
FlaskView = Callable[[], Response]


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path and what makes its Flask view."""

    method: str
    path: str
    name: str
    bind: Callable[[Hall], FlaskView]


class Door:
    """The operations of one API and what they have in common.

    `key_of(body)` returns the key wherever that API puts it, or None; with `key_in_host`, the name of the host may hold
    it then. With `cross_origin`, pages of any other site may call it from a browser.
    """

    def __init__(
        self,
        name: str,
        prefixes: tuple[str, ...],
        key_of: Callable[[bytes], str | None],
        refuse: Callable[[ParleyError], Response],
        cross_origin: bool = False,
        key_in_host: bool = False,
    ) -> None:
        self.name = name
        self.prefixes = prefixes
        self._key_of = key_of
        self._refuse = refuse
        self._cross_origin = cross_origin
        self._key_in_host = key_in_host
        self._operations: list[Operation] = []

    def operation(self, method: str, path: str, scopes: tuple[Scope, ...] = SUBMIT) -> Callable[[View], View]:
        """Register the view below; a key with any one of `scopes` admits."""

        def register(view: View) -> View:
            def bind(hall: Hall) -> FlaskView:
                return lambda: self._finished(self._visited(view, hall, scopes))

            self._operations.append(Operation(method, path, view.__name__, bind))
            return view

        return register

    def page(self, method: str, path: str) -> Callable[[Page], Page]:
        """Register the view below, which needs no key."""

        def register(view: Page) -> Page:
            def bind(hall: Hall) -> FlaskView:
                return lambda: self._finished(view(hall))

            self._operations.append(Operation(method, path, view.__name__, bind))
            return view

        return register

    def owns(self, path: str) -> bool:
        """Tell whether errors at `path` take this door's form."""
        return any(path == prefix or path.startswith(f"{prefix}/") for prefix in self.prefixes)

    def refuse(self, error: ParleyError) -> Response:
        """Return the answer to `error` in this door's form."""
        response = self._finished(self._refuse(error))
        if error.retry_after_seconds is not None and response.status_code == error.status:
            response.headers["Retry-After"] = str(error.retry_after_seconds)
        return response

    def blueprint(self, hall: Hall) -> Blueprint:
        """Return the routes."""
        pages = Blueprint(self.name, __name__)
        for operation in self._operations:
            pages.add_url_rule(
                operation.path,
                f"{operation.method}_{operation.name}{operation.path.replace('.', '_')}",
                operation.bind(hall),
                methods=[operation.method],
                provide_automatic_options=not self._cross_origin,
            )
        if self._cross_origin:
            for path in sorted({operation.path for operation in self._operations}):
                self._add_preflight(pages, path)
        return pages

    def _visited(self, view: View, hall: Hall, scopes: tuple[Scope, ...]) -> Response:
        body = read_packed_body(hall.desk.settings.max_body_bytes)
        plaintext = self._key_of(body)
        if plaintext is None and self._key_in_host:
            plaintext = key_in_host(request.host, hall.desk.settings)
        if plaintext is None:
            raise NotAuthenticated("No API key was sent.")
        key = hall.gate.admit_key(plaintext, scopes)
        try:
            return view(Visit(hall, key, body))
        except Refusal as refusal:
            return refusal.response

    def _finished(self, response: Response) -> Response:
        if self._cross_origin:
            response.headers.update(CROSS_ORIGIN)
        return response

    def _add_preflight(self, pages: Blueprint, path: str) -> None:
        methods = ", ".join(sorted(operation.method for operation in self._operations if operation.path == path))

        def preflight() -> Response:
            return Response(status=204, headers=CROSS_ORIGIN | PREFLIGHT | {"Access-Control-Allow-Methods": methods})

        pages.add_url_rule(path, f"preflight{path.replace('.', '_')}", preflight, methods=["OPTIONS"])
