"""Coming in by password or link, and what a password must be."""

import pytest
from argon2 import PasswordHasher
from structlog.testing import capture_logs

from service.errors import InvalidBody, NotFound, SignInFailed, TooManyRequests
from service.moderation import passwords, people, sign_in, tenants
from service.moderation.desk import Desk, NoScorer
from service.people import Proof, Role
from service.store.connect import connect

HERE = "192.0.2.1"
PASSWORD = "correct horse battery"


@pytest.fixture
def desk(raw, settings):
    desk = Desk(connect(settings), NoScorer(), settings)
    tenants.create_site(desk, "gazette", "test")
    yield desk
    desk.store.close()


@pytest.fixture
def link(desk):
    return people.create_user(desk, "ann", "gazette", Role.MODERATOR, "test").token


@pytest.fixture
def ann(desk, link):
    """Ann, signed in by her link, with a password."""
    token = sign_in.by_link(desk, link)
    sign_in.set_password(desk, sign_in.recognise(desk, token), PASSWORD, "", HERE)
    return sign_in.recognise(desk, token)


def test_a_password_signs_in(desk, ann):
    visitor = sign_in.recognise(desk, sign_in.by_password(desk, " Ann ", PASSWORD, HERE))
    assert (visitor.user.name, visitor.session.proof) == ("ann", Proof.PASSWORD)
    assert visitor.user.signed_in_at


