"""Replay the audit log against a state machine, and compare what is kept with what the log says.

For tests that kill, race and fail: `audit(store, site)` lists every way in which the store contradicts its own log.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service.store.connect import Store
from service.store.names import Names
from service.values import QUEUES, Event, State

STATE_OF_VERDICT = {"approve": State.APPROVED, "review": State.WAITING, "reject": State.REJECTED}
SETTLED = (State.APPROVED, State.REJECTED)
IN_QUEUE = (State.WAITING, State.CLAIMED)
FROM = {
    "received": (None,),
    "edited": tuple(State),
    "revised": (State.WAITING,),
    "claimed": (State.WAITING,),
    "released": (State.CLAIMED,),
    "skipped": (State.CLAIMED,),
    "expired": (State.CLAIMED,),
    "approved": (State.CLAIMED,),
    "rejected": (State.CLAIMED,),
    "escalated": (State.CLAIMED,),
    "undone": (*SETTLED, State.WAITING),
    "appealed": SETTLED,
    "feedback": IN_QUEUE,
    "corrected": SETTLED,
    "erased": tuple(State),
}
TO = {
    "claimed": State.CLAIMED,
    "approved": State.APPROVED,
    "rejected": State.REJECTED,
    "released": State.WAITING,
    "skipped": State.WAITING,
    "expired": State.WAITING,
    "escalated": State.WAITING,
    "undone": State.WAITING,
    "appealed": State.WAITING,
}
BY_HOLDER = ("released", "skipped", "expired", "approved", "rejected", "escalated")
OTHER = {State.APPROVED: State.REJECTED, State.REJECTED: State.APPROVED}
TELLING = ("approved", "rejected", "undone", "corrected")  # what the platform hears by webhook
DELIVERIES = ("delivered", "delivery_failed", "delivery_abandoned")
CAMPAIGN = ("parted", "campaign_followed", "campaign_unfollowed")
# Lines about a comment that change no state.
REMARKS = (*DELIVERIES, *CAMPAIGN, "looked", "reason_disputed", "label_dropped")


@dataclass
class Life:
    """What the log says of one comment so far. `to_tell` is what the platform must hear last, since `known_at`.

    Nothing `need` be told of what was taken back before the platform heard of it. `looks` counts answers that stand.
    A copy was claimed with another comment's card and is none in its holder's hands.
    """

    state: State | None = None
    version: int = 0
    holder: str | None = None
    decider: str | None = None
    is_copy: bool = False
    to_tell: State | None = None
    known_at: int = 0
    need: bool = True
    looks: int = 0


@dataclass
class Replay:
    """The lives of all comments, and what was against the rules."""

    lives: dict[str, Life] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    changes: dict[tuple[str, int], list[str]] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Apply one line of the log."""
        self.counts[event.type] += 1
        if event.comment is None or event.comment.startswith("~"):  # a label of no comment here
            return
        life = self.lives.setdefault(event.comment, Life())
        life.looks += _answers(event)
        life.is_copy = life.is_copy and event.type != "parted"
        if event.type in REMARKS or (event.type == "feedback" and "state" not in event.detail):
            if (event.version or 0) > life.version:
                self.violations.append(f"{event.comment}: {event.type} of version {event.version}, still to come")
            return
        self.changes.setdefault((event.comment, event.version or 0), []).append(event.type)
        self._check(event, life)
        _apply(event, life)

    def _check(self, event: Event, life: Life) -> None:
        def wrong(what: str) -> None:
            self.violations.append(f"{event.comment} v{event.version} {event.type}: {what}")

        if life.state not in FROM[event.type]:
            wrong(f"from {life.state}")
        if event.version != life.version + 1:
            wrong(f"after version {life.version}")
        if event.type in BY_HOLDER and event.by != life.holder:
            wrong(f"by {event.by}, held by {life.holder}")
        if event.type == "undone" and event.by not in (None, life.decider):
            wrong(f"by {event.by}, decided by {life.decider}")
        if event.type == "corrected" and event.detail.get("undone") and event.by != life.decider:
            wrong(f"by {event.by}, decided by {life.decider}")


def _answers(event: Event) -> int:
    """Count the answers to a blind look: one more, or one less when it was taken back; last words are none."""
    if event.type not in ("looked", "corrected") or "final" in event.detail:
        return 0
    return -1 if "undone" in event.detail else 1


def _apply(event: Event, life: Life) -> None:
    if event.type == "erased":
        life.state, life.version, life.holder, life.to_tell, life.looks = None, 0, None, None, 0
        return
    if event.type in ("received", "edited", "revised"):
        life.state = STATE_OF_VERDICT[str(event.detail["verdict"])]
    elif event.type == "corrected" and life.state in OTHER:
        life.state = OTHER[life.state]
    else:
        life.state = State(str(event.detail["state"])) if event.type == "feedback" else TO[event.type]
    life.version = event.version or 0
    life.holder = event.by if event.type == "claimed" else None
    life.is_copy = event.type == "claimed" and "card" in event.detail
    if event.type == "received":
        life.decider = _followed(event)
    if event.type in ("approved", "rejected", "escalated", "corrected"):
        life.decider = event.by
    if event.type in TELLING or (event.type == "revised" and life.state in SETTLED):
        life.to_tell = life.state
        life.need = event.type != "undone" and "undone" not in event.detail
    elif event.type in ("received", "edited", "appealed", "feedback"):
        life.to_tell, life.known_at = None, life.version  # the platform did it, or was answered


def _followed(event: Event) -> str | None:
    """Return who decided the campaign that a comment followed when it came in, if it did."""
    return str(event.detail["by"]) if "by" in event.detail else None


def replay(events: Iterable[Event]) -> Replay:
    """Replay the whole log of a site, oldest first."""
    told = Replay()
    for event in events:
        told.take(event)
    return told


