"""Coming in by a link or a password, going, and being kept out."""

import logging

import pytest
from structlog.testing import capture_logs

from service.moderation import people
from service.people import Role
from service.web.door import own_path
from tests.web.conftest import PASSWORD, SITE, with_settings, words


@pytest.fixture
def ann(moderator):
    """Ann, signed in, who knows her password."""
    assert moderator.post("/account/password", {"password": PASSWORD}).status_code == 303
    return moderator


def test_a_link_signs_in_once_and_looking_at_it_does_not_use_it_up(stranger, invite):
    link = invite("ann")
    assert "Sign in as ann" in words(stranger.get(link))
    assert "Sign in as ann" in words(stranger.get(link))
    assert stranger.client.head(link).status_code == 200
    entered = stranger.post(link)
    assert (entered.status_code, entered.location) == (303, "/account")
    assert "ann" in words(stranger.get("/account"))
    for used in (stranger.get(link), stranger.post(link)):
        assert used.status_code == 401
        assert "used before or has ended" in words(used)


def test_a_link_for_another_person_takes_the_place_of_who_was_signed_in(moderator, invite):
    moderator.post(invite("bob"))
    assert "Signed in as bob" in words(moderator.get("/account"))


def test_a_password_signs_in_and_leads_to_the_page_that_was_asked_for(stranger, ann):
    entered = stranger.post("/sign-in", {"name": "ann", "password": PASSWORD, "next": "/account?x=1"})
    assert (entered.status_code, entered.location) == (303, "/account?x=1")
    assert stranger.get("/account").status_code == 200


def test_a_wrong_password_is_told_on_the_form_which_keeps_the_name_and_the_way(stranger, ann):
    refused = stranger.post("/sign-in", {"name": "ann", "password": "a wrong password", "next": "/account"})
    assert refused.status_code == 401
    assert "The name or the password is not right." in words(refused)
    page = refused.get_data(as_text=True)
    assert 'value="ann"' in page
    assert 'name="next" value="/account"' in page
    assert "a wrong password" not in page
    assert "Set-Cookie" not in refused.headers


def test_who_guesses_is_told_how_long_to_wait(stranger, ann):
    for _ in range(6):
        stranger.post("/sign-in", {"name": "ann", "password": "wrong"})
    slowed = stranger.post("/sign-in", {"name": "ann", "password": PASSWORD})
    assert slowed.status_code == 429
    assert "Try again in 1 second." in words(slowed)
    assert slowed.headers["Retry-After"] == "1"


def test_behind_a_proxy_the_visitors_own_address_is_slowed(desk):
    behind = with_settings(desk, proxies=1)

    def tried(address: str, name: str) -> int:
        headers = {"X-Forwarded-For": f"203.0.113.9, {address}"}
        return behind.post("/sign-in", {"name": name, "password": "wrong"}, headers=headers).status_code

    assert [tried("192.0.2.1", f"name-{number}") for number in range(22)][20:] == [401, 429]
    assert tried("192.0.2.2", "name-1") == 401
    assert [tried(f"2001:db8::{number}", f"v6-{number}") for number in range(22)][21] == 429


def test_an_address_that_a_visitor_made_up_is_not_believed(desk, stranger):
    def tried(number: int) -> int:
        headers = {"X-Forwarded-For": f"192.0.2.{number}"}
        return stranger.post("/sign-in", {"name": f"n-{number}", "password": "x"}, headers=headers).status_code

    assert [tried(number) for number in range(22)][21] == 429


def test_who_signs_out_is_out_with_that_cookie_too(ann):
    cookie = ann.client.get_cookie("parley")
    left = ann.post("/sign-out")
    assert (left.status_code, left.location) == (303, "/sign-in")
    assert ann.client.get_cookie("parley") is None
    ann.client.set_cookie("parley", cookie.value)
    assert ann.get("/account").status_code == 303


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(stranger):
    sent = stranger.get("/admin/people?site=gazette")
    assert (sent.status_code, sent.location) == (303, "/sign-in?next=/admin/people?site%3Dgazette")
    assert stranger.post("/account/password").location == "/sign-in?next=/review"