@pytest.mark.parametrize(
    ("name", "password"),
    [("ann", "wrong"), ("ann", ""), ("bob", PASSWORD), ("", ""), ("ann\n{x}", PASSWORD), ("ann", "x" * 100_000)],
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(desk, ann, name, password):
    with pytest.raises(SignInFailed) as refused:
        sign_in.by_password(desk, name, password, HERE)
    assert refused.value.detail == sign_in.WRONG


def test_a_name_that_nobody_has_costs_as_much_as_a_wrong_password(desk, ann, monkeypatch):
    verified = []

    class Counting(PasswordHasher):
        def verify(self, kept, password):
            verified.append(kept.split("$")[1:4])
            return super().verify(kept, password)

    monkeypatch.setattr(passwords, "HASHER", Counting(time_cost=2, memory_cost=19_456, parallelism=1))
    passwords._nobodys.cache_clear()
    for name in ("ann", "nobody"):
        with pytest.raises(SignInFailed):
            sign_in.by_password(desk, name, "wrong", HERE)
    people.create_user(desk, "eve", "gazette", Role.MODERATOR, "test")
    with pytest.raises(SignInFailed):
        sign_in.by_password(desk, "eve", "wrong", HERE)
    assert verified == [["argon2id", "v=19", "m=19456,t=2,p=1"]] * 3


def test_nobodys_password_lets_nobody_in(desk, link):
    with pytest.raises(SignInFailed):
        sign_in.by_password(desk, "ann", "nobody has this password", HERE)


def test_who_fails_too_often_is_told_how_long_to_wait_and_the_right_password_waits_too(desk, ann):
    for _ in range(6):
        with pytest.raises(SignInFailed):
            sign_in.by_password(desk, "ann", "wrong", HERE)
    with pytest.raises(TooManyRequests, match=r"Try again in 1 second\.") as refused:
        sign_in.by_password(desk, "ann", PASSWORD, HERE)
    assert refused.value.retry_after_seconds == 1


def test_who_was_here_before_comes_in_while_strangers_guess(desk, ann):
    sign_in.by_password(desk, "ann", PASSWORD, HERE)
    for number in range(8):
        with pytest.raises((SignInFailed, TooManyRequests)):
            sign_in.by_password(desk, "ann", "wrong", f"198.51.100.{number}")
    assert sign_in.by_password(desk, "ann", PASSWORD, HERE)


def test_a_link_comes_in_while_strangers_guess(desk, ann):
    for number in range(8):
        with pytest.raises((SignInFailed, TooManyRequests)):
            sign_in.by_password(desk, "ann", "wrong", f"198.51.100.{number}")
    assert sign_in.by_link(desk, people.new_link(desk, "ann", "test"))


def test_a_hash_of_other_parameters_is_made_anew_at_the_next_sign_in(desk, ann):
    weak = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    desk.store.sessions.end_all("ann", password=weak)
    sign_in.by_password(desk, "ann", PASSWORD, HERE)
    kept, _ = desk.store.users.password("ann")
    assert kept != weak
    assert not passwords.is_weak(kept)
    assert sign_in.by_password(desk, "ann", PASSWORD, HERE)


@pytest.mark.parametrize("password", ["", "short", "elevenchars", "aaaaaaaaaaaaaa", "abababababab", "x" * 1025])
def test_a_password_that_is_too_easy_is_refused(desk, ann, password):
    with pytest.raises(InvalidBody):
        sign_in.set_password(desk, ann, password, PASSWORD, HERE)
    assert sign_in.by_password(desk, "ann", PASSWORD, HERE)


def test_a_new_password_ends_the_old_one_and_every_other_session(desk, ann):
    elsewhere = sign_in.by_password(desk, "ann", PASSWORD, HERE)
    open_link = people.new_link(desk, "ann", "test")
    sign_in.set_password(desk, ann, "another good password", PASSWORD, HERE)
    assert sign_in.recognise(desk, elsewhere) is None
    assert [one.id for one in sign_in.sessions(desk, ann.user)] == [ann.session.id]
    with pytest.raises(SignInFailed):
        sign_in.by_link(desk, open_link)
    with pytest.raises(SignInFailed):
        sign_in.by_password(desk, "ann", PASSWORD, HERE)
    assert sign_in.by_password(desk, "ann", "another good password", HERE)


def test_a_new_password_asks_for_the_current_one_and_guessing_it_is_slowed(desk, ann):
    for _ in range(6):
        with pytest.raises(SignInFailed):
            sign_in.set_password(desk, ann, "another good password", "wrong", HERE)
    with pytest.raises(TooManyRequests):
        sign_in.set_password(desk, ann, "another good password", PASSWORD, HERE)


def test_who_forgot_the_password_sets_a_new_one_after_a_link_and_once(desk, ann):
    visitor = sign_in.recognise(desk, sign_in.by_link(desk, people.new_link(desk, "ann", "test")))
    assert not sign_in.needs_current(visitor)
    sign_in.set_password(desk, visitor, "another good password", "", HERE)
    again = sign_in.sessions(desk, visitor.user)[0]
    assert sign_in.needs_current(sign_in.Visitor(desk.store.users.get("ann"), again))


def test_one_ends_ones_own_sessions_alone(desk, ann):
    people.create_user(desk, "bob", "gazette", Role.MODERATOR, "test")
    bob = sign_in.recognise(desk, sign_in.by_link(desk, people.new_link(desk, "bob", "test")))
    with pytest.raises(NotFound):
        sign_in.end_session(desk, bob, ann.session.id)
    sign_in.end_session(desk, ann, ann.session.id)
    assert sign_in.sessions(desk, ann.user) == []


def test_coming_and_going_is_told_without_addresses_or_tokens(desk, link):
    with capture_logs() as logs:
        token = sign_in.by_link(desk, link)
        visitor = sign_in.recognise(desk, token)
        sign_in.set_password(desk, visitor, PASSWORD, "", HERE)
        second = sign_in.by_password(desk, "ann", PASSWORD, HERE)
        sign_in.end_other_sessions(desk, visitor)
        sign_in.sign_out(desk, visitor)
    events, _ = desk.store.events.read("gazette", by="user:ann")
    assert [(event.type, event.detail) for event in events] == [
        ("signed_in", {"proof": "link"}),
        ("password_changed", {}),
        ("signed_in", {"proof": "password"}),
        ("signed_out", {}),
        ("signed_out", {}),
    ]
    for secret in (link, token, second, PASSWORD, HERE):
        assert secret not in str(events) + str(logs)


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 10_000, "ä" * 43])
def test_what_is_no_token_opens_nothing(desk, link, token):
    assert sign_in.recognise(desk, token) is None
    with pytest.raises(SignInFailed):
        sign_in.by_link(desk, token)
