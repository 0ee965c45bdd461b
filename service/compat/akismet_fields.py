"""Read the fields of an Akismet request, however they come: form, JSON, multipart, query, in old character sets.

Any name is legal; what Parley does not know is left alone.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from urllib.parse import unquote_to_bytes

from flask import g, request
from werkzeug.exceptions import HTTPException
from werkzeug.formparser import FormDataParser

from service.compat.reading import clean, read_json
from service.errors import BadInput

MAX_FIELDS = 2000
MULTIPART = "multipart/form-data"
CHARSET = "blog_charset"
CHARSETS = re.compile(
    r"(iso-8859-\d+|latin-?1|windows-\d+|cp\d+|koi8-[ru]|shift[_-]jis|euc-(jp|kr)|gb(k|2312|18030)|big5)"
)
FALSE = frozenset({"", "0", "false", "no", "off"})

Fields = Mapping[str, str]


def fields_of(body: bytes) -> Fields:
    """Return the fields of this request, the body's before the query's; raises `BadInput`."""
    if "akismet_fields" not in g:
        g.akismet_fields = parse_form(request.query_string) | _of_body(body)
    found: Fields = g.akismet_fields
    return found


def parse_form(encoded: bytes) -> dict[str, str]:
    """Return the fields of a url-encoded text; of a name that comes twice the last. Raises `BadInput`."""
    pairs = dict(_pairs(encoded))
    charset = pairs.get(CHARSET.encode(), b"").decode("ascii", "replace").strip().lower()
    return {_text(name, charset): _text(value, charset) for name, value in pairs.items()}


def parse_json(body: bytes) -> dict[str, str]:
    """Return the fields of a JSON object, numbers and booleans as forms write them; raises `BadInput`."""
    content = read_json(body)
    if not isinstance(content, dict):
        raise BadInput("The JSON body should be an object.")
    return {clean(name): _plain(value) for name, value in content.items()}


def is_true(fields: Fields, name: str) -> bool:
    """Tell whether a field is there and says neither 0 nor false, in any case."""
    return fields.get(name, "").strip().lower() not in FALSE


def _of_body(body: bytes) -> dict[str, str]:
    if body.lstrip()[:1] == b"{":
        return parse_json(body)
    if request.mimetype == MULTIPART:
        return _parse_multipart(body)
    return parse_form(body)


def _parse_multipart(body: bytes) -> dict[str, str]:
    parser = FormDataParser(max_form_memory_size=None, max_form_parts=MAX_FIELDS, silent=False)
    try:
        _, form, _ = parser.parse(BytesIO(body), MULTIPART, len(body), request.mimetype_params)
    except (ValueError, HTTPException):
        raise BadInput("The body is not valid multipart/form-data.") from None
    return {clean(name): clean(value) for name, value in form.items()}


def _pairs(encoded: bytes) -> Iterator[tuple[bytes, bytes]]:
    parts = encoded.strip().split(b"&", MAX_FIELDS)
    if len(parts) > MAX_FIELDS:
        raise BadInput(f"A request may have {MAX_FIELDS:,} fields.")
    for part in parts:
        name, _, value = part.replace(b"+", b" ").partition(b"=")
        if name:
            yield unquote_to_bytes(name), unquote_to_bytes(value)


def _text(raw: bytes, charset: str) -> str:
    """Decode as UTF-8, which nearly all is; else as the blog says, when it is a character set of the web."""
    with suppress(UnicodeDecodeError):
        return clean(raw.decode())
    with suppress(LookupError):
        return clean(raw.decode(charset if CHARSETS.fullmatch(charset) else "utf-8", "replace"))
    return clean(raw.decode("utf-8", "replace"))


def _plain(value: object) -> str:
    match value:
        case str():
            return clean(value)
        case bool():
            return "1" if value else ""
        case int() | float():
            return str(value)
    return ""