def test_a_script_is_told_instead_of_sent_away(stranger):
    told = stranger.get("/account", headers={"Sec-Fetch-Mode": "cors"})
    assert (told.status_code, told.get_json()["code"]) == (401, "sign-in-needed")


def test_an_expired_session_is_no_session(moderator, raw):
    [session] = raw.scan_iter("{parley:users}:session:*")
    raw.pexpire(session, 0)
    assert moderator.get("/account").status_code == 303


def test_a_disabled_person_is_out_at_once_and_comes_in_by_nothing(stranger, ann, desk):
    people.disable_user(desk, "ann", "test")
    assert ann.get("/account").status_code == 303
    assert stranger.post("/sign-in", {"name": "ann", "password": PASSWORD}).status_code == 401
    token = people.new_link(desk, "ann", "test")
    assert stranger.post(f"/sign-in/{token}").status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        " /account",
        "",
        "/" + "x" * 2000,
        "/ä",
    ],
)
def test_nobody_is_sent_to_another_site(stranger, ann, path):
    assert own_path(path) == "/review"
    assert stranger.post("/sign-in", {"name": "ann", "password": PASSWORD, "next": path}).location == "/review"


@pytest.mark.parametrize("path", ["/", "/review?site=a&q=b%20c", "/admin/people#x"])
def test_people_are_sent_on_to_our_own_pages(path):
    assert own_path(path) == path


def flags(cookie: str) -> set[str]:
    return {part.strip() for part in cookie.split(";")[1:]}


def test_the_cookie_is_for_this_host_and_no_script(stranger, invite):
    cookie = stranger.post(invite("ann")).headers["Set-Cookie"]
    assert cookie.startswith("parley=")
    assert flags(cookie) >= {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=604800"}
    assert "Secure" not in cookie
    assert "Domain" not in cookie


def test_over_https_the_cookie_is_for_https_alone(desk, invite):
    secure = with_settings(desk, public_url="https://parley.example")
    cookie = secure.post(invite("ann")).headers["Set-Cookie"]
    assert cookie.startswith("__Host-parley=")
    assert flags(cookie) >= {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "https://localhost"}, 303),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[broken"}, 403),
        ({}, 403),
    ],
)
def test_a_change_is_taken_from_our_own_pages_alone(moderator, headers, status):
    sent = moderator.client.post("/account/password", data={"password": PASSWORD}, headers=headers)
    assert sent.status_code == status
    if status == 403:
        assert "another site" in words(sent)
        assert "Set a password" in words(moderator.get("/account"))


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "{link}"])
def test_nobody_is_signed_in_or_out_by_another_sites_page(stranger, invite, path):
    link = invite("ann")
    sent = stranger.post(path.format(link=link), headers={"Sec-Fetch-Site": "cross-site"})
    assert sent.status_code == 403
    assert "Set-Cookie" not in sent.headers
    assert stranger.get(link).status_code == 200


def test_no_token_and_no_password_reaches_a_log_an_event_or_a_metric(app, stranger, invite, caplog, raw):
    caplog.set_level(logging.DEBUG)
    link = invite("ann")
    with capture_logs() as logs:
        stranger.get(link)
        stranger.post(link)
        stranger.get(link)
        session = stranger.client.get_cookie("parley").value
        stranger.post("/account/password", {"password": PASSWORD})
        stranger.post("/sign-in", {"name": "ann", "password": PASSWORD + "!"})
        stranger.post("/sign-in", {"name": PASSWORD, "password": "x"})
    metrics = stranger.get("/metrics").get_data(as_text=True)
    told = str(logs) + caplog.text + metrics + str(raw.xrange(f"p:{{{SITE}}}:events"))
    assert "/sign-in/{token}" in metrics
    for secret in (link.rpartition("/")[2], session, PASSWORD):
        assert secret not in told


def test_a_name_is_shown_as_text(stranger, desk):
    token = people.create_user(desk, "ann", SITE, Role.LEAD, "test", "<b>Ann</b>").token
    assert "&lt;b&gt;Ann&lt;/b&gt;" in stranger.get(f"/sign-in/{token}").get_data(as_text=True)
    again = stranger.post("/sign-in", {"name": '"><script>', "password": "x"}).get_data(as_text=True)
    assert "<script>" not in again
