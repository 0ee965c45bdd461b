"""Signing in by way of an OpenID provider: one that is honest, and one that is not."""

import os
import socket
import subprocess
import sys
import time
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson
import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from service.app import build
from service.errors import SetupError
from service.moderation import people
from service.moderation.desk import Desk
from service.people import Role
from service.settings import Settings
from service.web import oidc
from tests.faults.running import eventually, free_port
from tests.web.conftest import SITE, Person, words
from tests.web.forger import CLIENT_ID, Forger

EMAIL = "ann@mail.example"
OF_PARLEY = Settings(oidc_client_secret="a:b").oidc_client_secret
RETURN = "http://localhost/sign-in/oidc/return"


@pytest.fixture(scope="module")
def mock():
    """Run the mock provider as a program of its own and return its address."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "1"]
    program = subprocess.Popen(command, env=os.environ | {"NO_COLOR": "1"}, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return httpx.get(url + "/jwks", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    eventually(answers, seconds=30)
    yield url
    program.terminate()
    program.wait(10)


@pytest.fixture
def forger():
    forger = Forger()
    yield forger
    forger.close()


@pytest.fixture
def at(desk):
    """Give a browser at a Parley whose provider is at the address given."""

    def new(issuer: str, **more: object) -> Person:
        ours = {
            "oidc_issuer": issuer,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": OF_PARLEY,
            "oidc_site": SITE,
            **more,
        }
        settings = desk.settings.model_copy(update=ours)
        return Person(build(Desk(desk.store, desk.scorer, settings)).test_client())

    return new


@pytest.fixture
def ann(desk):
    people.create_user(desk, EMAIL, SITE, Role.LEAD, "test")


def asked(left) -> dict[str, str]:
    assert left.status_code == 303, left.data
    return {name: values[0] for name, values in parse_qs(urlsplit(left.location).query).items()}


def signed_in_at(forger: Forger, person: Person, **sent: str):
    """Go to the forger and come back with a code; what is `sent` overrides what a browser would send."""
    there = asked(person.get("/sign-in/oidc"))
    forger.nonce = there["nonce"]
    return person.get("/sign-in/oidc/return", query_string={"code": "c-1", "state": there["state"], **sent})


def through_the_mock(mock: str, person: Person, email: str, verified: bool = True):
    httpx.put(f"{mock}/users/s-{email}", json={"email": email, "email_verified": verified}, trust_env=False)
    left = person.get("/sign-in/oidc?next=/account")
    allowed = httpx.post(left.location, data={"sub": f"s-{email}"}, trust_env=False)
    assert allowed.status_code == 302
    back = allowed.headers["Location"]
    assert back.startswith(RETURN)
    return person.get(back.removeprefix("http://localhost"))


def test_who_is_known_by_the_address_comes_in(mock, at, ann):
    person = at(mock)
    came = through_the_mock(mock, person, EMAIL)
    assert (came.status_code, came.location) == (303, "/account")
    assert f"Signed in as {EMAIL} : lead on gazette" in words(person.get("/account"))
    assert person.client.get_cookie("parley-oidc") is None


def test_who_is_not_known_does_not_come_in(mock, at, desk):
    refused = through_the_mock(mock, at(mock, oidc_allow="other.example"), EMAIL)
    assert refused.status_code == 401
    assert f"Nobody here is known as {EMAIL}." in words(refused)
    assert desk.store.users.all() == []


def test_an_address_that_was_not_verified_is_not_believed(mock, at, ann):
    refused = through_the_mock(mock, at(mock), EMAIL, verified=False)
    assert refused.status_code == 401
    assert "no verified e-mail address" in words(refused)


def test_who_is_new_is_added_where_the_operator_allows_the_domain(mock, at, desk):
    person = at(mock, oidc_allow="mail.example, press.example", oidc_role="lead")
    assert through_the_mock(mock, person, "Bea@Press.example").status_code == 303
    assert desk.store.users.get("bea@press.example").roles == {SITE: Role.LEAD}
    events = [(event.type, event.by) for event in desk.store.events.read(SITE)[0]]
    assert events[1:] == [("user_created", "oidc"), ("signed_in", "user:bea@press.example")]


def test_who_is_kept_out_stays_out(mock, at, ann, desk):
    people.disable_user(desk, EMAIL, "test")
    refused = through_the_mock(mock, at(mock, oidc_allow="mail.example"), EMAIL)
    assert (refused.status_code, "Nobody here is known" in words(refused)) == (401, True)


def test_the_form_offers_the_provider_only_where_there_is_one(forger, at, stranger):
    assert "Sign in with 127.0.0.1" in words(at(forger.url).get("/sign-in?next=/account"))
    assert "Sign in with" not in words(stranger.get("/sign-in"))
    assert stranger.get("/sign-in/oidc").status_code == 401


def test_a_person_is_sent_there_with_state_nonce_and_a_challenge(forger, at, ann):
    person = at(forger.url)
    left = person.get("/sign-in/oidc?next=//evil.example")
    sent, cookie = asked(left), left.headers["Set-Cookie"]
    assert left.location.startswith(forger.url + "/authorize?")
    assert {"HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert (sent["client_id"], sent["redirect_uri"], sent["scope"]) == (CLIENT_ID, RETURN, "openid email")
    forger.nonce = sent["nonce"]
    came = person.get("/sign-in/oidc/return", query_string={"code": "c-1", "state": sent["state"]})
    assert (came.status_code, came.location) == (303, "/review")
    digest = sha256(forger.redeemed["code_verifier"].encode()).digest()
    assert sent["code_challenge_method"] == "S256"
    assert sent["code_challenge"] == urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert (forger.redeemed["code"], forger.redeemed["redirect_uri"]) == ("c-1", RETURN)


def test_a_secret_is_sent_as_the_provider_takes_it(forger, at, ann):
    person = at(forger.url)
    assert signed_in_at(forger, person).status_code == 303
    assert b64decode(forger.authorization.split()[1]) == b"parley:a%3Ab"
    assert "client_secret" not in forger.redeemed
    forger.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    another = at(forger.url)
    assert signed_in_at(forger, another).status_code == 303
    assert (forger.authorization, forger.redeemed["client_secret"]) == (None, "a:b")
    assert signed_in_at(forger, at(forger.url, oidc_client_secret=None)).status_code == 303
    assert (forger.authorization, "client_secret" in forger.redeemed) == (None, False)


@pytest.mark.parametrize("state", ["", "x", "ä" * 43])
def test_who_did_not_begin_here_does_not_come_in(forger, at, ann, state):
    refused = signed_in_at(forger, at(forger.url), state=state)
    assert refused.status_code == 401
    assert "begun elsewhere" in words(refused)
    assert forger.redeemed == {}


@pytest.mark.parametrize("kept", [None, "", "nonsense", "[]", '{"state": "s"}'])
def test_a_browser_that_keeps_nothing_does_not_come_in(forger, at, ann, kept):
    person = at(forger.url)
    if kept is not None:
        person.client.set_cookie("parley-oidc", kept)
    assert person.get("/sign-in/oidc/return?code=c-1&state=s").status_code == 401


def test_who_declined_is_told(forger, at):
    person = at(forger.url)
    there = asked(person.get("/sign-in/oidc"))
    refused = person.get(f"/sign-in/oidc/return?error=access_denied&state={there['state']}")
    assert (refused.status_code, forger.redeemed) == (401, {})


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT_ID, "another-client"]},
        {"azp": "another-client"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"at_hash": "forged"},
        {"email_verified": None},
        {"email_verified": "no"},
        {"email": ["ann@mail.example"]},
        {"email": "ann"},
    ],
    ids=str,
)
def test_a_token_that_says_something_else_is_not_believed(forger, at, ann, desk, claims):
    people.create_user(desk, "ann", SITE, Role.ADMIN, "test")
    forger.claims = claims
    refused = signed_in_at(forger, at(forger.url))
    assert refused.status_code == 401, claims
    assert "parley=" not in str(refused.headers.getlist("Set-Cookie"))


def test_a_token_without_a_signature_or_with_another_key_is_not_believed(forger, at, ann, monkeypatch):
    honest, other = forger.token, Forger("another")
    try:
        for forged in (lambda: _unsigned(honest()), lambda: _signed_by(other, forger)):
            monkeypatch.setattr(forger, "token", forged)
            assert signed_in_at(forger, at(forger.url)).status_code == 401
    finally:
        other.close()
    monkeypatch.setattr(forger, "token", honest)
    assert signed_in_at(forger, at(forger.url)).status_code == 303


def _unsigned(token: dict) -> dict:
    header = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    return {**token, "id_token": f"{header}.{token['id_token'].split('.')[1]}."}


def _signed_by(other: Forger, forger: Forger) -> dict:
    other.nonce, other.claims = forger.nonce, {"iss": forger.url}
    return other.token()


def test_a_key_that_changed_meanwhile_is_asked_for(forger, at, ann):
    person = at(forger.url)
    assert signed_in_at(forger, person).status_code == 303
    forger.rotate_key()
    assert signed_in_at(forger, person).status_code == 303


def test_an_address_that_is_told_only_on_asking_is_asked_for(forger, at, ann):
    forger.claims = {"email": None, "email_verified": None}
    forger.userinfo = {"sub": "s-1", "email": EMAIL, "email_verified": True}
    assert signed_in_at(forger, at(forger.url)).status_code == 303
    forger.userinfo = {**forger.userinfo, "sub": "another"}
    assert signed_in_at(forger, at(forger.url)).status_code == 401


@pytest.mark.parametrize("metadata", [{"issuer": "https://evil.example"}, {"issuer": None}])
def test_a_provider_that_is_another_one_is_not_asked(forger, at, metadata):
    forger.metadata = metadata
    assert at(forger.url).get("/sign-in/oidc").status_code == 503


def test_a_provider_that_is_away_is_told_and_other_ways_stay_open(at, invite):
    person = at(f"http://127.0.0.1:{free_port()}")
    away = person.get("/sign-in/oidc")
    assert (away.status_code, away.headers["Retry-After"]) == (503, "10")
    assert "The sign-in provider does not answer" in words(away)
    assert person.post(invite("bob")).status_code == 303


def test_a_provider_that_never_answers_is_not_waited_for(at, monkeypatch):
    monkeypatch.setattr("service.web.openid.TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        person = at(f"http://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        assert person.get("/sign-in/oidc").status_code == 503
        assert time.monotonic() - began < 2


def test_no_code_and_no_token_of_the_provider_reaches_a_log(forger, at, ann, caplog):
    with capture_logs() as logs:
        signed_in_at(forger, at(forger.url), code="a-secret-code")
    told = str(logs) + caplog.text
    for secret in ("a-secret-code", "an-access-token", forger.redeemed["code_verifier"]):
        assert secret not in told


def test_without_the_extra_the_start_says_what_to_install(desk, monkeypatch, app):
    settings = desk.settings.model_copy(update={"oidc_issuer": "https://id.example", "oidc_client_id": "parley"})
    monkeypatch.setitem(sys.modules, "authlib.oidc.core", None)
    monkeypatch.delitem(sys.modules, "service.web.openid", raising=False)
    with pytest.raises(SetupError, match=r"pip install 'parley\[oidc\]'"):
        build(Desk(desk.store, desk.scorer, settings))


def test_without_a_provider_nothing_of_the_extra_is_imported():
    program = "import sys, service.app; print(sorted(m for m in sys.modules if m.startswith(('authlib', 'joserfc'))))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)
    assert run.stdout == "[]\n"


def test_a_provider_needs_an_id_of_ours():
    with pytest.raises(ValidationError, match="PARLEY_OIDC_CLIENT_ID"):
        Settings(oidc_issuer="https://id.example")


def test_the_way_back_names_the_public_address(forger, at):
    person = at(forger.url, public_url="https://parley.example")
    left = person.get("/sign-in/oidc", base_url="https://parley.example")
    assert asked(left)["redirect_uri"] == f"https://parley.example{oidc.RETURN}"
    assert left.headers["Set-Cookie"].startswith("__Host-parley-oidc=")
    assert (
        orjson.loads(person.client.get_cookie("__Host-parley-oidc", "parley.example").decoded_value)["next"]
        == "/review"
    )
