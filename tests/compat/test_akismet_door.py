"""Akismet's API: the exact words and headers that its clients look at, and what becomes of the comments."""

import json
from datetime import UTC, datetime

import pytest

from service.errors import StoreFull, StoreUnavailable
from service.moderation import review, tenants
from service.moderation.akismet import comment_id
from service.tenancy import Scope
from service.values import Choice, Decision, State
from tests.api.conftest import SITE
from tests.compat.conftest import BLOG, COMMENT, word

THANKS = "Thanks for making the web a better place."


def kept(desk, response):
    return desk.store.comments.get(SITE, comment_id(response.headers["X-akismet-guid"]))


def events(desk, kind):
    found, _ = desk.store.events.read(SITE, limit=100)
    return [event for event in found if event.type == kind]


def test_a_good_key_is_valid_and_a_bad_one_invalid(call, door_key):
    assert word(call("verify-key", {"api_key": None, "key": door_key, "blog": BLOG})) == "valid"
    assert word(call("verify-key", {"blog": BLOG})) == "valid"
    refused = call("verify-key", {"api_key": None, "key": "abcdefabcdef", "blog": BLOG})
    assert word(refused) == "invalid"
    assert refused.headers["X-akismet-debug-help"]


def test_a_new_key_is_verified_though_the_plugin_still_sends_the_old_one_too(call, door_key):
    assert word(call("verify-key", {"api_key": "abcdefabcdef", "key": door_key, "blog": BLOG})) == "valid"
    assert word(call("verify-key", {"key": "abcdefabcdef", "blog": BLOG})) == "invalid"


def test_what_is_approved_is_ham_and_kept_whole(call, desk):
    answer = call("comment-check")

    assert word(answer) == "false"
    assert not {"X-akismet-debug-help", "X-akismet-error", "X-akismet-pro-tip"} & {*answer.headers.keys()}
    found = kept(desk, answer)
    assert (found.state, found.comment.text) == (State.APPROVED, COMMENT["comment_content"])
    author = found.comment.author
    assert (author.name, author.email, author.url) == ("Nare", "nare@example.org", "https://nare.example/")
    assert (author.ip, author.user_agent) == ("203.0.113.7", "Mozilla/5.0")
    assert found.comment.article.url == COMMENT["permalink"]
    assert found.comment.created_at == datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


def test_what_is_rejected_is_spam_and_only_blatant_spam_may_be_discarded(call, scorer, desk):
    scorer.says(insult=0.95)
    insult = call("comment-check")
    scorer.says(spam=0.9992)
    spam = call("comment-check", comment_content="Cheap watches")
    scorer.says(spam=0.9999)
    blatant = call("comment-check", comment_content="Cheap, cheap watches")

    assert [word(answer) for answer in (insult, spam, blatant)] == ["true"] * 3
    assert [answer.headers.get("X-akismet-pro-tip") for answer in (insult, spam, blatant)] == [None, None, "discard"]
    assert kept(desk, spam).state is State.REJECTED


@pytest.mark.parametrize(
    ("wish", "said", "held"), [(None, "false", True), ("spam", "true", False), ("ham", "false", False)]
)
def test_the_site_says_what_a_comment_is_called_that_waits_for_a_person(call, scorer, desk, wish, said, held):
    tenants.set_door(desk, SITE, tenants.AKISMET_REVIEW, wish, "test")
    scorer.says(insult=0.5)
    answer = call("comment-check")

    assert word(answer) == said
    assert ("X-akismet-error" in answer.headers) is held
    assert kept(desk, answer).state is State.WAITING


def test_asked_again_with_other_details_it_says_what_became_of_the_comment(call, scorer, desk):
    scorer.says(insult=0.5)
    first = call("comment-check")
    claim = review.claim(desk, SITE, "ann")
    review.decide(desk, SITE, "ann", claim.token, [Decision(claim.comments[0].comment.id, Choice.APPROVE)])
    again = call("comment-check", recheck_reason="recheck", comment_ID="17", user_agent="cron", blog=f"{BLOG}/")

    assert word(again) == "false"
    assert "X-akismet-error" not in again.headers
    assert again.headers["X-akismet-guid"] == first.headers["X-akismet-guid"]
    assert len(events(desk, "received")) == 1


def test_told_of_it_by_the_same_words_it_learns_and_settles_what_waits(call, scorer, desk):
    scorer.says(insult=0.5)
    answers = call("comment-check"), call("comment-check", comment_content="Another one.")
    assert word(call("submit-spam", comment_ID="17", reporter="ann", user_agent="admin")) == THANKS
    assert word(call("submit-ham", comment_content="Another one.", blog=None)) == THANKS

    assert [kept(desk, answer).state for answer in answers] == [State.REJECTED, State.APPROVED]
    labels = desk.store.labels.read(SITE, 10)
    assert {(label.source, label.value) for label in labels} == {("platform", "spam"), ("platform", "fine")}


