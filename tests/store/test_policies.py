from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.errors import Conflict
from service.store.connection import Connection
from service.store.policies import Policies
from service.tenancy import Policy, Rule, Threshold
from service.values import Verdict

RULES = (Rule("no pills", "text", "contains", ("cheap pills", "viagra"), Verdict.REJECT),)


def draft(review: float = 0.5, by: str | None = "key:k_1") -> Policy:
    return Policy(version=0, thresholds={"spam": Threshold(review, 0.9)}, rules=RULES, created_by=by)


@pytest.fixture
def connection(raw, redis_url) -> Iterator[Connection]:
    connection = Connection(redis_url)
    yield connection
    connection.close()


@pytest.fixture
def policies(connection) -> Policies:
    return Policies(connection)


def test_a_site_has_no_policy_of_its_own_at_first(policies):
    assert policies.current("courier") is None
    assert policies.versions("courier") == []


def test_a_saved_policy_comes_back_whole_and_in_force(policies):
    saved = policies.save("courier", draft())
    assert saved.version == 1
    assert saved.created_at is not None
    assert policies.current("courier") == saved
    assert policies.get("courier", 1) == saved
    assert saved.rules == RULES


def test_every_version_is_kept(policies):
    for review in (0.1, 0.2, 0.3):
        policies.save("courier", draft(review))
    assert policies.versions("courier") == [1, 2, 3]
    assert policies.get("courier", 2).thresholds["spam"].review == 0.2
    assert policies.get("courier", 9) is None


def test_a_writer_who_saw_an_older_version_is_told(policies):
    policies.save("courier", draft(), expected_version=0)
    with pytest.raises(Conflict, match="version 1 now, not 0"):
        policies.save("courier", draft(), expected_version=0)
    assert policies.versions("courier") == [1]


def test_of_many_writers_with_the_same_version_one_wins(policies):
    def save(review: float) -> bool:
        try:
            policies.save("courier", draft(review), expected_version=0)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(save, [0.1 * n for n in range(1, 9)])) == 1


def test_a_change_is_told_once_with_its_version_and_writer(policies, raw):
    policies.save("courier", draft())
    [(_, fields)] = raw.xrange("p:{courier}:events")
    assert (fields["e"], fields["by"], fields["x"]) == ("policy_changed", "key:k_1", '{"policy":1}')


@pytest.mark.parametrize("expected", [None, 0])
def test_a_save_that_is_sent_twice_takes_effect_once(raw, connection, monkeypatch, expected):
    """The connection repeats a call whose answer was lost."""
    once = connection.script

    def twice(*call):
        once(*call)
        return once(*call)

    monkeypatch.setattr(connection, "script", twice)
    policies = Policies(connection)
    assert policies.save("courier", draft(), expected).version == 1
    assert policies.versions("courier") == [1]
    assert raw.xlen("p:{courier}:events") == 1


def test_sites_do_not_share_policies(policies):
    policies.save("courier", draft())
    assert policies.current("gazette") is None
