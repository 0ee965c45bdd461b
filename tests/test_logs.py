import io
import json
import logging
from collections.abc import Callable, Iterator

import pytest
import structlog

from service import logs
from service.errors import StoreUnavailable


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def logged() -> Iterator[Callable[[], list[dict]]]:
    stream = io.StringIO()
    kept = logging.getLogger().handlers[:]
    logs.set_up("info", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().handlers[:] = kept
    structlog.reset_defaults()


def test_an_event_is_one_line_of_json_with_time_and_level(logged):
    structlog.get_logger("parley").info("comment.scored", comment_id="c-1", ms=3)
    [line] = logged()
    assert (line["event"], line["comment_id"], line["ms"], line["level"]) == ("comment.scored", "c-1", 3, "info")
    assert line["timestamp"].endswith("Z")


def test_records_of_libraries_have_the_same_form(logged):
    logging.getLogger("somebody").warning("disk %s", "slow")
    [line] = logged()
    assert (line["event"], line["level"], line["logger"]) == ("disk slow", "warning", "somebody")


def test_what_is_below_the_level_is_not_told(logged):
    structlog.get_logger().debug("detail")
    logging.getLogger("httpx").info("HTTP Request: POST https://receiver.example/?token=abc")
    assert logged() == []


@pytest.mark.parametrize("name", ["text", "key", "secret", "email", "ip", "authorization", "token"])
def test_a_private_field_is_struck_out(logged, name):
    structlog.get_logger().info("comment.kept", **{name: "a private thing"})
    assert "a private thing" not in str(logged())


def test_an_exception_is_told_by_its_kind_and_place_and_not_by_its_words(logged):
    try:
        raise ValueError("the text of a comment")
    except ValueError:
        structlog.get_logger().exception("request.failed")
    [line] = logged()
    assert line["error"] == "ValueError"
    assert line["frames"][-1].endswith("test_an_exception_is_told_by_its_kind_and_place_and_not_by_its_words")
    assert "the text of a comment" not in str(line)


def test_a_librarys_exception_is_told_alike(logged):
    try:
        raise KeyError("the text of a comment")
    except KeyError:
        logging.getLogger("flask").exception("Exception on /v1/comments")
    [line] = logged()
    assert line["error"] == "KeyError"
    assert "the text of a comment" not in str(line)


def test_our_own_errors_keep_their_words(logged):
    try:
        raise StoreUnavailable("The store does not answer (TimeoutError)")
    except StoreUnavailable:
        structlog.get_logger().exception("duty.failed")
    assert logged()[0]["error_detail"] == "The store does not answer (TimeoutError)"


def test_on_a_terminal_people_read_no_json(logged):
    stream = Terminal()
    logs.set_up("info", stream)
    structlog.get_logger().info("worker.started", worker="host-1")
    assert "worker.started" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
