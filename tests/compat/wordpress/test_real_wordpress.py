"""A real WordPress holds, refuses and shows comments as Parley says, and hears what people decide there."""

import time

import pytest

pytestmark = pytest.mark.stress

RULES = [
    {"name": "held", "field": "text", "match": "contains", "values": ["perhaps"], "verdict": "review"},
    {"name": "refused", "field": "text", "match": "contains", "values": ["casino"], "verdict": "reject"},
    {"name": "shown", "field": "text", "match": "contains", "values": ["careful"], "verdict": "approve"},
]


@pytest.fixture(scope="module")
def site(blog):
    """The blog's site in Parley, with rules that make each verdict sure, and with the blog's webhook."""
    ask, policy = blog.served.ask, blog.served.ask("GET", "/v1/policy")
    ask("PUT", "/v1/policy", {"thresholds": policy["thresholds"], "rules": RULES})
    webhook = {"url": f"{blog.home}/?rest_route=/akismet/v1/webhook", "key": blog.served.door_key}
    ask("PUT", "/v1/sites/main/akismet", {"webhook": webhook})
    time.sleep(1.5)  # every process has the new policy
    return ask


def decide(ask, text, decision):
    claim = ask("POST", "/v1/claims", {})
    [comment] = [comment for comment in claim["comments"] if text in comment["text"]]
    ask("POST", "/v1/decisions", {"claim": claim["token"], "decisions": [{"id": comment["id"], "decision": decision}]})


def until(reached, seconds=20):
    deadline = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.2)


def test_the_plugin_takes_the_key_and_shows_the_account(blog, site):
    assert blog.php("echo Akismet::verify_key( Akismet::get_api_key() );") == "valid"
    account = "require ABSPATH . 'wp-content/plugins/akismet/class.akismet-admin.php';"
    assert blog.php(account + "echo Akismet_Admin::get_akismet_user( Akismet::get_api_key() )->status;") == "active"


def test_a_good_comment_is_shown(blog, site):
    blog.comment("It's a careful report.")

    assert blog.status("a careful report") == "1"


def test_a_refused_comment_is_spam(blog, site):
    blog.comment("Play in my casino")

    assert blog.status("Play in my casino") == "spam"


@pytest.mark.parametrize(("decision", "status"), [("approve", "1"), ("reject", "spam")])
def test_a_held_comment_waits_until_a_person_decided_in_parley(blog, site, decision, status):
    text = f'perhaps I\'d "{decision}" it'
    blog.comment(text)
    assert blog.status(f"{decision}%it") == "0"

    decide(site, text, decision)
    until(lambda: blog.status(f"{decision}%it") == status)


def test_what_wordpress_finds_of_a_comment_settles_it_in_parley(blog, site):
    blog.comment("perhaps it's for WordPress to say")
    number = blog.query("SELECT MAX(comment_ID) FROM wp_comments").strip()
    blog.php(f"$_POST['status'] = 'spam'; wp_spam_comment( {number} );")

    until(lambda: site("GET", "/v1/queues")["queues"][0]["waiting"] == 0)


def test_while_parley_is_away_wordpress_holds(blog, site):
    blog.served.service.stop()
    blog.comment("a careful comment in between")

    assert blog.status("careful comment in between") == "0"
    blog.served.service.start()
