"""Which rules match which comments."""

import time

import pytest

from service.moderation.policy import DEFAULT_POLICY, judge
from service.moderation.rules import TESTS, count_links, fault, first_match
from service.store.encoding import CODES
from service.tenancy import Rule
from service.values import Author, Comment, Verdict


def found(field, match, values, text="Peace talks resume", honeypot=False, **author):
    rule = Rule("r", field, match, values, Verdict.REJECT)
    return first_match((rule,), Comment("c-1", text, author=Author(**author), honeypot=honeypot))


def matches(*rule_and_comment, **author):
    return found(*rule_and_comment, **author) is not None


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://shop.example.com/x now", True),
        ("see www.EXAMPLE.com", True),
        ("a@example.com said: https://other.example", False),
        ("example.com in words is no link, is it: http://[", False),
    ],
)
def test_domain_looks_at_every_link_of_a_text(text, expected):
    assert matches("text", "domain", ("example.com",), text) is expected


@pytest.mark.parametrize(("text", "expected"), [("Win 500 EUR now", True), ("win some", False)])
def test_a_pattern_is_looked_for_in_any_case(text, expected):
    assert matches("text", "pattern", (r"\bwin \d+ eur\b",), text) is expected


def test_a_pattern_that_takes_too_long_sends_the_comment_to_a_person():
    began = time.monotonic()

    verdict, reason = found("text", "pattern", (r"(a|aa)+$",), "a" * 2000 + "b")

    assert (verdict, reason.code) == (Verdict.REVIEW, "rule_timeout")
    assert time.monotonic() - began < 2


def test_all_patterns_of_a_site_share_one_time_limit():
    slow = Rule("slow", "text", "pattern", (r"(a|aa)+$",), Verdict.REJECT)

    assert first_match((slow,) * 100, Comment("c-1", "a" * 2000 + "b"))[1].code == "rule_timeout"


@pytest.mark.parametrize(
    ("address", "expected"),
    [("203.0.113.7", True), ("203.0.114.7", False), ("2001:db8::1", True), ("elsewhere", False)],
)
def test_addresses_are_listed_by_network(address, expected):
    assert matches("author.ip", "network", ("203.0.113.0/24", "2001:db8::/32"), ip=address) is expected


def test_a_hidden_field_that_was_filled_in_matches():
    assert found("honeypot", "filled", (), honeypot=True)[1].code == "rule_honeypot"
    assert not found("honeypot", "filled", ())


def test_the_built_in_policy_rejects_who_fills_in_a_hidden_field():
    assessment = judge(DEFAULT_POLICY, Comment("c-1", "Nice.", honeypot=True), {}, "m")

    assert (assessment.verdict, assessment.reasons[0].code) == (Verdict.REJECT, "rule_honeypot")


def test_every_kind_of_rule_has_a_reason_that_the_store_writes_short():
    assert {test.code for test in TESTS.values()} | {"rule_timeout", "rule_repeated"} <= set(CODES)


@pytest.mark.parametrize(
    ("field", "match", "values", "words"),
    [
        ("links", "contains", ("x",), "`at_least`"),
        ("text", "at_least", ("3",), "`contains` or `equals` or `pattern` or `domain`"),
        ("links", "at_least", ("0",), "1 or more"),
        ("links", "at_least", ("1", "2"), "have 1 values"),
        ("honeypot", "filled", ("x",), "have no values"),
        ("author.ip", "network", ("203.0.113.300",), "networks"),
        ("text", "pattern", ("(",), "missing )"),
        ("text", "contains", (), "1 to 200"),
    ],
)
def test_a_rule_that_cannot_be_is_told_why(field, match, values, words):
    assert words in fault(field, match, values)


def test_a_rule_that_can_be_has_no_fault():
    assert fault("text", "pattern", (r"\d+",)) is None
