"""Coral's external moderation phase: signed requests in, statuses and flags out."""

import hmac
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.compat.coral import is_signed, parse
from service.errors import BadInput, StoreFull
from service.moderation import tenants
from service.tenancy import Scope
from service.values import State
from tests.api.conftest import SITE
from tests.compat.conftest import error_of

SECRET = "ssec_of_the_phase"
REQUEST = {  # as in Coral's own guide
    "action": "NEW",
    "comment": {"body": "Here's a reply!", "parentID": "d79b787f-f406-49a0-a179-72e3652e54be"},
    "author": {"id": "baf4e943-3594-4fcc-b2ba-3e8de7a76352", "role": "COMMENTER"},
    "story": {"id": "245b3856-b0a0-4d2f-a6bb-58c71f18d6a6", "url": "http://localhost:1313/posts/a-story-url/"},
    "site": {"id": "a4bede88-2d2c-4424-bc18-4322a9e285a6"},
    "tenantID": "19ba5794-7eeb-4d46-a81b-c00c61672501",
    "tenantDomain": "localhost",
}


def signed(body: bytes, *secrets: str) -> dict[str, str]:
    """Sign as Coral does: one entry for each secret that is valid."""
    signatures = (f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}" for secret in secrets)
    return {"X-Coral-Signature": ",".join(signatures), "Content-Type": "application/json"}


@pytest.fixture
def moderate(client, door_key):
    def post(content=REQUEST, *secrets, **more):
        body = content if isinstance(content, bytes) else json.dumps(content, indent=2).encode()
        return client.post(f"/coral/moderation?key={door_key}", data=body, headers=signed(body, *secrets), **more)

    return post


def told(desk, kind):
    events, _ = desk.store.events.read(SITE, limit=100)
    return [event for event in events if event.type == kind]


def kept(desk):
    [comment_id] = [event.comment for event in told(desk, "received")]
    return desk.store.comments.get(SITE, comment_id)


def test_what_is_approved_leaves_the_word_to_coral(moderate):
    assert moderate().get_json() == {}


def test_what_is_reviewed_is_withheld_and_flagged(moderate, scorer, desk):
    scorer.says(spam=0.5)

    assert moderate().get_json() == {
        "status": "SYSTEM_WITHHELD",
        "actions": [{"actionType": "FLAG", "reason": "COMMENT_DETECTED_SPAM"}],
    }
    assert kept(desk).state is State.WAITING


def test_what_is_rejected_is_rejected_with_every_flag_once(moderate, scorer):
    scorer.says(spam=1.0, insult=0.95, toxicity=0.99)
    found = moderate().get_json()

    assert found["status"] == "REJECTED"
    assert sorted(flag["reason"] for flag in found["actions"]) == ["COMMENT_DETECTED_SPAM", "COMMENT_DETECTED_TOXIC"]


def test_a_comment_is_kept_with_its_author_story_and_parent(moderate, desk):
    moderate()
    comment = kept(desk).comment

    assert comment.text == REQUEST["comment"]["body"]
    assert comment.author.id == REQUEST["author"]["id"]
    assert (comment.article.id, comment.article.url) == (REQUEST["story"]["id"], REQUEST["story"]["url"])
    assert comment.parent_id == REQUEST["comment"]["parentID"]


def test_a_repetition_is_the_same_comment_and_an_edit_a_new_one(moderate, desk):
    edit = {**REQUEST, "action": "EDIT", "comment": {**REQUEST["comment"], "body": "Here's my reply!"}}
    for content in (REQUEST, REQUEST, edit):
        assert moderate(content).status_code == 200

    assert len(told(desk, "received")) == 2


def test_a_scorer_that_fails_withholds(moderate, scorer):
    scorer.fails(RuntimeError())

    assert moderate().get_json() == {"status": "SYSTEM_WITHHELD"}


def test_a_store_that_is_full_withholds_for_coral_would_publish(moderate, monkeypatch):
    def full(*_):
        raise StoreFull

    monkeypatch.setattr("service.moderation.submit.submit", full)
    found = moderate()

    assert (found.status_code, found.get_json()) == (200, {"status": "SYSTEM_WITHHELD"})


def test_a_comment_longer_than_parley_takes_is_withheld(moderate, desk):
    long = {**REQUEST, "comment": {"body": "word " * desk.settings.max_text_chars}}

    assert moderate(long).get_json() == {"status": "SYSTEM_WITHHELD"}


def test_a_comment_without_words_is_no_matter_for_parley(moderate):
    assert moderate({**REQUEST, "comment": {"body": " \n"}}).get_json() == {}


def test_once_the_secret_is_known_only_coral_is_heard(moderate, desk):
    tenants.set_door(desk, SITE, tenants.CORAL_SECRET, SECRET, "test")

    assert error_of(moderate(REQUEST), 401)["code"] == "not-authenticated"
    error_of(moderate(REQUEST, "another secret"), 401)
    assert moderate(REQUEST, SECRET).status_code == 200
    assert moderate(REQUEST, "the old secret", SECRET).status_code == 200


def test_the_secret_is_set_and_forgotten_by_the_api(caller, desk, moderate):
    admin = caller(Scope.ADMIN)

    assert admin.put(f"/v1/sites/{SITE}/coral", {"secret": SECRET}).get_json() == {"signed": True}
    error_of(moderate(REQUEST), 401)
    assert admin.put(f"/v1/sites/{SITE}/coral", {"secret": None}).get_json() == {"signed": False}
    assert moderate(REQUEST).status_code == 200
    details = [event.detail for event in told(desk, "door_changed")]
    assert details == [{"setting": "coral_secret", "set": True}, {"setting": "coral_secret", "set": False}]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"comment": {"body": 5}}', b'{"comment": {"body": "a"}}'])
def test_what_is_no_request_of_corals_is_refused(moderate, content):
    error_of(moderate(content), 400)


def test_a_missing_key_is_refused(client):
    error_of(client.post("/coral/moderation", json=REQUEST), 401)


@given(st.binary(), st.text(min_size=1), st.text())
def test_a_signature_holds_for_its_own_body_alone(body, secret, other):
    secret, other = secret.encode(errors="replace").decode(), other.encode(errors="replace").decode()
    header = signed(body, secret)["X-Coral-Signature"]

    assert is_signed(secret, header, body)
    assert is_signed(secret, f"sha256=00, {header}", body)
    assert not is_signed(secret, header, body + b" ")
    assert not is_signed(secret, header.removeprefix("sha256="), body)
    assert not is_signed(secret, other, body)
    assert is_signed(other, header, body) is (other == secret)


TEXTS = st.text(st.characters(codec=None))


@given(TEXTS, TEXTS, TEXTS, TEXTS | st.none(), TEXTS | st.none() | st.integers())
def test_any_comment_of_corals_shape_can_be_kept(body, author, story, parent, url):
    request = {
        "comment": {"body": body, "parentID": parent},
        "author": {"id": author},
        "story": {"id": story, "url": url},
    }
    comment = parse(json.dumps(request).encode())

    assert repr(comment).encode()  # no halves of surrogate pairs are left
    assert comment == parse(json.dumps(request).encode())
    assert "\0" not in comment.text


@given(st.binary())
def test_any_bytes_are_read_or_refused(body):
    with suppress(BadInput):
        parse(body)
