import json

import pytest

from service.store.connect import connect
from tests.workers.conftest import decide


@pytest.fixture
def courier(parley) -> str:
    parley("sites", "create", "courier", "--title", "The Courier")
    return "courier"


def test_a_site_is_made_listed_and_shown(parley, courier):
    assert parley("sites", "list").stdout.split("\t")[:3] == ["courier", "The Courier", "-"]
    shown = parley("sites", "show", courier).stdout
    assert "policy\tversion 0" in shown
    assert "queue main\t0 waiting, 0 claimed" in shown


def test_the_signing_secret_is_printed_once_and_alone(parley, courier):
    first = parley("sites", "webhook", courier, "https://courier.example/hook").stdout
    assert first.startswith("whsec_")
    assert first.count("\n") == 1
    assert parley("sites", "webhook", courier, "https://courier.example/hook").stdout == ""
    assert "whsec_" not in parley("sites", "show", courier).stdout


def test_a_webhook_is_removed(parley, courier):
    parley("sites", "webhook", courier, "https://courier.example/hook")
    assert parley("sites", "webhook", courier, "--remove").exit_code == 0
    assert "webhook\t-" in parley("sites", "show", courier).stdout


@pytest.mark.parametrize("words", [(), ("https://courier.example/", "--remove")])
def test_a_webhook_needs_an_address_or_its_removal(parley, courier, words):
    result = parley("sites", "webhook", courier, *words)
    assert result.exit_code == 2
    assert "Give an address, or --remove." in result.stderr


def test_a_wrong_address_is_told(parley, courier):
    result = parley("sites", "webhook", courier, "ftp://courier.example")
    assert result.exit_code == 1
    assert "must be an http:// or https:// address" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("sites", "show", "nobody"),
        ("sites", "webhook", "nobody", "https://x.example"),
        ("policy", "show", "nobody"),
        ("policy", "set", "nobody", "-"),
        ("events", "nobody"),
        ("deliveries", "nobody"),
    ],
)
def test_an_unknown_site_is_told(parley, words):
    result = parley(*words, stdin=b'{"thresholds": {}}')
    assert result.exit_code == 1
    assert result.stderr == "Error: There is no site 'nobody'.\n"


def test_a_policy_that_was_shown_can_be_changed_and_set(parley, courier):
    shown = json.loads(parley("policy", "show", courier).stdout)
    assert shown["version"] == 0
    shown["thresholds"]["spam"]["review"] = 0.25
    rule = {"name": "casinos", "field": "text", "match": "contains", "values": ["casino"], "verdict": "reject"}
    shown["rules"] = [rule]
    assert parley("policy", "set", courier, "-", stdin=json.dumps(shown).encode()).stdout == "1\n"
    again = json.loads(parley("policy", "show", courier).stdout)
    assert (again["version"], again["created_by"]) == (1, "command line")
    assert again["thresholds"] == shown["thresholds"]
    assert again["rules"] == [rule]


def test_a_policy_that_moved_on_is_not_overwritten(parley, courier):
    body = b'{"thresholds": {"spam": {"review": 0.5, "reject": 0.9}}}'
    parley("policy", "set", courier, "-", stdin=body)
    late = parley("policy", "set", courier, "-", "--expected-version", "0", stdin=body)
    assert late.exit_code == 1
    assert "The policy is at version 1 now, not 0" in late.stderr


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"not json", "The policy is no JSON object."),
        (b"[]", "The policy is no JSON object."),
        (b"{}", "thresholds: should be given, or an `error_budget`"),
        (b'{"thresholds": {"spam": {"review": 0.9, "reject": 0.5}}}', "thresholds.spam: `reject` should not be below"),
        (
            b'{"thresholds": {"rudeness": {"review": 0.1, "reject": 0.5}}}',
            "thresholds.rudeness.[key]: should be one of spam",
        ),
        (b'{"thresholds": {}, "rule": []}', "rule: Extra inputs are not permitted"),
    ],
)
def test_a_wrong_policy_is_told_by_its_place(parley, courier, body, problem):
    result = parley("policy", "set", courier, "-", stdin=body)
    assert result.exit_code == 1
    assert problem in result.stderr
    assert result.stderr.count("\n") == 1


