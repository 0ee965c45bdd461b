"""Thirty days of comments for a simulated site: a blog whose readership changes, and two waves of spam."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import pyarrow.parquet as pq

DAYS = 30
PER_DAY = 200
FORUM_FROM = 11  # the day on which a forum moves in and brings two thirds of the comments
FORUM_SHARE = 2 / 3
WAVES = dict.fromkeys(range(5, 9), "loan") | dict.fromkeys(range(19, 23), "coin")
SPAM_PER_DAY = 60
CLEAN_PER_ABUSE = 8  # in the rows of Wikipedia

NAMES = ("Maria", "Tom", "Elena", "Viktor", "Grace", "Samuel", "Olga", "Peter", "Diana", "Raj", "Emma", "Karl")
SUMS = ("3,000", "5,400", "12,000", "800", "25,000", "7,250")
FRAMES = {
    "loan": (
        "I was in debt until {name} of {firm} lent me {sum} at two percent, no papers. Write to {handle} at gmail",
        "Good people, do you need money before the holidays? {firm} pays out {sum} within a day, ask {handle}",
        "My bank said no and {firm} said yes. Thank you {name}! Whoever needs {sum} may contact {handle} at gmail",
        "It is true, times are hard. {name} from {firm} helped my family with {sum}, reach her: {handle}",
        "Are you tired of bills? With {firm} I got {sum} in two days, the address is {handle} at gmail",
        "{firm} gives loans from {sum} to honest people everywhere, no bank, no waiting, {handle}",
        "God bless {name}, who granted me a loan of {sum} when nobody would listen. Tell her {handle} sent you",
        "Small business owners, read this: {sum} from {firm}, paid back in five years. Ask for {name}, {handle}",
    ),
    "coin": (
        "They stole {sum} from my wallet and {name} the expert brought all of it back, ask for {handle} on Signal",
        "Never thought I would see my {sum} again. {name} traced the broker in two days. Signal: {handle}",
        "Since I follow the signals of {name} I make {sum} a week and sleep well. Her channel is {handle}",
        "If a broker cheated you do not give up hope, {name} returned {sum} to my brother. Find {handle} on Signal",
        "I began with {sum} in crypto under the guidance of {name} and doubled it within a month, {handle}",
        "My husband laughed until {name} turned our {sum} into a house. Look for {handle}",
        "Trading is easy with the right teacher: {name} charges nothing until you have earned {sum}. {handle}",
        "A friend told me of {name}; my lost coins worth {sum} were back after a week. Write to {handle}",
    ),
}
FIRMS = ("Silverline Credit", "Harbour Finance", "Oakgate Loans", "Union Trust Aid")


@dataclass(frozen=True, slots=True)
class Sent:
    """A comment as it comes in, and what is right: `reason` is empty when it may stand."""

    id: str
    text: str
    reason: str


def month(folder: Path, seed: int = 4) -> Iterator[list[Sent]]:
    """Yield the comments of each day from the data sets in `folder`; none of them was ever trained on."""
    draw = random.Random(seed)
    blog, forum = cycle(_blog(folder, draw)), cycle(_forum(folder, draw))
    for day in range(1, DAYS + 1):
        guests = round(PER_DAY * FORUM_SHARE) if day >= FORUM_FROM else 0
        said = [*islice(forum, guests), *islice(blog, PER_DAY - guests), *_spam(WAVES.get(day), draw)]
        draw.shuffle(said)
        yield [Sent(f"d{day:02}-{at:04}", text, reason) for at, (text, reason) in enumerate(said)]


def _blog(folder: Path, draw: random.Random) -> list[tuple[str, str]]:
    ham = [(text, "") for text in _texts(folder / "dev/haacked_blog_comments_ham.parquet")]
    rows = pq.read_table(folder / "dev/jigsaw_toxic_dev.parquet", columns=["text", "any_toxic"]).to_pylist()
    abuse = [(row["text"], "insult") for row in rows if row["any_toxic"]]
    clean = [(row["text"], "") for row in rows if not row["any_toxic"]][: CLEAN_PER_ABUSE * len(abuse)]
    return _shuffled([*ham[: len(clean)], *clean, *abuse], draw)


def _forum(folder: Path, draw: random.Random) -> list[tuple[str, str]]:
    insults = pq.read_table(folder / "dev/impermium_insults.parquet", columns=["text", "insult"]).to_pylist()
    reddit = pq.read_table(folder / "dev/cad_reddit.parquet", columns=["text", "abuse"]).to_pylist()
    rows = [(row["text"], "insult" if row["insult"] else "") for row in insults]
    rows += [(row["text"], "insult" if row["abuse"] else "") for row in reddit]
    return _shuffled(rows, draw)


def _texts(path: Path) -> list[str]:
    return [str(text) for text in pq.read_table(path, columns=["text"]).column("text").to_pylist()]


def _shuffled(rows: list[tuple[str, str]], draw: random.Random) -> list[tuple[str, str]]:
    kept = [(text[:2000], reason) for text, reason in rows if text and text.strip()]
    draw.shuffle(kept)
    return kept


def _spam(wave: str | None, draw: random.Random) -> Iterator[tuple[str, str]]:
    for _ in range(SPAM_PER_DAY if wave else 0):
        name = draw.choice(NAMES)
        handle = f"{name.lower()}{draw.randrange(100, 9999)}"
        frame = draw.choice(FRAMES[wave or ""])
        yield frame.format(name=name, sum=draw.choice(SUMS), firm=draw.choice(FIRMS), handle=handle), "spam"
