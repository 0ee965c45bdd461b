"""A small world to learn from: a garden blog whose readers insult in its own words and sell lamps."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from service.store.connect import Store
from service.store.label import Label
from service.values import DEFAULT_QUEUE, Assessment, Choice, Comment, Decision, Verdict

AT_ONCE = 50
WAITS = Assessment(Verdict.REVIEW, {}, (), "base-2", 0)
START = datetime(2026, 10, 1, tzinfo=UTC)
PLANTS = ("roses", "beans", "tulips", "pears", "herbs", "ferns", "onions", "daisies", "plums", "leeks")
PLACES = ("behind the shed", "by the gate", "on the balcony", "near the pond", "in the old tub", "along the wall")
TIMES = ("in March", "last autumn", "after the frost", "this week", "every spring", "two years ago")
VERBS = ("planted", "watered", "moved", "pruned", "sowed", "covered")
GOOD = (
    "We {verb} our {plant} {place} {time} and they came back well.",
    "How often should {plant} be watered when they stand {place}?",
    "Thank you, my {plant} {place} look better since I {verb} them {time}.",
    "I {verb} the {plant} {time}, as the article says; {place} they get enough sun.",
    "My neighbour keeps {plant} {place} and gives us some {time}.",
    "Does anybody grow {plant} {place}? Ours were {verb} {time}.",
)
RUDE = (
    "Only a compost brain like you would keep {plant} {place}.",
    "You greenfly, nobody {verb} {plant} {time} but a weedhead.",
    "Go back {place}, you slug of a gardener, and leave the {plant} alone.",
    "What a weedhead, he {verb} {plant} {time} and is proud of it.",
    "Your {plant} are like you, greenfly: crooked, {place}.",
)
SPAM = (
    "Grow lamps for {plant}, half price {time}, order at lumengrow dot example number {number}.",
    "I earn 300 a day with lumengrow lamps {place}, ask me how, number {number}.",
    "Best grow lamps {time}! Your {plant} {place} deserve lumengrow, code {number}.",
)
KINDS = (("approve", None, GOOD, 12), ("reject", "insult", RUDE, 5), ("reject", "spam", SPAM, 3))


@dataclass(frozen=True, slots=True)
class Said:
    """An invented comment and what a moderator decided of it."""

    text: str
    value: str
    reason: str | None


def invented(count: int, seed: int = 1) -> Iterator[Said]:
    """Yield comments in random order, three in five of them good, and the right decision on each."""
    chance = random.Random(seed)
    weights = [weight for *_, weight in KINDS]
    for _ in range(count):
        value, reason, frames, _ = chance.choices(KINDS, weights)[0]
        yield Said(_filled(chance.choice(frames), chance), value, reason)


def labels(count: int, seed: int = 1, reviewers: tuple[str, ...] = ("ann", "bob"), hours: float = 1.0) -> list[Label]:
    """Return so many labels, oldest first, `hours` apart."""
    return [
        Label(
            comment_id=f"c-{number}",
            source=f"reviewer:{reviewers[number % len(reviewers)]}",
            value=said.value,
            by=reviewers[number % len(reviewers)],
            at=START + timedelta(hours=hours * number),
            text=said.text,
            reason=said.reason,
        )
        for number, said in enumerate(invented(count, seed))
    ]


def _filled(frame: str, chance: random.Random) -> str:
    words = {"plant": PLANTS, "place": PLACES, "time": TIMES, "verb": VERBS}
    text = frame.format(number=chance.randrange(1000), **{name: chance.choice(some) for name, some in words.items()})
    return text if frame in SPAM else f"{text} {' '.join(chance.sample(PLANTS, 3)).capitalize()}."


def decided(store: Store, site: str, count: int, seed: int = 1, reviewers: tuple[str, ...] = ("ann", "bob")) -> None:
    """Submit so many invented comments, and have them decided as they should be."""
    found = list(invented(count, seed))
    for at in range(0, count, AT_ONCE):
        part = {f"c-{seed}-{number}": said for number, said in enumerate(found[at : at + AT_ONCE], at)}
        store.comments.submit(site, [(Comment(one, said.text), WAITS) for one, said in part.items()])
        by, token = f"user:{reviewers[at // AT_ONCE % len(reviewers)]}", f"token-{seed}-{at}"
        store.queues.claim(site, DEFAULT_QUEUE, by, AT_ONCE, 60_000, token, 1000)
        decisions = [Decision(one, Choice(said.value), said.reason) for one, said in part.items()]
        outcomes = store.queues.decide(site, token, by, decisions, f"op-{token}", 60_000)
        assert {outcome.outcome for outcome in outcomes} == {"done"}
