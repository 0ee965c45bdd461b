"""Check JSON against the schemas of the discovery document, as leniently and as strictly as Google's servers do.

Names may be written `likeThis` or `like_this`, numbers as strings, and null means left out; an unknown name or a value
of another type is a fault (https://protobuf.dev/programming-guides/json).
"""

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from service.compat.discovery import SHAPES, Schema
from service.compat.reading import clean

Json = Any
CAPITAL = re.compile(r"[A-Z]")
SNAKE = {CAPITAL.sub(lambda found: f"_{found[0].lower()}", name): name for shape in SHAPES.values() for name in shape}
SHOWABLE = re.compile(r"[\w.$-]{1,64}")
MAX_INT32 = 2**31


class BadJSON(Exception):
    """A value does not fit; `place` names the field and `problem` says why, both without any of the sender's text."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(problem)
        self.place = place
        self.problem = problem


def checked(name: str, value: Json, place: str = "") -> dict[str, Json]:
    """Return the members of a message of schema `name`, named `likeThis` and of the right types; raises `BadJSON`."""
    found = {}
    for given, inner in _members(value, place):
        member = SNAKE.get(given, given)
        shape = SHAPES[name].get(member)
        if shape is None:
            raise BadJSON(place, f"Unknown name {_shown(given)}{_at(place)}: Cannot find field.")
        if inner is not None:
            found[member] = _value(shape, inner, _below(place, member))
    return found


def _members(value: Json, place: str) -> list[tuple[str, Json]]:
    if not isinstance(value, dict):
        raise BadJSON(place, f"Invalid value{_at(place)}: an object is expected.")
    return list(value.items())


def _value(shape: Schema, value: Json, place: str) -> Json:
    if "$ref" in shape:
        return checked(shape["$ref"], value, place)
    if "additionalProperties" in shape:
        inner = shape["additionalProperties"]
        return {
            clean(name): _value(inner, entry, f"{place}[{_shown(name)}]")
            for name, entry in _members(value, place)
            if entry is not None
        }
    if shape["type"] == "array":
        entries = value if isinstance(value, list) else [value]
        return [_value(shape["items"], entry, f"{place}[{i}]") for i, entry in enumerate(entries)]
    return _plain(shape, value, place)


def _plain(shape: Schema, value: Json, place: str) -> Json:
    found = READERS[shape["type"]](shape, value)
    if found is None:
        raise BadJSON(place, f"Invalid value{_at(place)} (TYPE_{shape.get('format', shape['type']).upper()}).")
    return found


def _flag(_shape: Schema, value: Json) -> bool | None:
    return value if isinstance(value, bool) else None


def _word(shape: Schema, value: Json) -> str | None:
    choices = shape.get("enum")
    if choices and isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(choices):
        return str(choices[value])
    if not isinstance(value, str) or (choices and value not in choices):
        return None
    return clean(value)


def _number(_shape: Schema, value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _whole(shape: Schema, value: Json) -> int | None:
    number = _number(shape, value)
    return int(number) if number is not None and number.is_integer() and abs(number) < MAX_INT32 else None


READERS: Mapping[str, Callable[[Schema, Json], Json]] = {
    "string": _word,
    "boolean": _flag,
    "number": _number,
    "integer": _whole,
}


def _below(place: str, member: str) -> str:
    return f"{place}.{member}" if place else member


def _at(place: str) -> str:
    return f" at '{place}'" if place else ""


def _shown(name: str) -> str:
    """Repeat what looks like a name; the rest may be a comment."""
    return f'"{name}"' if SHOWABLE.fullmatch(name) else "(a name)"
