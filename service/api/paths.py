"""The names that stand in paths, with their shapes; a path with another shape is not found."""

import re
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import BaseConverter

from service.api.fields import (
    COMMENT_ID_PATTERN,
    KEY_ID_PATTERN,
    LABEL_ID_PATTERN,
    MODEL_PATTERN,
    SITE_PATTERN,
    TOKEN_PATTERN,
    USER_PATTERN,
)

PLACE = re.compile(r"\{(\w+)\}")
RULE_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class PathName:
    """A variable part of a path."""

    pattern: str
    description: str
    example: str
    holds_slashes: bool = False


PATH_NAMES = {
    "comment_id": PathName(COMMENT_ID_PATTERN, "The platform's id of the comment.", "c-1"),
    "author_id": PathName(
        r"^[^\x00\r\n]{1,320}$", "The platform's id of the author, or an e-mail address.", "u-77", True
    ),
    "label_id": PathName(LABEL_ID_PATTERN, "The id of the label, which is its comment's.", "c-1"),
    "token": PathName(TOKEN_PATTERN, "The token of the claim.", "b1946ac92492d2347c6235b4d2611184"),
    "operation": PathName(TOKEN_PATTERN, "The operation that decided a campaign.", "b1946ac92492d2347c6235b4d2611184"),
    "site_name": PathName(SITE_PATTERN, "The name of the site.", "gazette"),
    "key_id": PathName(KEY_ID_PATTERN, "The id of the key, not the key.", "k_7f3a"),
    "version": PathName(MODEL_PATTERN, "The version of the model.", "base-2.1"),
    "user_name": PathName(USER_PATTERN, "The name the person signs in with.", "ann"),
}


def install(app: Flask) -> None:
    """Teach `app` to match the names; each is its own converter."""
    for name, shape in PATH_NAMES.items():
        members = {"regex": shape.pattern[1:-1], "part_isolating": not shape.holds_slashes}
        app.url_map.converters[name] = type(name, (BaseConverter,), members)


def rule_of(path: str) -> str:
    """Return the Flask rule of a path in the document's notation."""
    return PLACE.sub(r"<\1:\1>", path)


def shown(rule: str) -> str:
    """Return the path of a Flask rule in the document's notation."""
    return RULE_PLACE.sub(r"{\1}", rule)


def names_in(path: str) -> list[str]:
    """List the variable parts of a path."""
    return PLACE.findall(path)
