"""The same road on a cluster: one site is one slot, redirections are followed, a silent node costs no more time."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from service.errors import StoreUnavailable
from service.learning import JobState, Standing
from service.people import Role
from service.settings import Settings
from service.shares import LookShares
from service.store.campaigns import Precedent
from service.store.connect import Store, connect
from service.store.imports import Judged
from service.store.names import Names
from service.values import Author, Choice, Opinion, State, Verdict
from tests.conftest import SECRET
from tests.store import scenes, test_models
from tests.store.scenes import ANN, MINUTE_MS, assessed, comment
from tests.store.server import Server, free_port, wait_for

SLOTS = 16_384
PATIENT_SECONDS = 5
SITES = [f"site-{number}" for number in range(12)]  # enough that every node owns some


def start_cluster(folder_of: pytest.TempPathFactory) -> list[Server]:
    options = ("--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no")
    nodes = [Server(folder_of.mktemp("node"), *options, port=free_port()) for _ in range(3)]
    share = SLOTS // 3 + 1
    for place, node in enumerate(nodes):
        first = place * share
        node.client.execute_command("CLUSTER ADDSLOTSRANGE", first, min(first + share, SLOTS) - 1)
        node.client.execute_command("CLUSTER MEET", "127.0.0.1", nodes[0].port)
    wait_for(lambda: all(_knows_all(node) for node in nodes))
    return nodes


def _knows_all(node: Server) -> bool:
    info = node.client.execute_command("CLUSTER INFO")
    return info["cluster_state"] == "ok" and int(info["cluster_slots_ok"]) == SLOTS


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Server]]:
    started = start_cluster(tmp_path_factory)
    yield started
    for node in started:
        node.kill()


@pytest.fixture
def emptied(nodes: list[Server]) -> str:
    """Empty every node and return the cluster's address."""
    for node in nodes:
        node.client.flushall()
        node.client.script_flush()
    return "redis+cluster://" + ",".join(f"127.0.0.1:{node.port}" for node in nodes)


@pytest.fixture
def cluster(emptied: str) -> Iterator[Store]:
    """Wait for slow answers, for a busy machine is not what these tests are about."""
    store = connect(Settings(redis_url=emptied, secret=SECRET, redis_timeout_seconds=PATIENT_SECONDS))
    yield store
    store.close()


@pytest.fixture
def prompt_cluster(emptied: str) -> Iterator[Store]:
    """Give up on an answer when the settings say so."""
    store = connect(Settings(redis_url=emptied, secret=SECRET))
    yield store
    store.close()


def walk(store: Store, site: str) -> None:
    """Go the whole road on one site."""
    entries = [(comment(f"c-{number}", id="7"), assessed()) for number in range(4)]
    assert [receipt.outcome for receipt in store.comments.submit(site, entries)] == ["new"] * 4
    claimed = store.queues.claim(site, "main", ANN, 4, MINUTE_MS, "t", 9)
    assert len(claimed.comments) == 4
    decisions = [scenes.Decision(f"c-{number}", Choice.REJECT) for number in range(3)]
    assert {outcome.outcome for outcome in store.queues.decide(site, "t", ANN, decisions, "op", 0)} == {"done"}
    assert store.queues.extend(site, "t", ANN, MINUTE_MS)
    assert store.queues.release(site, "t", ANN) == 1
    assert len(store.outbox.due(site, 9, MINUTE_MS)) == 3
    store.outbox.delivered(site, "c-0", 3, MINUTE_MS)
    store.outbox.failed(site, "c-1", None, "timeout")
    assert store.outbox.revive(site) == 1
    assert store.queues.undo(site, "c-0", ANN, "undo", MINUTE_MS).state == State.WAITING
    assert store.comments.appeal(site, "c-2", None, "p").outcome == "done"
    assert store.comments.feedback(site, "c-3", Opinion.SPAM, "p", State.REJECTED).state == State.REJECTED
    assert store.comments.edit(site, comment("c-3", "New words.", id="7"), assessed())
    assert store.queues.expire(site) == 0
    assert [(count.waiting, count.claimed) for count in store.queues.counts(site)] == [(2, 0), (0, 0), (1, 0)]
    assert len(store.events.tail(site, "0-0", 100)) == len(store.events.read(site)[0]) > 15
    store.comments.submit(site, [(comment("c-9", id="7"), assessed(Verdict.APPROVE))], LookShares(1, 1, 1))
    assert len(store.looks.take(site, ANN, 1, MINUTE_MS)) == 1
    assert store.looks.release(site, ANN) == 1
    assert len(store.looks.take(site, ANN, 1, MINUTE_MS)) == 1
    doubt, word = scenes.Decision("c-9", Choice.ESCALATE), scenes.Decision("c-9", Choice.REJECT)
    assert store.looks.answer(site, ANN, [doubt], "op", 0)[0].outcome == "done"
    assert store.looks.undo(site, "c-9", ANN, "undo", MINUTE_MS).outcome == "done"
    store.looks.take(site, ANN, 1, MINUTE_MS)
    store.looks.answer(site, ANN, [doubt], "op-2", 0)
    assert len(store.looks.disagreements(site)) == 1
    assert store.looks.settle(site, ANN, word, "op-3", 0).state == State.REJECTED
    judged = [
        Judged("rows", f"Words {number}.", Choice.REJECT, str(number), author=Author(id="7")) for number in (1, 2)
    ]
    assert store.imports.add(site, "blog", judged, "me") == ["new", "new"]
    labels = list(store.labels.all(site))
    assert store.labels.drop(site, labels[-1].comment_id, "me")
    store.labels.suggest(site, "Words.", Opinion.SPAM, "me")
    assert sum(store.labels.counts(site).values()) == len(labels)
    assert store.comments.erase_author(site, "7").comments == 5
    assert [label.source for label in store.labels.page(site)[0]] == ["suggested"]


