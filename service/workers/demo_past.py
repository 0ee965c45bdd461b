"""What the demo site's people decided before: an invented archive of its readers, who insult in words of their own."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from service.demo.day import ARTICLE_ID
from service.moderation import policy, review
from service.moderation.desk import Desk
from service.moderation.submit import assess
from service.shares import NO_LOOKS
from service.store.imports import AT_ONCE, Judged
from service.values import DEFAULT_QUEUE, Article, Author, Choice, Comment, Decision, Verdict

ARCHIVE, LATELY = 480, 120
DAYS = 60
MISTAKES = 0.02  # of what was decided
NAME = "archive"
SEED = 1988
READERS = ("Anahit", "Rauf", "Lusine", "Elchin", "Narek", "Sevda", "Tigran", "Aygun", "Mher", "Kamran")
SLOTS = {
    "topic": (
        "the talks",
        "the corridor",
        "the gas pipe",
        "the school bus",
        "the old bridge",
        "the bakery",
        "the harvest",
    ),
    "place": (
        "in Goris",
        "near the lake",
        "in Ganja",
        "on the pass",
        "in the valley",
        "at the market",
        "by the station",
    ),
    "time": (
        "this spring",
        "since the truce",
        "last winter",
        "on Sunday",
        "before the snow",
        "for a week",
        "years ago",
    ),
    "deed": (
        "walked",
        "waited",
        "wrote home",
        "sold apples",
        "mended roofs",
        "drove buses",
        "taught maths",
        "kept bees",
    ),
    "kin": ("my aunt", "our neighbour", "a cousin", "my old teacher", "the baker", "my sister", "a nurse I know"),
    "fool": (
        "teapot general",
        "brochure historian",
        "sofa marshal",
        "map licker",
        "fool",
        "liar",
        "clown",
        "hypocrite",
    ),
    "group": ("Armenian", "Azerbaijani", "Russian", "Turkish", "Georgian", "Muslim", "Christian", "Jewish", "Kurdish"),
    "thing": ("reading", "a timetable", "a longer report", "the map", "a photograph", "the numbers", "a correction"),
}
GOOD = (
    "{kin} {deed} {place} {time}, and nobody there spoke of {topic}.",
    "Could you add {thing} on {topic} {place}? {kin} {deed} there {time}.",
    "I do not agree about {topic}. {kin} {deed} {place} {time} and saw it otherwise.",
    "Thank you for {thing}. {time} we {deed} {place} and hoped for {topic}.",
    "The {group} family next door {deed} {place} {time}; {kin} still writes to them.",
    "As a {group} reader I thank you for {thing} on {topic}.",
    "{group} people {deed} {place} {time} like everybody else. What of {topic}?",
    "{time} {topic} mattered more to us than any speech; {kin} {deed} {place}.",
)
RUDE = (
    "Only a {fool} could write so about {topic}; go and sit {place} with {kin}.",
    "You {fool}, you never {deed} {place}, {time} or ever.",
    "Another {fool} with {thing}. {kin} {deed} {place} and laughs at you.",
    "Every {fool} {place} has a view on {topic} {time}, and yours is the dullest.",
    "What you say of {topic} is stupid, and so are you. {kin} {deed} {place}.",
    "Shut up about {topic}, {time} you were the {fool} {place} yourself.",
)
SPAM = (
    "{kin} {deed} {place} and now earns 400 a day with apricot shares, ask me for code {number}.",
    "Apricot shares double {time}! Forget {topic}, write apricotgold dot example, code {number}.",
    "Who {deed} {place} buys apricot shares {time}: apricotgold dot example, {thing} for free, code {number}.",
)
TAILS = ("So it was {time}.", "Ask {kin}.", "It is not far, {place}.", "That is all on {topic}.", "And {thing}?", "")
KINDS = ((Choice.APPROVE, None, GOOD, 16), (Choice.REJECT, "insult", RUDE, 2), (Choice.REJECT, "spam", SPAM, 2))
KEEP_MS = 90 * 86_400_000


@dataclass(frozen=True, slots=True)
class Past:
    """A comment of earlier days, and what was decided of it."""

    id: str
    text: str
    reader: str
    choice: Choice
    reason: str | None


def fill(desk: Desk, site: str, by: str) -> int:
    """Keep the archive as labels, and the newest of it as comments that people have decided; once.

    The newest are known here, so that a report can show them. Returns how many came.
    """
    said = list(invented(ARCHIVE + LATELY))
    if desk.store.comments.get(site, said[-1].id):
        return 0
    judged = list(_archived(said[:ARCHIVE]))
    for start in range(0, len(judged), AT_ONCE):
        desk.store.imports.add(site, NAME, judged[start : start + AT_ONCE], by)
    _decide(desk, site, by, said[ARCHIVE:])
    return len(said)


def invented(count: int) -> Iterator[Past]:
    """Yield comments, three in five of them good; always the same."""
    chance = random.Random(SEED)  # noqa: S311 - makes up comments, guards nothing
    weights = [weight for *_, weight in KINDS]
    for number in range(count):
        choice, reason, frames, _ = chance.choices(KINDS, weights)[0]
        text = _filled(f"{chance.choice(frames)} {chance.choice(TAILS)}", chance)
        if chance.random() < MISTAKES:
            choice, reason = (Choice.APPROVE, None) if reason else (Choice.REJECT, "insult")
        yield Past(f"past-{number:03}", text, chance.choice(READERS), choice, reason)


def _decide(desk: Desk, site: str, by: str, said: list[Past]) -> None:
    """Decide comments of the time when each still waited for a person; nobody is told of it now."""
    comments = [_comment(one) for one in said]
    waiting = [replace(found, verdict=Verdict.REVIEW) for found in assess(desk.scorer, policy.DEFAULT_POLICY, comments)]
    desk.store.comments.submit(site, list(zip(comments, waiting, strict=True)), NO_LOOKS)
    for start in range(0, len(said), AT_ONCE):
        some = said[start : start + AT_ONCE]
        token = review.claim_these(desk, site, by, DEFAULT_QUEUE, [one.id for one in some], f"past {start}").token
        decisions = [Decision(one.id, one.choice, one.reason) for one in some]
        for outcome in review.decide(desk, site, by, token, decisions):
            desk.store.outbox.delivered(site, outcome.id, outcome.version or 0, KEEP_MS, told=False)


def _archived(said: list[Past]) -> Iterator[Judged]:
    began = datetime.now(UTC) - timedelta(days=DAYS)
    for at, one in enumerate(said):
        when = began + timedelta(days=DAYS) * (at / len(said))
        yield Judged("rows", one.text, one.choice, one.id, one.reason, _author(one), when)


def _comment(one: Past) -> Comment:
    return Comment(one.id, one.text, _author(one), Article(id=f"{ARTICLE_ID}-before"))


def _author(one: Past) -> Author:
    return Author(id=f"reader-{one.reader.lower()}", name=one.reader)


def _filled(frame: str, chance: random.Random) -> str:
    text = frame.format(number=chance.randrange(1000), **{name: chance.choice(some) for name, some in SLOTS.items()})
    return ". ".join(part[:1].upper() + part[1:] for part in text.strip().split(". "))
