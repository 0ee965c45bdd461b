"""The signs of spam, and where they stand."""

import pytest

from models.spam import SIGNS, Context, find_signs


def names(text: str, context: Context | None = None) -> set[str]:
    return {sign.name for sign in find_signs(text, context)}


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("see http://example.org/a", "link"),
        ("see www.example.com now", "link"),
        ("order at best-shoes.com/now", "link"),
        ("a http://a.org b http://b.org c http://c.org d http://d.org", "links_many"),
        ("http://gold.xyz", "link_cheap"),
        ("http://bit.ly/abc", "link_shortener"),
        ("http://10.1.2.3/x", "link_odd"),
        ("http://xn--e1afmkfd.org/", "link_odd"),
        ("http://cheap-casino.org/", "link_trade"),
        ("https://en.wikipedia.org/wiki/Peace", "link_trusted"),
        ('<a href="http://x.org">x</a>', "markup"),
        ("[url=http://x.org]x[/url]", "markup"),
        ("write to some.body@example.org", "email"),
        ("call +44 7700 900 123 today", "phone"),
        ("message me on telegram", "contact"),
        ("send to 0x52908400098527886E0F7030069857D2E4169EE7", "wallet"),
        ("earn $500 a day", "money"),
        ("frеe mоney", "mixed_script"),
    ],
)
def test_a_sign_is_seen_where_it_stands(text: str, sign: str) -> None:
    found = {one.name: one for one in find_signs(text)}
    assert sign in found
    assert all(0 <= start < end <= len(text) for start, end in found[sign].spans)


def test_a_trusted_link_is_no_cover_for_another() -> None:
    assert "link_trusted" not in names("https://en.wikipedia.org/wiki/Peace and http://gold.xyz")


def test_a_link_in_markdown_is_no_markup() -> None:
    assert "markup" not in names("[the report](https://example.org/report)")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The mine was cleared in 1994.",
        "I use asp.net and node.js at work",
        "No space.After a full stop",
        "At 10:30 on 12.05.2020",
        "привет всем",
    ],
)
def test_ordinary_text_has_no_sign(text: str) -> None:
    assert names(text) == set()


@pytest.mark.parametrize(
    ("context", "sign"),
    [
        (Context(author_name="Cheap Loans"), "author_trade"),
        (Context(author_name="Vitamins"), "author_trade"),
        (Context(author_url="https://anahit.example.org"), "author_link"),
        (Context(author_url="http://buy-viagra.com"), "author_link_trade"),
        (Context(author_url="http://some.site.xyz"), "author_link_odd"),
        (Context(author_email="a@mailinator.com"), "author_throwaway"),
    ],
)
def test_the_author_shows_signs_too(context: Context, sign: str) -> None:
    assert names("Thanks", context) - {"author_link"} == {sign} - {"author_link"}
    assert sign in names("Thanks", context)


def test_who_leads_nowhere_has_nothing_to_gain() -> None:
    assert names("Thanks", Context("Anahit", "anahit@example.org")) == {"nothing_to_gain"}
    assert names("Thanks") == set()


def test_every_sign_has_a_name_that_is_known() -> None:
    text = "<a href='http://1.2.3.4.casino.bit.ly.xyz'> me@x.org $5"
    assert names(text) <= set(SIGNS)
