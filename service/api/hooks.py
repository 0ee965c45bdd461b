"""What every answer carries: a request id, security headers, a place in the meters."""

import re
import secrets
import time

from flask import Flask, Response, g, request

from service.api.meters import Meters

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
NO_MATCH = "(none)"
HEADERS = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


def install(app: Flask, meters: Meters) -> None:
    """Mark each request of `app` on its way in and out."""

    def on_the_way_in() -> None:
        g.began = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)

    def on_the_way_out(response: Response) -> Response:
        headers = response.headers
        present = {name for name, _ in headers}  # setdefault would look through them all for each
        for name, value in HEADERS:
            if name not in present:
                headers.add(name, value)
        headers.add("X-Request-ID", g.request_id)
        rule = request.url_rule
        method, route = (request.method, rule.rule) if rule else (NO_MATCH, NO_MATCH)
        meters.observe(method, route, response.status_code, time.perf_counter() - g.began)
        return response

    app.before_request(on_the_way_in)
    app.after_request(on_the_way_out)
