"""`parley users`: people are made, changed and sent away without a browser."""

import pytest

from service.people import Role
from service.store.connect import connect

BASE = "http://127.0.0.1:8000/sign-in/"


@pytest.fixture
def store(settings):
    store = connect(settings)
    yield store
    store.close()


@pytest.fixture
def ann(parley):
    return parley("users", "create", "ann", "--site", "gazette", "--role", "moderator").stdout.strip()


def test_create_prints_a_link_and_nothing_else(parley, store):
    result = parley("users", "create", "ann", "--site", "gazette", "--role", "lead", "--title", "Ann A.")
    assert result.exit_code == 0
    [line] = result.stdout.splitlines()
    assert result.stderr == ""
    assert line.startswith(BASE)
    user = store.users.holder(line.removeprefix(BASE))
    assert (user.name, user.title, user.roles) == ("ann", "Ann A.", {"gazette": Role.LEAD})


def test_the_link_names_the_public_address(parley, monkeypatch):
    monkeypatch.setenv("PARLEY_PUBLIC_URL", "https://parley.example")
    made = parley("users", "create", "ann", "--site", "gazette", "--role", "lead")
    assert made.stdout.startswith("https://parley.example/sign-in/")


def test_who_is_known_gets_the_role_and_no_link(parley, store, ann):
    again = parley("users", "create", "ann", "--site", "courier", "--role", "admin")
    assert (again.exit_code, again.stdout) == (0, "")
    assert store.users.get("ann").roles == {"courier": Role.ADMIN, "gazette": Role.MODERATOR}


def test_a_second_creation_is_told(parley, ann):
    again = parley("users", "create", "ann", "--site", "gazette", "--role", "admin")
    assert (again.exit_code, again.stderr) == (1, "Error: ann has a role on this site already.\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("create", "Ann B", "--site", "gazette", "--role", "lead"), "Error: name: 2 to 40 small letters"),
        (("create", "ann", "--site", "The Gazette", "--role", "lead"), "Error: name: 1 to 63 small letters"),
        (("role", "nobody", "lead", "--site", "gazette"), "Error: There is no user 'nobody'."),
        (("remove", "nobody", "--site", "gazette"), "Error: There is no user 'nobody'."),
        (("link", "nobody"), "Error: There is no user 'nobody'."),
        (("disable", "nobody"), "Error: There is no user 'nobody'."),
        (("end-sessions", "nobody"), "Error: There is no user 'nobody'."),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(parley, words, said):
    result = parley("users", *words)
    assert result.exit_code == 1
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_an_unknown_role_is_told_with_the_known_ones(parley):
    result = parley("users", "create", "ann", "--site", "gazette", "--role", "owner")
    assert result.exit_code == 2
    assert "'moderator', 'lead', 'admin'" in result.stderr


def test_list_shows_roles_and_no_secrets(parley, ann):
    parley("users", "create", "bob", "--site", "courier", "--role", "admin")
    parley("users", "create", "bob", "--site", "gazette", "--role", "lead")
    first, second = parley("users", "list").stdout.splitlines()
    assert first.split("\t")[:3] == ["ann", "-", "gazette:moderator"]
    assert second.split("\t")[:3] == ["bob", "-", "courier:admin,gazette:lead"]
    assert parley("users", "list", "--site", "courier").stdout.count("\n") == 1
    assert ann.removeprefix(BASE) not in first


def test_a_role_changes_and_a_person_goes(parley, store, ann):
    assert parley("users", "role", "ann", "admin", "--site", "gazette").exit_code == 0
    assert store.users.get("ann").roles == {"gazette": Role.ADMIN}
    assert parley("users", "remove", "ann", "--site", "gazette").exit_code == 0
    assert parley("users", "list").stdout == ""


def test_a_new_link_ends_the_one_before(parley, store, ann):
    second = parley("users", "link", "ann").stdout.strip()
    assert store.users.holder(ann.removeprefix(BASE)) is None
    assert store.users.holder(second.removeprefix(BASE)).name == "ann"


def test_a_person_is_signed_out_kept_out_and_let_in_again(parley, store, ann):
    session = store.sessions.start("ann", "link")
    assert parley("users", "end-sessions", "ann").exit_code == 0
    assert store.sessions.find(session) is None
    assert parley("users", "disable", "ann").exit_code == 0
    assert store.sessions.start("ann", "link") is None
    assert parley("users", "list").stdout.split("\t")[5].strip() != "-"
    assert parley("users", "disable", "ann", "--undo").exit_code == 0
    assert store.sessions.start("ann", "link")


def test_the_first_user_can_be_made_before_the_first_start(program):
    first = program("users", "create", "ann", "--site", "gazette", "--role", "admin")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.count("\n") == 1
    assert program("users", "list").stdout.startswith("ann\t")
