"""Akismet's own and others' clients, unmodified, check comments and report them."""

from tests.compat.clients.conftest import HERE, NODE, node, python_of

HAM, SPAM = 0, 1


def test_python_akismet_makes_every_call(run, served):
    came = run(python_of("akismet"), HERE / "akismet_calls.py")

    assert (came["ham"], came["spam"], came["at_the_same_time"]) == (HAM, SPAM, [HAM, SPAM])
    assert (came["submit_ham"], came["submit_spam"]) == (True, True)
    assert came["usage"]["usage"] >= 1
    [(_, rows)] = [entry for entry in came["sites"].items() if isinstance(entry[1], list)]
    assert "blog.example" in [row["site"] for row in rows]
    assert came["sites_csv"].splitlines()[1].startswith("Site,Total API Calls,")
    assert came["verified"] == [True, False]
    assert came["stranger"] == "APIKeyError"
    assert served.door_key not in served.service.logged


def test_pykismet3_with_the_key_in_its_host_makes_every_call(run, served):
    came = run(python_of("pykismet3"), HERE / "pykismet3_calls.py", http_proxy=served.address)

    assert (came["ham"], came["spam"], came["submitted"]) == (False, True, [None, None])
    assert came["stranger"].endswith("invalid")
    assert served.door_key not in served.service.logged


def test_npm_clients_make_every_call(run, served):
    came = run(node(), NODE / "akismet_calls.mjs")

    assert came["cedx"]["verified"] == came["api"]["verified"] == [True, False]
    assert (came["cedx"]["checked"], came["api"]["checked"]) == ([HAM, SPAM], [False, True])
    assert came["cedx"]["submitted"] == 2
    assert came["api"]["submitted"] == ["Thanks for making the web a better place."] * 2
    assert (came["cedx"]["stranger"], came["api"]["stranger"]) == (
        "This API key is unknown or revoked.",
        "Invalid API key",
    )
    assert served.door_key not in served.service.logged
