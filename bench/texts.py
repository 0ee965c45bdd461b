"""Invented comments of natural lengths, the same in every run."""

import random
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlencode

import orjson

SENTENCES = (
    "Six people were killed by landmines near the village this week.",
    "My grandmother was born in Khojavend and she still keeps the key of her house.",
    "Both governments should publish the maps, that would save lives on either side.",
    "I do not believe a word of this report, where are the sources?",
    "Thank you for writing about the families and not only about the front line.",
    "The ceasefire talks in Geneva failed again because nobody trusts anybody.",
    "You are an idiot if you think that this will bring peace.",
    "What happened to the monastery? Is there any independent report?",
    "Earn 500 dollars a day from home, write to me on Telegram now!",
    "The article forgets that the corridor was closed for months.",
    "People like you make me sick, go away and read a book.",
    "My cousin drives a lorry on that road and says that it is open again.",
    "Why is the price of gas in the headline and the dead in the last paragraph?",
    "Nice post, I have bookmarked your site, please visit mine as well.",
)


@cache
def text(number: int, sentences: int = 3) -> str:
    """Return comment `number`, about 200 characters with three sentences."""
    return " ".join(random.Random(number).sample(SENTENCES, sentences))


def body(number: int, run: str) -> dict[str, object]:
    """Return the body of `POST /v1/comments`, unique by `run` and `number`."""
    person = number % 5000
    return {
        "id": f"{run}-{number}",
        "text": text(number % 500),
        "author": {"id": f"reader-{person}", "name": f"Reader {person}", "email": f"reader{person}@mail.example"},
        "article": {"id": f"article-{number % 40}", "url": f"https://news.example/{number % 40}", "title": "Talks"},
    }


def post(path: str, content: object, key: str) -> bytes:
    """Return the bytes of an HTTP request."""
    payload = orjson.dumps(content)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    return head.encode() + payload


def post_form(path: str, fields: Mapping[str, object]) -> bytes:
    """Return the bytes of an HTTP request with a form and no key but its own."""
    payload = urlencode(fields)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(payload)}\r\n\r\n"
    )
    return (head + payload).encode()
