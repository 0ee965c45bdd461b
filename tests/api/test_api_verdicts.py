"""What would become of a comment, before it is posted."""

COMMENT = {"text": "You again.", "author": {"name": "Nare"}}


def test_it_says_what_would_become_of_a_comment_and_why(platform, scorer):
    scorer.says(insult=0.99, profanity=0.98)
    found = platform.post("/v1/verdicts", COMMENT).get_json()
    assert found["verdict"] == "reject"
    assert found["because"] == "it reads as an insult and swears"
    assert found["reasons"][0]["attribute"] == "insult"


def test_what_would_only_wait_needs_no_word(platform, scorer):
    scorer.says(insult=0.7)
    found = platform.post("/v1/verdicts", COMMENT).get_json()
    assert (found["verdict"], found["because"]) == ("review", None)


def test_nothing_of_it_is_kept(platform, raw, scorer):
    platform.post("/v1/verdicts", COMMENT)
    before = set(raw.keys())
    scorer.says(insult=0.99)
    platform.post("/v1/verdicts", {**COMMENT, "text": "Another text."})
    assert set(raw.keys()) == before
    assert not raw.keys("*:c:*")


def test_rules_of_the_site_speak_too(platform, admin):
    rule = {"name": "No casinos", "field": "text", "match": "contains", "values": ["casino"], "verdict": "reject"}
    admin.put("/v1/policy", {"thresholds": {}, "rules": [rule]})
    found = platform.post("/v1/verdicts", {"text": "My casino is open."}).get_json()
    assert found["because"] == "it matches one of the site's own rules"


def test_it_needs_a_key_that_may_submit(moderator, problem):
    problem(moderator.post("/v1/verdicts", COMMENT), 403, "not-allowed")