def test_events_are_json_lines_behind_a_pipe(parley, courier):
    parley("keys", "create", "--site", courier, "--scopes", "submit")
    lines = [json.loads(line) for line in parley("events", courier).stdout.splitlines()]
    assert [line["type"] for line in lines] == ["site_created", "key_created"]
    assert lines[0]["at"].endswith("Z")
    [one] = parley("events", courier, "--type", "key_created").stdout.splitlines()
    assert json.loads(one) == lines[1]


@pytest.mark.parametrize("span", ["1", "h", "1w", "-1h"])
def test_a_span_that_cannot_be_read_is_told(parley, courier, span):
    result = parley("events", courier, "--since", span)
    assert result.exit_code == 2
    assert "give a number with s, m, h or d" in result.stderr


def test_deliveries_are_counted_and_revived(parley, courier, settings):
    store = connect(settings)
    decide(store, courier, "c-1", "c-2")
    store.outbox.due(courier, 5, 60_000)
    store.outbox.failed(courier, "c-1", None, "http 410")
    store.close()
    assert parley("deliveries", courier).stdout == "1\t1\n"
    revived = parley("deliveries", courier, "--revive")
    assert (revived.stdout, revived.stderr) == ("2\t0\n", "1 due again\n")


def test_the_address_for_coral_is_printed_alone(parley, courier, monkeypatch):
    monkeypatch.setenv("PARLEY_PUBLIC_URL", "https://parley.example/")
    printed = parley("sites", "coral", courier).stdout
    assert printed == "https://parley.example/coral/moderation?key=YOUR-DOOR-KEY\n"


def test_corals_secret_is_read_from_a_pipe_and_never_printed(parley, courier, settings):
    result = parley("sites", "coral", courier, "--secret", stdin=b"ssec_of_the_phase\n")
    assert result.exit_code == 0
    assert "ssec_of_the_phase" not in result.stdout + result.stderr
    assert door(settings, courier) == "ssec_of_the_phase"
    parley("sites", "coral", courier, "--remove")
    assert door(settings, courier) is None


@pytest.mark.parametrize("stdin", [b"\n", b"x" * 2049])
def test_a_secret_that_cannot_be_one_is_refused(parley, courier, settings, stdin):
    result = parley("sites", "coral", courier, "--secret", stdin=stdin)
    assert result.exit_code == 1
    assert "coral_secret: should have 1 to 2048 printable characters" in result.stderr
    assert door(settings, courier) is None


def test_a_secret_is_taken_or_forgotten_not_both(parley, courier):
    assert parley("sites", "coral", courier, "--secret", "--remove").exit_code == 2


def test_wordpress_is_connected_by_its_address_and_the_key_from_a_pipe(parley, courier, settings):
    key = parley("keys", "create", "--site", courier, "--door").stdout.strip()
    result = parley("sites", "akismet", courier, "--webhook", "https://blog.example/", stdin=f"{key}\n".encode())

    url = "https://blog.example/?rest_route=/akismet/v1/webhook"
    assert result.stdout == f"review\thold\nwebhook\t{url}\n"
    assert key not in result.stdout + result.stderr
    assert (door(settings, courier, "akismet_webhook"), door(settings, courier, "akismet_key")) == (url, key)
    assert parley("sites", "akismet", courier, "--remove", "--review", "ham").stdout == "review\tham\nwebhook\t-\n"
    assert door(settings, courier, "akismet_key") is None


def test_a_key_that_wordpress_cannot_hold_is_refused(parley, courier, settings):
    result = parley("sites", "akismet", courier, "--webhook", "https://blog.example", stdin=b"abcdefabcdef\n")

    assert result.exit_code == 1
    assert "This site has no such key." in result.stderr
    assert door(settings, courier, "akismet_webhook") is None


def door(settings, site: str, setting: str = "coral_secret") -> str | None:
    store = connect(settings)
    try:
        return store.sites.get(site).doors.get(setting)
    finally:
        store.close()


def test_the_widget_is_allowed_on_pages_and_switched_off_again(parley, courier, settings):
    store = connect(settings)
    assert parley("sites", "origins", courier, "https://blog.example").exit_code == 0
    assert store.sites.get(courier).origins == ("https://blog.example",)
    assert "widget on\thttps://blog.example" in parley("sites", "show", courier).stdout
    assert parley("sites", "origins", courier).exit_code == 2
    assert "must be like" in parley("sites", "origins", courier, "blog").stderr
    assert parley("sites", "origins", courier, "--remove").exit_code == 0
    assert "widget on\t-" in parley("sites", "show", courier).stdout
    store.close()
