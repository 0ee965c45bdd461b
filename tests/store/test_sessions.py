"""Who is signed in, and for how long; who guesses waits."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from service.people import Proof, Role
from service.store.connect import connect
from tests.store.test_users import twice

HERE, THERE = "192.0.2.1", "198.51.100.7"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


@pytest.fixture
def sessions(store):
    store.users.add("ann", "gazette", Role.MODERATOR)
    store.users.add("bob", "gazette", Role.MODERATOR)
    return store.sessions


def record(raw) -> str:
    [key] = raw.scan_iter("{parley:users}:session:*")
    return key


def test_a_session_is_found_by_its_token_with_its_user(sessions):
    token = sessions.start("ann", Proof.PASSWORD)
    session, user = sessions.find(token)
    assert (session.user, session.proof, user.name) == ("ann", Proof.PASSWORD, "ann")
    assert (session.expires_at - session.created_at).days == 7
    assert user.signed_in_at == session.created_at
    assert sessions.find("x" * 43) is None


def test_a_session_is_of_no_use_under_another_secret(sessions, settings):
    token = sessions.start("ann", Proof.PASSWORD)
    other = connect(settings.model_copy(update={"secret": type(settings.secret)("another secret, also long enough")}))
    assert other.sessions.find(token) is None
    other.close()


def test_an_idle_session_ends_after_twelve_hours(sessions, raw):
    sessions.start("ann", Proof.PASSWORD)
    assert 12 * HOUR_MS - 60_000 < raw.pttl(record(raw)) <= 12 * HOUR_MS


def test_a_session_that_expired_is_no_session(sessions, raw):
    token = sessions.start("ann", Proof.PASSWORD)
    raw.pexpire(record(raw), 0)
    assert sessions.find(token) is None
    assert sessions.all("ann") == []


def test_use_keeps_a_session_but_not_beyond_its_longest_life(sessions, raw):
    token = sessions.start("ann", Proof.PASSWORD)
    key = record(raw)
    ends = int(raw.hget(key, "ends"))
    raw.hset(key, mapping={"seen": 0, "ends": ends - 7 * DAY_MS + HOUR_MS})
    assert sessions.find(token)
    assert raw.pttl(key) <= HOUR_MS
    assert int(raw.hget(key, "seen")) > 0
    raw.hset(key, mapping={"seen": 0, "ends": ends})
    assert sessions.find(token)
    assert raw.pttl(key) > 12 * HOUR_MS - 60_000


def test_a_session_in_use_is_written_once_a_minute(sessions, raw, store, monkeypatch):
    token = sessions.start("ann", Proof.PASSWORD)
    written = []
    monkeypatch.setattr(store.connection, "script", lambda *call: written.append(call))
    for _ in range(3):
        sessions.find(token)
    assert written == []


def test_a_user_who_is_disabled_or_removed_is_out_at_once(sessions, store):
    token = sessions.start("ann", Proof.PASSWORD)
    store.users.disable("ann")
    assert sessions.find(token) is None
    assert sessions.start("ann", Proof.PASSWORD) is None
    store.users.disable("ann", disabled=False)
    assert sessions.find(token) is None, "what has ended stays ended"
    again = sessions.start("ann", Proof.PASSWORD)
    store.users.remove("ann", "gazette")
    assert sessions.find(again) is None
    assert sessions.start("ann", Proof.PASSWORD) is None


def test_a_user_of_the_same_name_does_not_inherit_sessions(sessions, store, raw):
    token = sessions.start("ann", Proof.PASSWORD)
    store.users.remove("ann", "gazette")
    store.users.add("ann", "courier", Role.ADMIN)
    assert sessions.find(token) is None


def test_a_link_starts_one_session_however_many_try_at_once(sessions, store):
    _, link = store.users.make_link("ann")
    digest = store.users.digest(link)
    with ThreadPoolExecutor(8) as pool:
        started = list(pool.map(lambda _: sessions.start_by_link("ann", digest), range(8)))
    assert sum(token is not None for token in started) == 1
    assert store.users.holder(link) is None


def test_a_link_starts_no_session_of_another(sessions, store):
    _, link = store.users.make_link("ann")
    assert sessions.start_by_link("bob", store.users.digest(link)) is None
    assert store.users.holder(link).name == "ann"


def test_a_link_that_was_replaced_or_has_expired_starts_no_session(sessions, store, raw):
    first, second = (store.users.digest(store.users.make_link("ann")[1]) for _ in range(2))
    assert sessions.start_by_link("ann", first) is None
    raw.delete(f"{{parley:users}}:link:{second}")
    assert sessions.start_by_link("ann", second) is None
    assert sessions.all("ann") == []


def test_nothing_of_a_used_link_is_kept(sessions, store, raw):
    _, link = store.users.make_link("ann")
    sessions.start_by_link("ann", store.users.digest(link))
    assert raw.hget("{parley:users}:user:ann", "link") is None
    assert list(raw.scan_iter("{parley:users}:link:*" + store.users.digest(link))) == []


def test_a_session_whose_answer_was_lost_is_started_all_the_same(sessions, store, monkeypatch):
    _, link = store.users.make_link("ann")
    twice(store, monkeypatch)
    token = sessions.start_by_link("ann", store.users.digest(link))
    assert sessions.find(token)
    assert len(sessions.all("ann")) == 1


def test_a_password_that_changed_while_it_was_checked_starts_no_session(sessions, store):
    _, epoch = store.users.password("ann")
    sessions.end_all("ann", password="hash")
    assert sessions.start("ann", Proof.PASSWORD, epoch) is None
    assert sessions.start("ann", Proof.PASSWORD, store.users.password("ann")[1])


def test_one_session_ends_alone_and_only_its_owners(sessions):
    first, second = (sessions.start("ann", Proof.PASSWORD) for _ in range(2))
    session = sessions.find(first)[0]
    assert sessions.end("bob", session.id) is False
    assert sessions.end("ann", session.id) is True
    assert sessions.end("ann", session.id) is False
    assert sessions.find(first) is None
    assert [one.id for one in sessions.all("ann")] == [sessions.find(second)[0].id]


def test_all_sessions_but_one_end_together_with_the_old_password(sessions, store):
    kept, *others = (sessions.start("ann", Proof.LINK) for _ in range(3))
    _, link = store.users.make_link("ann")
    session = sessions.find(kept)[0]
    assert sessions.end_all("ann", keep=session.id, password="hash") is True
    assert sessions.find(kept)[0].proof == Proof.PASSWORD
    assert [sessions.find(token) for token in others] == [None, None]
    assert [one.id for one in sessions.all("ann")] == [session.id]
    assert store.users.password("ann")[0] == "hash"
    assert store.users.holder(link) is None
    assert sessions.end_all("nobody") is False
    assert store.users.get("nobody") is None


def test_another_persons_session_is_not_kept_by_asking_for_it(sessions):
    bobs = sessions.find(sessions.start("bob", Proof.LINK))[0]
    sessions.end_all("ann", keep=bobs.id)
    assert [one.id for one in sessions.all("ann")] == []


def test_people_sign_in_and_out_while_memory_is_full(sessions, raw):
    raw.config_set("maxmemory", "1")
    try:
        assert sessions.wait_ms("ann", HERE) == 0
        token = sessions.start("ann", Proof.PASSWORD)
        assert sessions.find(token)
        assert sessions.end_all("ann")
    finally:
        raw.config_set("maxmemory", "0")


def attempts(sessions, count: int, name: str = "ann", address: str = HERE) -> list[int]:
    return [sessions.wait_ms(name, address) for _ in range(count)]


def pass_the_wait(raw) -> None:
    for key in raw.scan_iter("{parley:users}:tries:*"):
        raw.hset(key, "until", 0)


def test_after_five_failures_the_wait_doubles_up_to_a_minute(sessions, raw):
    assert attempts(sessions, 6) == [0] * 6
    waits = []
    for number in range(8):
        waits.append(sessions.wait_ms("ann", f"192.0.2.{number}"))
        pass_the_wait(raw)
        sessions.wait_ms("ann", f"192.0.2.{number}")
    seconds = [-(-wait // 1000) for wait in waits]
    assert seconds == [1, 2, 4, 8, 16, 32, 60, 60]


def test_waiting_is_no_failure(sessions):
    attempts(sessions, 6)
    waits = attempts(sessions, 5)
    assert all(0 < wait <= 1000 for wait in waits)


def test_one_address_that_tries_many_names_waits_too(sessions, raw):
    tried = [sessions.wait_ms(f"name-{number}", HERE) for number in range(22)]
    assert tried[:21] == [0] * 21
    assert tried[21] > 0
    assert sessions.wait_ms("name-0", THERE) == 0


def test_strangers_who_guess_do_not_keep_a_person_out_who_was_here_before(sessions):
    sessions.wait_ms("ann", HERE)
    sessions.remember_place("ann", HERE)
    attempts(sessions, 10, address=THERE)
    assert sessions.wait_ms("ann", THERE) > 0
    assert sessions.wait_ms("ann", HERE) == 0


def test_a_known_place_has_its_own_patience(sessions):
    sessions.remember_place("ann", HERE)
    attempts(sessions, 6)
    assert sessions.wait_ms("ann", HERE) > 0


def test_failures_are_forgotten_after_a_quarter_of_an_hour_and_places_after_a_month(sessions, raw):
    sessions.wait_ms("ann", HERE)
    lives = [raw.pttl(key) for key in raw.scan_iter("{parley:users}:tries:*")]
    assert len(lives) == 2
    assert all(0 < life <= 15 * 60_000 for life in lives)
    sessions.remember_place("ann", HERE)
    [place] = raw.scan_iter("{parley:users}:known:*")
    assert 0 < raw.pttl(place) <= 30 * DAY_MS


def test_an_attempt_that_is_sent_twice_counts_once(sessions, store, monkeypatch):
    twice(store, monkeypatch)
    assert attempts(sessions, 6) == [0] * 6


def test_no_address_is_kept(sessions, raw):
    sessions.wait_ms("ann", HERE)
    sessions.remember_place("ann", HERE)
    assert HERE not in str([(key, raw.type(key) == "hash" and raw.hgetall(key)) for key in raw.scan_iter()])
