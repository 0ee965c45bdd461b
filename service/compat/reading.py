"""Read what requests carry: raw bytes, and JSON whatever its header says, for old clients call it a form or nothing."""

import json
import re
import zlib
from typing import Any

import orjson
from flask import request

from service.errors import BadInput, InvalidJSON, UnsupportedMedia
from service.http.requests import read_body, too_large

PLAIN = ("", "identity")
GZIP = ("gzip", "x-gzip")  # Google's Java client packs what it sends
UNSPEAKABLE = re.compile("[\x00\ud800-\udfff]")


def read_packed_body(max_bytes: int) -> bytes:
    """Return the body, unpacked where it came as gzip; raises 413 when it is larger than `max_bytes`, packed or not."""
    body = read_body(max_bytes)
    encoding = request.headers.get("Content-Encoding", "").strip().lower()
    if encoding in PLAIN:
        return body
    if encoding not in GZIP:
        raise UnsupportedMedia("Send the body as it is, or as gzip.")
    return _unpacked(body, max_bytes)


def read_json(body: bytes) -> Any:
    """Return the JSON value of `body`; raises `InvalidJSON`. Halves of surrogate pairs are let in, as others do."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _read_leniently(body)


def clean(text: str) -> str:
    """Replace what no store and no UTF-8 can hold (NUL, halves of surrogate pairs); lengths in UTF-16 stay."""
    return UNSPEAKABLE.sub("\ufffd", text)


def _unpacked(body: bytes, max_bytes: int) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: gzip's own frame
    try:
        plain = unpacker.decompress(body, max_bytes)
    except zlib.error:
        raise BadInput("The body is not valid gzip.") from None
    if unpacker.unconsumed_tail:
        raise too_large(max_bytes)
    if not unpacker.eof:
        raise BadInput("The body is not valid gzip.")
    return plain


def _read_leniently(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise InvalidJSON("The body is not valid JSON.") from None


def _refuse_constant(_name: str) -> None:
    raise ValueError("NaN and Infinity are no JSON")