def walk_together(store: Store, site: str) -> None:
    """Go the road of a campaign on one site."""
    store.comments.submit(site, [(comment(f"s-{number}"), assessed()) for number in range(3)])
    claimed = store.queues.claim(site, "main", ANN, 1, MINUTE_MS, "t-2", 9, 9)
    assert (len(claimed.comments), len(claimed.copies)) == (1, 2)
    store.campaigns.part(site, "t-2", ANN, ["s-2"])
    decisions = [scenes.Decision(one, Choice.REJECT) for one in ("s-0", "s-1")]
    store.queues.decide(site, "t-2", ANN, decisions, "op", 0, campaign="s-0")
    number = store.campaigns.number(site, "s-0")
    assert store.campaigns.follow(site, number, "op", Precedent("s-0", Choice.REJECT, ANN, 0.5), MINUTE_MS)
    store.comments.submit(site, [(comment("late"), assessed())])
    assert store.campaigns.mark_undone(site, "op", ANN, ANN) == "marked"
    assert [set(ids) for ids in store.campaigns.of_operation(site, "op")] == [{"s-0", "s-1"}, {"late"}]


def walk_learning(store: Store, site: str) -> None:
    """Go the road of a site's models."""
    version = f"base-2.{store.models.next_number(site)}"
    test_models.save(store, version, site=site)
    store.shadows.count(site, version, "web", "1", {"n": 1}, ["c-1"])
    store.scorebook.count(site, "2026-11-22", "web", "1", [version], {f"{version} n": 1})
    assert store.models.promote(site, version, ANN).champion == version
    store.models.say_loaded("web", {site: version})
    store.models.forget(site, ["c-1"])
    assert store.models.roll_back(site, ANN).champion is None
    assert store.models.set_challenger(site, version, ANN).challenger == version
    assert store.models.packed(site, version)
    assert store.models.discard(site, version, ANN)
    store.sites.create(site)
    store.jobs.ask(site, ANN)
    job, token = store.jobs.take("worker") or (None, "")
    assert job
    assert store.jobs.beat(site, token, "fit", 0.5)
    assert store.jobs.end(site, token, JobState.DONE)


def test_the_whole_road_works_on_every_node(cluster: Store, nodes: list[Server]) -> None:
    for site in SITES:
        walk(cluster, site)
        walk_together(cluster, site)
        walk_learning(cluster, site)
    assert set(cluster.models.standings(SITES)) == {Standing()}
    assert all(node.client.dbsize() for node in nodes)


def test_commands_over_several_sites_come_back_in_order(cluster: Store) -> None:
    for site in SITES:
        cluster.events.append(site, "noted", site)
    lengths = cluster.connection.run_all([("XRANGE", Names(site).events, "-", "+") for site in SITES])
    assert [rows[0][1]["by"] for rows in lengths] == SITES


def test_sites_and_keys_live_in_the_cluster_too(cluster: Store) -> None:
    for site in SITES:
        cluster.sites.create(site)
    assert cluster.sites.names() == sorted(SITES)
    assert cluster.sites.get(SITES[0])


def test_people_live_in_the_cluster_too(cluster: Store) -> None:
    for site in SITES:
        _, token = cluster.users.add(f"ann-{site}", site, Role.LEAD)
        assert cluster.sessions.wait_ms(f"ann-{site}", "192.0.2.1") == 0
        session = cluster.sessions.start_by_link(f"ann-{site}", cluster.users.digest(token or ""))
        found = cluster.sessions.find(session or "")
        assert found
        assert cluster.sessions.all(f"ann-{site}") == [found[0]]
        cluster.sessions.remember_place(f"ann-{site}", "192.0.2.1")
        assert cluster.sessions.end_all(f"ann-{site}", keep=found[0].id, password="hash")
        assert cluster.sessions.end(f"ann-{site}", found[0].id)
        assert cluster.users.make_link(f"ann-{site}", within=[site])[0] == "made"
        assert cluster.users.disable(f"ann-{site}")
    assert len(cluster.users.all()) == len(SITES)
    for site in SITES:
        cluster.users.remove(f"ann-{site}", site)
    assert cluster.users.all() == []