def whole_log(store: Store, site: str) -> list[Event]:
    """Return every line of a site's log."""
    events, after = store.events.read(site, limit=5000)
    while after:
        more, after = store.events.read(site, after=after, limit=5000)
        events += more
    return events


def audit(store: Store, site: str, told: Mapping[str, Sequence[tuple[int, str]]] | None = None) -> list[str]:
    """Return every contradiction between a site's log, its comments, queues, counts, hands and outbox.

    `told` maps comments to the (version, state) pairs that a webhook heard, in any order; without it deliveries are
    not looked at. Nobody may be at work meanwhile.
    """
    said = replay(whole_log(store, site))
    names, run = Names(site), store.connection.run
    found = [*said.violations, *_double_decisions(said)]
    waiting = {queue: set(run("ZRANGE", names.waiting(queue), 0, -1)) for queue in QUEUES}
    claimed = {queue: set(run("ZRANGE", names.claimed(queue), 0, -1)) for queue in QUEUES}
    for comment_id, life in said.lives.items():
        found += _against_kept(store, site, comment_id, life, waiting, claimed)
    found += _against_sets(said, "waiting", State.WAITING, waiting)
    found += _against_sets(said, "claimed", State.CLAIMED, claimed)
    found += _against_hands(said, run("HGETALL", names.held))
    found += _against_counts(store, site, waiting, claimed)
    found += _against_looks(store, site, said)
    found += _against_campaigns(run("ZRANGE", names.mates, 0, -1), waiting, claimed)
    if told is not None:
        to_tell = set(run("ZRANGE", names.out, 0, -1)) | set(run("ZRANGE", names.dead, 0, -1))
        found += _against_webhooks(said, told, to_tell)
    return found


def _double_decisions(said: Replay) -> list[str]:
    return [f"{one} v{version}: {types} at once" for (one, version), types in said.changes.items() if _double(types)]


def _double(types: Sequence[str]) -> bool:
    """Say whether one version came about twice; after an erasure versions start anew."""
    return len([one for one in types if one in ("approved", "rejected", "escalated")]) > 1


def _against_kept(
    store: Store,
    site: str,
    comment_id: str,
    life: Life,
    waiting: Mapping[str, Collection[str]],
    claimed: Mapping[str, Collection[str]],
) -> list[str]:
    kept = store.comments.get(site, comment_id)
    if kept is None:
        return [] if life.state is None else [f"{comment_id}: lost, the log says {life.state}"]
    found = []
    if (kept.state, kept.version) != (life.state, life.version):
        found.append(f"{comment_id}: is {kept.state} v{kept.version}, the log says {life.state} v{life.version}")
    if kept.claimed_by != life.holder:
        found.append(f"{comment_id}: held by {kept.claimed_by}, the log says {life.holder}")
    places = [queue for queue in QUEUES if comment_id in waiting[queue]] if kept.state == State.WAITING else []
    places += [queue for queue in QUEUES if comment_id in claimed[queue]] if kept.state == State.CLAIMED else []
    if places != ([kept.queue] if kept.queue else []):
        found.append(f"{comment_id}: in {places}, its queue is {kept.queue}")
    return found


def _against_sets(said: Replay, name: str, state: State, queues: Mapping[str, Collection[str]]) -> list[str]:
    listed = Counter(one for members in queues.values() for one in members)
    expected = Counter(one for one, life in said.lives.items() if life.state == state)
    return [] if listed == expected else [f"{name}: {(listed - expected) + (expected - listed)}"]


def _against_hands(said: Replay, held: Mapping[str, str]) -> list[str]:
    expected = Counter(life.holder for life in said.lives.values() if life.holder and not life.is_copy)
    kept = Counter({reviewer: int(count) for reviewer, count in held.items()})
    return [] if kept == expected else [f"held: {dict(kept)}, the log says {dict(expected)}"]


def _against_campaigns(
    listed: Collection[str], waiting: Mapping[str, Collection[str]], claimed: Mapping[str, Collection[str]]
) -> list[str]:
    queued = {one for places in (waiting, claimed) for members in places.values() for one in members}
    return [f"{one}: in a campaign, but in no queue" for one in listed if one not in queued]


def _against_counts(
    store: Store, site: str, waiting: Mapping[str, Collection[str]], claimed: Mapping[str, Collection[str]]
) -> list[str]:
    return [
        f"count of {count.name}: {count.waiting}, {count.claimed}"
        for count in store.queues.counts(site)
        if (count.waiting, count.claimed) != (len(waiting[count.name]), len(claimed[count.name]))
    ]


def _against_looks(store: Store, site: str, said: Replay) -> list[str]:
    """Compare the answers kept for the statistics with those in the log; and what is to be settled is settled state."""
    kept = Counter(look.comment_id for look in store.looks.answered(site))
    expected = Counter({one: life.looks for one, life in said.lives.items() if life.looks})
    found = [] if kept == expected else [f"looks: {kept - expected} too many, {expected - kept} missing"]
    differing = [one.kept for one in store.looks.disagreements(site, limit=1000)]
    return found + [f"{one.comment.id}: differs, and is {one.state}" for one in differing if one.state not in SETTLED]


def _against_webhooks(
    said: Replay, told: Mapping[str, Sequence[tuple[int, str]]], to_tell: Collection[str]
) -> list[str]:
    found = []
    for comment_id, life in said.lives.items():
        if life.to_tell is None or comment_id in to_tell:
            continue
        heard = sorted(pair for pair in told.get(comment_id, ()) if pair[0] > life.known_at)
        last = heard[-1][1] if heard else None
        if last != life.to_tell and (last is not None or life.need):
            found.append(f"{comment_id}: the webhook heard {last}, the log says {life.to_tell}")
    return found