def test_a_comment_never_checked_is_a_lesson_all_the_same(call, desk):
    assert word(call("submit-spam", comment_content="Cheap pills")) == THANKS

    [label] = desk.store.labels.read(SITE, 10)
    assert (label.source, label.value, label.text) == ("suggested", "spam", "Cheap pills")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"comment_author": "akismet-guaranteed-spam"}, "true"),
        ({"comment_author": "viagra-test-123"}, "true"),
        ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, "true"),
        ({"user_role": "editor, administrator"}, "false"),
        ({"user_role": "administrator", "comment_author": "viagra-test-123"}, "false"),
    ],
)
def test_what_akismet_guarantees_wins_and_is_neither_kept_nor_learnt(call, scorer, desk, fields, said):
    scorer.says(spam=0.9999 if said == "false" else 0.0)
    answer = call("comment-check", **fields)
    learnt = call("submit-spam", **fields)

    assert (word(answer), word(learnt)) == (said, THANKS)
    assert "X-akismet-pro-tip" not in answer.headers
    assert (events(desk, "received"), desk.store.labels.count(SITE)) == ([], 0)


def test_the_switch_for_tests_of_discarding_works(call):
    answer = call("comment-check", comment_author="akismet-guaranteed-spam", test_discard="1")

    assert (word(answer), answer.headers["X-akismet-pro-tip"]) == ("true", "discard")


@pytest.mark.parametrize("given", ["1", "true", "True"])
def test_a_test_is_judged_and_not_kept(call, scorer, desk, given):
    scorer.says(spam=0.9999)

    assert word(call("comment-check", is_test=given)) == "true"
    assert word(call("submit-ham", is_test=given)) == THANKS
    assert (events(desk, "received"), desk.store.labels.count(SITE)) == ([], 0)


@pytest.mark.parametrize("given", ["0", "false", "False", ""])
def test_what_says_it_is_no_test_is_kept(call, desk, given):
    assert kept(desk, call("comment-check", is_test=given))


def test_a_hidden_field_of_any_name_that_is_filled_in_is_blatant(call):
    fields = {"honeypot_field_name": "your_fax", "your_fax": "555"}
    answer = call("comment-check", **fields)

    assert (word(answer), answer.headers["X-akismet-pro-tip"]) == ("true", "discard")
    assert word(call("comment-check", comment_content="x", honeypot_field_name="your_fax", your_fax="")) == "false"


def test_a_scorer_that_fails_holds(call, scorer):
    scorer.fails(RuntimeError())

    assert call("comment-check").headers["X-akismet-error"]


def test_what_has_no_words_is_judged_and_not_queued(call, scorer, desk):
    scorer.says(insult=0.5)
    assert word(call("comment-check", comment_content="", comment_type="signup")) == "false"
    scorer.says(spam=0.9999)
    assert word(call("comment-check", comment_content=" \n", comment_type="signup")) == "true"
    assert events(desk, "received") == []


def test_what_is_longer_than_parley_reads_is_held(call, desk):
    answer = call("comment-check", comment_content="word " * desk.settings.max_text_chars)

    assert answer.headers["X-akismet-error"]


def test_without_a_blog_or_an_address_a_check_is_not_valid(call):
    empty, missing = call("comment-check", blog=""), call("comment-check", user_ip=None)

    assert (word(empty), empty.headers["X-akismet-debug-help"]) == ("invalid", 'Empty "blog" value')
    assert (word(missing), missing.headers["X-akismet-debug-help"]) == ("invalid", 'Missing "user_ip" value')
    assert word(call("comment-check", user_ip="")) == "false"


@pytest.mark.parametrize("spelling", ["comment_context", "comment_context[]", "comment_context[0]"])
def test_any_further_field_is_legal(call, spelling):
    more = {spelling: "war", "HTTP_ACCEPT": "*/*", "POST_comment": "hi", "akismet_comment_nonce": "failed"}

    assert word(call("comment-check", **more)) == "false"


def test_json_is_read_whatever_its_header_says(client, door_key, desk):
    body = json.dumps({"api_key": door_key, "is_test": False, "comment_context": ["war"], **COMMENT})
    for content_type in ("application/json", "application/x-www-form-urlencoded", None):
        assert word(client.post("/1.1/comment-check", data=body, content_type=content_type)) == "false"
    assert len(events(desk, "received")) == 1


def test_broken_json_is_not_valid(client):
    assert word(client.post("/1.1/comment-check", data=b'{"api_key": ')) == "invalid"


WEIRD = (
    b"%ff=%ff&comment_content=%f0%9f",
    b"\xff\xfe",
    b"&&==&%",
    b"[1]",
    b'{"comment_content": {"a": 1}}',
    b"{" * 100_000,
)


@pytest.mark.parametrize("body", WEIRD)
@pytest.mark.parametrize("path", ["comment-check", "submit-spam", "get-stats"])
@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "charset=utf-8", None])
def test_no_body_is_so_weird_that_the_door_breaks(client, door_key, body, path, content_type):
    around = {"api_key": door_key, "blog": BLOG, "user_ip": "203.0.113.7"}
    answer = client.post(f"/1.1/{path}", query_string=around, data=body, content_type=content_type)

    assert answer.status_code == 200