def test_every_node_is_asked_for_its_health(cluster: Store, nodes: list[Server]) -> None:
    assert cluster.health().ready
    nodes[1].client.config_set("maxmemory", 1)
    try:
        assert not cluster.health().ready
    finally:
        nodes[1].client.config_set("maxmemory", 0)


def test_a_slot_that_moved_is_found_again(cluster: Store, nodes: list[Server]) -> None:
    site, key = SITES[0], Names(SITES[0]).events
    cluster.comments.submit(site, [(comment(), assessed())])
    slot = nodes[0].client.execute_command("CLUSTER KEYSLOT", key)
    owner = next(node for node in nodes if node.client.execute_command("CLUSTER COUNTKEYSINSLOT", slot))
    heir = next(node for node in nodes if node is not owner)
    move(slot, owner, heir, nodes)
    assert cluster.comments.submit(site, [(comment(), assessed())])[0].outcome == "same"
    assert heir.client.execute_command("CLUSTER COUNTKEYSINSLOT", slot)


def test_while_a_slot_moves_calls_work_or_are_refused_in_time_and_nothing_is_lost(
    cluster: Store, prompt_cluster: Store, nodes: list[Server]
) -> None:
    site, key = SITES[1], Names(SITES[1]).events
    ids = ["c-1", "c-2"]
    cluster.comments.submit(site, [(comment(one), assessed()) for one in ids])
    slot = nodes[0].client.execute_command("CLUSTER KEYSLOT", key)
    owner = next(node for node in nodes if node.client.execute_command("CLUSTER COUNTKEYSINSLOT", slot))
    heir = next(node for node in nodes if node is not owner)
    open_move(slot, owner, heir)
    assert cluster.comments.get(site, "c-1")
    migrate(slot, owner, heir)
    assert cluster.comments.get(site, "c-1")
    # A script on keys of which some are new is put off by both nodes until the slot has moved.
    began = time.monotonic()
    batch = [(comment(f"c-{number}"), assessed()) for number in range(3, 50)]
    with pytest.raises(StoreUnavailable):
        prompt_cluster.comments.submit(site, batch)
    assert time.monotonic() - began < 2.0
    close_move(slot, heir, nodes)
    assert {receipt.outcome for receipt in cluster.comments.submit(site, batch)} == {"new"}
    assert cluster.queues.counts(site)[0].waiting == 49


def move(slot: int, owner: Server, heir: Server, nodes: list[Server]) -> None:
    open_move(slot, owner, heir)
    migrate(slot, owner, heir)
    close_move(slot, heir, nodes)


def open_move(slot: int, owner: Server, heir: Server) -> None:
    heir.client.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", _id(owner))
    owner.client.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", _id(heir))


def migrate(slot: int, owner: Server, heir: Server) -> None:
    keys = owner.client.execute_command("CLUSTER GETKEYSINSLOT", slot, 1000)
    owner.client.execute_command("MIGRATE", "127.0.0.1", heir.port, "", 0, 5000, "KEYS", *keys)


def close_move(slot: int, heir: Server, nodes: list[Server]) -> None:
    for node in [heir, *(node for node in nodes if node is not heir)]:
        node.client.execute_command("CLUSTER SETSLOT", slot, "NODE", _id(heir))


def _id(node: Server) -> str:
    return str(node.client.execute_command("CLUSTER MYID"))


def test_a_node_that_stands_still_costs_its_sites_no_more_than_two_seconds(
    cluster: Store, prompt_cluster: Store, nodes: list[Server]
) -> None:
    for site in SITES:
        cluster.comments.submit(site, [(comment(), assessed())])
    answered = 0
    with nodes[2].stopped():
        for site in SITES[:6]:
            began = time.monotonic()
            try:
                answered += bool(prompt_cluster.comments.get(site, "c-1"))
            except StoreUnavailable:
                assert time.monotonic() - began < 2.0
    assert answered
    wait_for(lambda: _all_answer(cluster))


def test_a_cluster_that_stands_still_is_refused_in_time(prompt_cluster: Store, nodes: list[Server]) -> None:
    with nodes[0].stopped(), nodes[1].stopped(), nodes[2].stopped():
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            prompt_cluster.comments.get(SITES[0], "c-1")
        assert time.monotonic() - began < 2.0
    wait_for(lambda: all(_knows_all(node) for node in nodes))


def _all_answer(store: Store) -> bool:
    try:
        return all(store.comments.get(site, "c-1") for site in SITES)
    except (StoreUnavailable, redis.RedisError):
        return False


def test_sites_of_a_cluster_share_no_round_trip_for_their_servers_fail_one_by_one(tmp_path: Path) -> None:
    def roads(url: str) -> set[str]:
        return set(map(connect(Settings(redis_url=url, secret=SECRET, data=tmp_path)).comments.road, SITES))

    assert roads("redis+cluster://127.0.0.1:1") == set(SITES)
    assert len(roads("redis://127.0.0.1:1")) == 1
