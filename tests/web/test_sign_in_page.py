"""Coming in by a link or a password, and being kept out."""

import pytest

from tests.web.conftest import words


def test_a_link_signs_in_once_and_looking_at_it_does_not_use_it_up(stranger, invite):
    link = invite("ann")

    assert "Sign in as ann" in words(stranger.get(link))
    assert "Sign in as ann" in words(stranger.get(link))
    entered = stranger.post(link)

    assert (entered.status_code, entered.location) == (303, "/account")
    assert "ann" in words(stranger.get("/account"))
    assert stranger.get(link).status_code == 401
    assert stranger.post(link).status_code == 401


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(stranger):
    sent = stranger.get("/admin/people?site=gazette")

    assert (sent.status_code, sent.location) == (303, "/sign-in?next=/admin/people?site%3Dgazette")


@pytest.mark.parametrize("path", ["/admin/nothing", "/account/nothing", "/static/nothing.css"])
def test_a_page_that_is_not_there_is_told_as_a_page(moderator, path):
    missing = moderator.get(path)

    assert (missing.status_code, missing.mimetype) == (404, "text/html")


def test_the_first_page_leads_to_the_queue(stranger):
    assert stranger.get("/").location == "/review"