def test_multipart_is_read(client, door_key):
    fields = {"api_key": door_key, **COMMENT}

    assert word(client.post("/1.1/comment-check", data=fields, content_type="multipart/form-data")) == "false"


@pytest.mark.parametrize(
    "host",
    ["{}.rest.akismet.com", "{}.rest.akismet.com:443", "{}.parley.example", "{}.REST.akismet.com", "{}.localhost:8000"],
)
def test_the_key_may_stand_before_a_known_host(client, door_key, desk, host, monkeypatch):
    monkeypatch.setitem(desk.settings.__dict__, "public_url", "https://parley.example:8443")
    given = host.format(door_key)

    assert word(client.post("/1.1/comment-check", data=COMMENT, headers={"Host": given})) == "false"
    beaten = client.post("/1.1/comment-check", data={"api_key": "abcdefabcdef", **COMMENT}, headers={"Host": given})
    assert word(beaten) == "invalid"


@pytest.mark.parametrize(
    "host", ["{}.elsewhere.example", "{}", "{}.rest.akismet.com.evil.example", "127.0.0.1", "x.{}"]
)
def test_no_other_host_names_a_key(client, door_key, host):
    refused = client.post("/1.1/comment-check", data=COMMENT, headers={"Host": host.format(door_key)})

    assert refused.headers["X-akismet-debug-help"] == "No API key was sent."


def test_wordpress_slashes_what_it_checks_and_not_what_it_reports(call, desk):
    browser = {"User-Agent": "WordPress/6.1.9 | Akismet/5.0.2"}
    said = 'It\'s "our" C:\\home'
    checked = call(
        "comment-check", headers=browser, comment_content='It\\\'s \\"our\\" C:\\\\home', comment_author="O\\'Neil"
    )
    call("submit-spam", headers=browser, comment_content=said, comment_author="O'Neil", comment_ID="5")

    assert kept(desk, checked).comment.text == said
    assert desk.store.labels.get(SITE, comment_id(checked.headers["X-akismet-guid"])).value == "spam"


@pytest.mark.parametrize("path", ["/1.1/nothing", "/1.2/nothing", "/1.1"])
def test_a_path_that_is_not_there_is_a_word_too(client, path):
    assert word(client.post(path), 404) == "invalid"


def test_a_wrong_method_is_a_word_too(client):
    refused = client.get("/1.1/comment-check")

    assert word(refused, 405) == "invalid"
    assert "POST" in refused.headers["Allow"]


@pytest.mark.parametrize("failure", [StoreUnavailable, StoreFull])
def test_a_store_that_is_away_makes_wordpress_hold_and_ask_again(call, monkeypatch, failure):
    def away(*_):
        raise failure

    monkeypatch.setattr("service.moderation.submit.submit", away)
    refused = call("comment-check")

    assert word(refused, 503) not in ("true", "false", "invalid")
    assert refused.headers["X-akismet-error"]
    assert int(refused.headers["Retry-After"]) > 0


def test_a_body_that_is_too_large_is_no_wrong_key(call):
    assert word(call("comment-check", comment_content="a" * (1 << 20)), 413) == "error"


def test_too_many_requests_are_no_wrong_key(client, call):
    for _ in range(70):
        refused = call("verify-key", {"api_key": "abcdefabcdef"})
    assert word(refused, 429) == "error"
    assert int(refused.headers["Retry-After"]) > 0


def test_a_key_without_scope_submit_is_invalid(call, without_submit):
    assert word(call("comment-check", api_key=without_submit)) == "invalid"


def test_the_small_calls(client, call, door_key):
    assert word(client.get("/1.1/test")) == "connected"
    assert word(call("deactivate")) == "deactivated"
    assert word(call("verify-key")) == "valid"  # the key is no poorer for it
    assert word(call("token")).startswith("k_")
    account = call("get-subscription").get_json()
    assert (account["status"], account["limit_reached"], account["next_billing_date"]) == ("active", False, False)
    assert isinstance(account["account_id"], int)
    assert {"account_type", "account_name"} < {*account}


def test_wordpress_is_set_up_by_the_api_and_only_with_a_key_of_the_site(caller, desk, door_key):
    admin, url = caller(Scope.ADMIN), f"{BLOG}/wp-json/akismet/v1/webhook"
    path = f"/v1/sites/{SITE}/akismet"

    set_up = admin.put(path, {"review": "spam", "webhook": {"url": url, "key": door_key}})
    assert set_up.get_json() == {"review": "spam", "webhook": url}
    assert door_key not in str([event.detail for event in events(desk, "door_changed")])
    assert admin.put(path, {"webhook": {"url": url, "key": "abcdefabcdef"}}).status_code == 404
    assert admin.put(path, {"webhook": {"url": "ftp://x", "key": door_key}}).status_code == 422
    assert admin.put(path, {}).get_json() == {"review": "hold", "webhook": None}
    assert tenants.find_site(desk, SITE).doors == {tenants.AKISMET_REVIEW: "hold"}
