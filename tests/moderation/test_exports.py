"""Exports are read as what they say; whatever else is in them costs itself alone."""

import codecs
import tracemalloc
from datetime import UTC, datetime
from io import BufferedReader, BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import BadInput
from service.moderation.exports.columns import Columns, author_of
from service.moderation.exports.entry import Skipped
from service.moderation.exports.moments import moment
from service.moderation.exports.plain import plain_text
from service.moderation.exports.reading import Format, read
from service.moderation.exports.rows import MOST_LINE_BYTES
from service.moderation.exports.words import Meaning, meaning_of
from service.store.imports import Judged
from service.values import Author, Choice

TABLE = "text,label\nHi,ham\n"
BEGINNINGS = (
    b"",
    codecs.BOM_UTF8,
    codecs.BOM_UTF16_BE,
    TABLE.encode(),
    TABLE.encode("utf-16"),
    b'{"text": "',
    b"<wp:comment>",
)
ASKED = Columns(ones=Choice.REJECT)
WXR = '<rss xmlns:wp="http://wordpress.org/export/1.2/">{}</rss>'
COMMENT = (
    "<wp:comment><wp:comment_id>{}</wp:comment_id><wp:comment_content>{}</wp:comment_content>"
    "<wp:comment_approved>1</wp:comment_approved></wp:comment>"
)


def entries(content: bytes, kind: Format) -> list[Judged | Skipped]:
    return list(read(BufferedReader(BytesIO(content), 1 << 16), kind, ASKED))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One.</p>\n<p>Two &lt;3</p>", "One.\n\nTwo <3"),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ('<a href="https://x.example/a">https://x.example/a</a>', "https://x.example/a"),
        ('<a href="https://x.example/a/b/c">x.example/a/...</a>', "https://x.example/a/b/c"),
        ('<a href="https://x.example/a">cheap watches</a>!', "cheap watches https://x.example/a!"),
        ("<script>alert(1)</script>Hi<style>p{}</style>", "Hi"),
        ("1 < 2 and a <b>bold</b> word", "1 < 2 and a bold word"),
        ("<blockquote>You said</blockquote>No", "You said\nNo"),
        ("<a>no address</a><a href=''></a>", "no address"),
        ("&#128512;&nbsp;ok", "😀\xa0ok"),
    ],
)
def test_html_becomes_what_a_reader_sees(html, text):
    assert plain_text(html) == text


@given(st.text(alphabet="<>&;!-[]/ abp='\"#x1\n?", max_size=60))
def test_no_markup_is_too_broken_to_be_read(html):
    assert isinstance(plain_text(html), str)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("2020-01-02T03:04:05Z", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2020-01-02T05:04:05+02:00", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2020-01-02 03:04:05", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (1577934245, datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("1577934245000", datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)),
        *((bad, None) for bad in ("0000-00-00 00:00:00", "", None, "soon", True, "9" * 400, "2999-01-01", [])),
        (float("nan"), None),
    ],
)
def test_times_are_read_however_they_are_written(written, read_as):
    assert moment(written) == read_as


@pytest.mark.parametrize(
    ("word", "column", "meaning"),
    [
        ("Approved", "status", Meaning(Choice.APPROVE)),
        ("not spam", "x", Meaning(Choice.APPROVE)),
        ("SPAM", "x", Meaning(Choice.REJECT, "spam")),
        ("hate", "x", Meaning(Choice.REJECT, "hate")),
        ("trash", "x", Meaning(Choice.REJECT, is_thrown_away=True)),
        ("hold", "x", Meaning(None)),
        ("", "x", Meaning(None)),
        (None, "x", Meaning(None)),
        (1, "is_spam", Meaning(Choice.REJECT, "spam")),
        (False, "is_spam", Meaning(Choice.APPROVE)),
        ("0", "comment_approved", Meaning(None)),
        ("1", "label", None),
        ("perhaps", "label", None),
    ],
)
def test_a_word_means_what_its_column_lets_it_mean(word, column, meaning):
    assert meaning_of(word, column) == meaning


