"""OpenAI's own clients, unmodified but for their address, get moderations."""

from tests.compat.clients.conftest import HERE, NODE, node, python_of
from tests.compat.test_openai_door import NAMES


def test_python_openai_makes_every_call(run, served):
    came = run(python_of("openai"), HERE / "openai_calls.py")

    assert came["id"].startswith("modr-")
    assert came["model"] == "omni-moderation-latest"
    assert came["request_id"]
    assert came["flags"] == [True, False]
    assert 0 <= came["score"] <= 1
    assert (came["applied"], came["not_applied"]) == (["text"], [])
    assert set(came["by_alias"]) == NAMES
    assert (came["many"], came["parts"], came["without_v1"]) == ([True, False], [True], True)
    assert came["at_the_same_time"] == [True, False]
    assert came["processing_ms"].isdigit()
    assert (came["wrong_key"]["class"], came["wrong_key"]["code"]) == ("AuthenticationError", "invalid_api_key")
    assert came["wrong_key"]["request_id"]
    assert (came["wrong_input"]["class"], came["wrong_input"]["param"]) == ("BadRequestError", "input")
    assert came["too_large"]["type"] == "invalid_request_error"
    assert served.door_key not in served.service.logged


def test_npm_openai_makes_every_call(run):
    came = run(node(), NODE / "openai_calls.mjs")

    assert came["request_id"]
    assert set(came["categories"]) == NAMES
    assert (came["many"], came["parts"]) == ([True, False], [True])
    assert came["version"] == "2020-10-01"
    assert (came["wrong_key"]["class"], came["wrong_key"]["status"]) == ("AuthenticationError", 401)
    assert (came["wrong_input"]["class"], came["wrong_input"]["param"]) == ("BadRequestError", "input")
