"""Google's own clients, unmodified, find the service by its discovery document and score with it."""

from tests.compat.clients.conftest import HERE, NODE, node, python_of

TEXT = "🙃 Shut up, you stupid idiot. Have a nice day."
SENTENCES = ["🙃 Shut up, you stupid idiot.", "Have a nice day."]


def sliced(spans) -> list[str]:
    units = TEXT.encode("utf-16-le")
    return [units[2 * span["begin"] : 2 * span["end"]].decode("utf-16-le") for span in spans]


def test_google_api_python_client_makes_every_call(run, served):
    came = run(python_of("google-api-python-client"), HERE / "perspective_calls.py")

    scores = came["plain"]["attributeScores"]
    assert set(scores) == {"TOXICITY", "INSULT"}
    assert scores["TOXICITY"]["summaryScore"]["value"] > 0.9
    assert came["plain"]["clientToken"] == "t-1"
    toxic, nice = came["spans"]["attributeScores"]["TOXICITY"]["spanScores"]
    assert sliced([toxic, nice]) == SENTENCES
    assert toxic["score"]["value"] > 0.9 > 0.1 > nice["score"]["value"]
    assert "attributeScores" not in came["none_left"]
    assert came["suggested"]["clientToken"] == "t-1"
    assert came["empty"]["reason"] == "Comment must be non-empty."
    assert came["empty"]["details"][0]["errorType"] == "COMMENT_EMPTY"
    assert came["language"]["details"][0]["errorType"] == "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
    assert came["attribute"]["reason"] == "Unknown requested attribute: INCOHERENT"
    assert (came["wrong_key"]["status"], came["wrong_key"]["details"][0]["reason"]) == (400, "API_KEY_INVALID")
    assert served.door_key not in served.service.logged


def test_npm_googleapis_makes_every_call(run):
    came = run(node(), NODE / "perspective_calls.mjs")

    assert came["plain"]["attributeScores"]["TOXICITY"]["summaryScore"]["value"] > 0.9
    assert came["plain"]["languages"] == ["en"]
    assert came["sentences"] == SENTENCES
    assert came["suggested"]["clientToken"] == "t-1"
    assert (came["empty"]["status"], came["empty"]["message"]) == (400, "Comment must be non-empty.")
    assert "does not support request languages: it" in came["language"]["message"]
    assert came["wrong_key"]["message"] == "API key not valid. Please pass a valid API key."
