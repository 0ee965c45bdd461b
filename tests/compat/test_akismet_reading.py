"""Requests of Akismet's clients are read however they are written, and whatever stands in them."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.compat.akismet_comment import blog_of, guid_of, moment, read
from service.compat.akismet_fields import MAX_FIELDS, parse_form, parse_json
from service.compat.host_key import key_in_host
from service.errors import BadInput
from service.settings import Settings

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
NAMES = TEXTS.filter(bool)
FIELDS = st.dictionaries(NAMES.filter(lambda name: name != "blog_charset"), TEXTS, max_size=8)


@given(FIELDS)
def test_a_form_comes_out_as_it_went_in(fields):
    assert parse_form(urlencode(fields).encode()) == fields


@given(FIELDS)
def test_a_form_that_is_hardly_encoded_comes_out_too(fields):
    bare = {name: value for name, value in fields.items() if not set("&=+%") & {*name, *value}}
    encoded = "&".join(f"{name}={value}" for name, value in bare.items())

    if encoded == encoded.strip():
        assert parse_form(encoded.encode()) == bare


@given(FIELDS)
def test_json_comes_out_as_it_went_in(fields):
    assert parse_json(json.dumps(fields).encode()) == fields


@given(st.binary(), st.sampled_from([parse_form, parse_json]))
def test_any_bytes_are_read_or_refused_and_make_a_comment_that_can_be_kept(body, parse):
    with suppress(BadInput):
        fields = parse(body)
        asked = read({**fields, "comment_content": "".join(fields.values())})
        assert repr(asked).encode()
        assert "\0" not in asked.comment.text


def test_flags_and_numbers_of_json_are_written_as_forms_write_them():
    fields = parse_json(
        b'{"is_test": false, "b": true, "n": 5, "none": null, "list": ["a"], "\\ud800": "\\ud800\\u0000"}'
    )

    assert fields == {"is_test": "", "b": "1", "n": "5", "none": "", "list": "", "\ufffd": "\ufffd\ufffd"}


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("ISO-8859-1", b"caf%E9", "café"),
        ("windows-1251", b"%EF%F0%E8", "при"),
        ("UTF-8", b"caf%C3%A9", "café"),
        ("ISO-8859-1", b"caf%C3%A9", "café"),  # nearly all say UTF-8, whatever they call it
        ("utf-7", b"caf%E9", "caf\ufffd"),
        ("iso-8859-99", b"caf%E9", "caf\ufffd"),
        ("", b"caf\xc3\xa9", "café"),
    ],
)
def test_old_character_sets_are_read_when_it_is_not_utf_8(charset, raw, text):
    assert parse_form(b"comment_content=" + raw + b"&blog_charset=" + charset.encode())["comment_content"] == text


def test_of_a_name_that_comes_twice_the_last_counts():
    assert parse_form(b"a=1&a=2&&=3&b") == {"a": "2", "b": ""}


def test_very_many_fields_are_refused():
    assert len(parse_form(b"&".join(b"%d=" % number for number in range(MAX_FIELDS)))) == MAX_FIELDS
    with pytest.raises(BadInput):
        parse_form(b"&".join(b"%d=" % number for number in range(MAX_FIELDS + 1)))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("https://Blog.example", "blog.example"),
        ("http://blog.example:80/", "blog.example"),
        ("https://blog.example:443//", "blog.example"),
        ("http://blog.example:443/", "blog.example:443"),
        ("blog.example/news/?p=1", "blog.example/news"),
        (" https://blog.example/News/ ", "blog.example/News"),
        ("http://[::1", "http://[::1"),
        ("", ""),
    ],
)
def test_a_blog_is_one_however_it_is_written(written, name):
    assert blog_of(written) == name


@given(TEXTS)
def test_any_name_of_a_blog_is_taken(written):
    assert len(blog_of(written)) <= 250


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2026-11-22 14:05:00", datetime(2026, 11, 22, 14, 5, tzinfo=UTC)),
        ("2026-11-22T14:05:00Z", datetime(2026, 11, 22, 14, 5, tzinfo=UTC)),
        ("2026-11-22T18:05:00+04:00", datetime(2026, 11, 22, 14, 5, tzinfo=UTC)),
        ("0000-00-00 00:00:00", None),
        ("0001-01-01T00:00:00+04:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_time_is_read_in_both_of_its_forms(written, at):
    assert moment(written) == at


@given(TEXTS)
def test_any_time_is_read_or_left_out(written):
    moment(written)


SAID = ("comment_content", "comment_author", "comment_author_email", "comment_author_url", "permalink")


@pytest.mark.parametrize("name", SAID)
def test_another_word_makes_another_comment(name):
    fields = dict.fromkeys(SAID, "x")

    assert guid_of(read(fields).comment) != guid_of(read({**fields, name: "y"}).comment)


@given(FIELDS)
def test_what_stands_around_does_not_make_another_comment(around):
    fields = dict.fromkeys(SAID, "x")

    assert read(fields).guid == read(around | fields).guid == read(fields, "WordPress/6.1.9 | Akismet/5.0.2").guid


@given(st.ip_addresses())
def test_no_ip_address_holds_a_key(address):
    host = f"[{address}]" if address.version == 6 else str(address)

    assert key_in_host(host, Settings(public_url=f"https://{host}")) is None
