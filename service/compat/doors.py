"""All doors, and which of them a path belongs to."""

from collections.abc import Callable

from flask import Flask, Response

from service.compat import akismet, coral, openai, perspective
from service.compat.door import Door, Hall
from service.errors import ParleyError

DOORS: tuple[Door, ...] = (akismet.door, perspective.door, openai.door, coral.door)


def install(app: Flask, hall: Hall) -> None:
    """Add every door to `app`."""
    for door in DOORS:
        app.register_blueprint(door.blueprint(hall))


def form_at(path: str) -> Callable[[ParleyError], Response] | None:
    """Return what writes errors at `path`, or None where it is no door's."""
    return next((door.refuse for door in DOORS if door.owns(path)), None)
