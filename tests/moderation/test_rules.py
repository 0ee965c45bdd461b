"""Which rules match which comments."""

import pytest

from service.moderation.rules import count_links, first_match
from service.values import Author, Comment, Rule, Verdict


def matches(field, match, values, text="Peace talks resume", **author):
    rule = Rule("r", field, match, values, Verdict.REVIEW)
    return first_match((rule,), Comment("c-1", text, author=Author(**author))) is rule


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ("landmines", "Landmines killed six", True),
        ("mine", "Landmines killed six", False),
        ("peace talks", "the PEACE TALKS failed", True),
        ("$$$", "earn $$$ now", True),
        ("խաղաղություն", "Խաղաղություն բոլորին", True),
    ],
)
def test_contains_looks_for_whole_words_in_any_case(words, text, expected):
    assert matches("text", "contains", (words,), text) is expected


def test_any_of_the_values_is_enough():
    assert matches("author.id", "equals", ("u-1", "u-2"), id="u-2")


def test_a_missing_field_matches_nothing():
    assert not matches("author.email", "contains", ("example",))


@pytest.mark.parametrize(
    ("address", "expected"),
    [("https://shop.example.com/x", True), ("https://example.com", True), ("https://notexample.com", False)],
)
def test_domain_covers_its_subdomains_and_nothing_else(address, expected):
    assert matches("author.url", "domain", ("example.com",), url=address) is expected


def test_domain_reads_e_mail_addresses_too():
    assert matches("author.email", "domain", ("example.com",), email="a@mail.example.com")


def test_links_are_counted():
    text = "http://a.example, https://b.example and www.c.example"
    assert count_links(text) == 3
    assert matches("links", "at_least", ("3",), text)
    assert not matches("links", "at_least", ("4",), text)