def test_an_author_is_an_address_or_an_id():
    assert author_of("ann@example.org") == Author(email="ann@example.org")
    assert author_of(7) == Author(id="7", name="7")
    assert author_of({"id": 7, "name": "Ann", "url": ["no"]}) == Author(id="7", name="Ann")
    assert author_of(["no"]) == author_of("") == Author()


@settings(max_examples=200)
@given(st.sampled_from(BEGINNINGS), st.binary(max_size=100), st.sampled_from(Format))
def test_no_bytes_are_too_broken_to_be_read(beginning, content, kind):
    try:
        found = entries(beginning + content, kind)
    except BadInput:
        return
    assert all(isinstance(entry, Judged | Skipped) for entry in found)


@settings(max_examples=60)
@given(st.binary(max_size=40), st.integers(0, 400))
def test_what_stands_before_the_damage_is_read(damage, place):
    whole = WXR.format("".join(COMMENT.format(n, f"Text {n}") for n in range(5))).encode()
    try:
        found = entries(whole[:place] + damage + whole[place:], Format.WXR)
    except BadInput:
        return
    texts = [one.text for one in found if isinstance(one, Judged)]
    assert len(texts) >= min(5, max(0, (place - 60) // len(COMMENT.format(1, "Text 1"))))


@settings(max_examples=60)
@given(st.lists(st.sampled_from([b'{"text": "a", "label": "ham"}', b"{", b'"x"', b"\xff", b"", b"null", b'{"a": {}}'])))
def test_every_line_is_a_label_or_named(lines):
    whole = b'{"text": "first", "label": "ham"}\n' + b"\n".join(lines)
    found = entries(whole, Format.JSONL)
    assert len(found) == 1 + sum(bool(line) for line in lines)
    assert [one.line for one in found if isinstance(one, Skipped)] == [
        number for number, line in enumerate(lines, start=2) if line and b"ham" not in line
    ]


def test_a_line_beyond_all_measure_is_told_once_and_the_next_is_read():
    huge = b'{"text": "' + b"x" * (2 * MOST_LINE_BYTES) + b'"}'
    first, last = entries(huge + b'\n{"text": "ok", "label": "ham"}\n', Format.JSONL)
    assert first == Skipped(1, "no JSON object", is_broken=True)
    assert isinstance(last, Judged)


def test_an_element_beyond_all_measure_is_cut_short():
    [one] = entries(WXR.format(COMMENT.format(1, "x " * 2_000_000)).encode(), Format.WXR)
    assert not isinstance(one, Judged) or len(one.text) < 1_200_000


def test_a_quote_that_is_never_closed_costs_what_it_swallowed_and_no_more():
    swallowed, *_, last = entries(b'text,label\n"' + b"x\n" * 100_000 + b"fine,ham\n", Format.CSV)
    assert swallowed == Skipped(2, "no row of a table", is_broken=True)
    assert isinstance(last, Judged)


def test_an_array_is_not_taken_for_lines():
    with pytest.raises(BadInput, match="one object per line"):
        entries(b'[{"text": "a", "label": "ham"}]', Format.JSONL)


@pytest.mark.parametrize("kind", [Format.WXR, Format.CSV, Format.JSONL])
def test_a_file_of_any_length_needs_little_memory(kind):
    many = {
        Format.WXR: WXR.format(COMMENT.format(7, "a few words") * 6_000).encode(),
        Format.CSV: b"id,text,label\n" + b"1,a few words,ham\n" * 6_000,
        Format.JSONL: b'{"id": 1, "text": "a few words", "label": "ham"}\n' * 6_000,
    }[kind]
    source = BufferedReader(BytesIO(many), 1 << 16)
    tracemalloc.start()
    count = sum(isinstance(entry, Judged) for entry in read(source, kind, ASKED))
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 6_000
    assert peak_bytes < 1_500_000
