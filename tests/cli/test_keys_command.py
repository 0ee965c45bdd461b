import pytest

from service.settings import Settings
from service.store.connect import connect
from service.tenancy import Scope


def find(redis_url: str, settings: Settings, plaintext: str):
    store = connect(settings)
    try:
        return store.keys.find(plaintext)
    finally:
        store.close()


def test_create_prints_the_key_and_nothing_else(parley, redis_url, settings):
    result = parley("keys", "create", "--site", "courier", "--scopes", "submit, review", "--name", "WordPress")
    assert result.exit_code == 0
    [line] = result.stdout.splitlines()
    key = find(redis_url, settings, line)
    assert (key.site, key.name, key.scopes) == ("courier", "WordPress", frozenset({Scope.SUBMIT, Scope.REVIEW}))


def test_the_site_is_made_when_it_is_new(parley):
    parley("keys", "create", "--site", "courier", "--scopes", "submit")
    parley("keys", "create", "--site", "courier", "--scopes", "submit")
    assert parley("sites", "list").stdout.count("courier") == 1


def test_a_key_for_an_operator_can_be_made_here(parley, redis_url, settings):
    plaintext = parley("keys", "create", "--site", "courier", "--scopes", "operator,admin").stdout.strip()
    assert Scope.OPERATOR in find(redis_url, settings, plaintext).scopes


def test_a_door_key_is_printed_alone(parley, redis_url, settings):
    [line] = parley("keys", "create", "--site", "courier", "--door", "--name", "WordPress").stdout.splitlines()
    key = find(redis_url, settings, line)
    assert len(line) == 12
    assert (key.site, key.name, key.scopes, key.is_door) == ("courier", "WordPress", {Scope.SUBMIT}, True)


@pytest.mark.parametrize("options", [[], ["--door", "--scopes", "review"]])
def test_a_key_has_scopes_or_is_a_door_key(parley, options):
    result = parley("keys", "create", "--site", "courier", *options)
    assert result.exit_code == 2
    assert "Give --scopes, or --door." in result.stderr


@pytest.mark.parametrize("scopes", ["submit,all", "", "Submit", "submit,,review"])
def test_unknown_scopes_are_told_with_the_known_ones(parley, scopes):
    result = parley("keys", "create", "--site", "courier", "--scopes", scopes)
    assert result.exit_code == 2
    assert "choose among submit, review, admin, operator" in result.stderr
    assert result.stdout == ""


def test_a_wrong_site_name_is_told_in_one_line(parley):
    result = parley("keys", "create", "--site", "The Courier", "--scopes", "submit")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Error: name: 1 to 63 small letters, digits and hyphens, not a hyphen first",
    ]


def test_list_shows_ids_and_never_keys(parley):
    plaintext = parley("keys", "create", "--site", "courier", "--scopes", "submit", "--name", "a\tb\x1b[31m").stdout
    parley("keys", "create", "--site", "gazette", "--scopes", "review")
    everything = parley("keys", "list").stdout
    assert plaintext.strip() not in everything
    assert "\x1b" not in everything
    [line] = parley("keys", "list", "--site", "courier").stdout.splitlines()
    assert line.split("\t")[1:4] == ["courier", "submit", "a b [31m"]
    assert line.split("\t")[5] == "-"


def test_revoke_ends_a_key_and_keeps_it_in_the_list(parley, redis_url, settings):
    plaintext = parley("keys", "create", "--site", "courier", "--scopes", "submit").stdout.strip()
    key_id = parley("keys", "list").stdout.split("\t")[0]
    assert parley("keys", "revoke", key_id).exit_code == 0
    assert find(redis_url, settings, plaintext) is None
    assert parley("keys", "list").stdout.rstrip().split("\t")[5] != "-"


def test_rotate_prints_the_new_key_alone(parley, redis_url, settings):
    old = parley("keys", "create", "--site", "courier", "--scopes", "submit").stdout.strip()
    key_id = parley("keys", "list").stdout.split("\t")[0]
    new = parley("keys", "rotate", key_id).stdout.splitlines()
    assert len(new) == 1
    assert find(redis_url, settings, old) is None
    assert find(redis_url, settings, new[0]).scopes == {Scope.SUBMIT}


@pytest.mark.parametrize("verb", ["revoke", "rotate"])
def test_an_unknown_key_is_told(parley, verb):
    result = parley("keys", verb, "k_nowhere")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: There is no key 'k_nowhere'")
    assert result.stdout == ""


def test_create_works_before_the_first_start_and_ends_what_it_started(program, tmp_path):
    first = program("keys", "create", "--site", "courier", "--scopes", "submit", "--data", str(tmp_path / "fresh"))
    assert first.returncode == 0, first.stderr
    assert first.stdout.count("\n") == 1
    assert first.stderr == ""
    listed = program("keys", "list", PARLEY_DATA=str(tmp_path / "fresh"))
    assert listed.stdout.split("\t")[1] == "courier"
    assert not (tmp_path / "data").exists()


def test_a_store_that_is_away_is_told_in_one_line(program):
    away = program("sites", "list", REDIS_URL="redis://127.0.0.1:1", PARLEY_SECRET="x" * 32)
    assert away.returncode == 1
    assert away.stderr == "Error: The store does not answer (ConnectionError)\n"


def test_a_server_of_ones_own_without_a_secret_is_told_in_one_line(program):
    lacking = program("sites", "list", REDIS_URL="redis://127.0.0.1:1")
    assert lacking.returncode == 1
    assert lacking.stderr.startswith("Error: REDIS_URL is set, so PARLEY_SECRET")


def test_a_wrong_setting_is_told_by_its_name_and_without_its_value(program):
    wrong = program("sites", "list", PARLEY_PORT="not-a-port", PARLEY_SECRET="too-short")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("Error: PARLEY_PORT: Input should be a valid integer")
    assert "too-short" not in wrong.stderr
    assert wrong.stderr.count("\n") == 1
