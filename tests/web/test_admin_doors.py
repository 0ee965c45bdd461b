"""Every door of the admin's pages asks who comes, from where, and for which site."""

import re

import pytest
from flask import Flask

from service.moderation.desk import Desk
from tests.web.conftest import OTHER_SITE, Person


def doors(app: Flask, method: str) -> list[str]:
    """Return the paths under /admin that take a method, with something in each gap."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/admin") and method in rule.methods]
    return [re.sub(r"<[^>]+>", "x", rule.rule) for rule in rules]


def test_there_are_many(app):
    assert len(doors(app, "GET")) > 15
    assert len(doors(app, "POST")) > 15


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_sign_in_first_and_moderators_stay_out(app, stranger, moderator, method):
    for path in doors(app, method):
        asked = stranger.get(path) if method == "GET" else stranger.post(path)
        assert (asked.status_code, asked.location.partition("?")[0]) == (303, "/sign-in"), path
        refused = moderator.get(path) if method == "GET" else moderator.post(path)
        assert refused.status_code == 403, path


def test_a_form_on_another_site_changes_nothing(app: Flask, desk: Desk, admin: Person):
    before = desk.store.events.latest_id("gazette")
    for path in doors(app, "POST"):
        forged = admin.post(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert forged.status_code == 403, path
    assert desk.store.events.latest_id("gazette") == before


def test_another_site_is_not_there(app: Flask, admin: Person):
    for path in doors(app, "GET"):
        assert admin.get(f"{path}?site={OTHER_SITE}").status_code == 404, path
    for path in doors(app, "POST"):
        assert admin.post(path, {"site": OTHER_SITE}).status_code == 404, path


def test_a_page_has_no_script_and_no_style_in_it(app: Flask, admin: Person):
    for path in doors(app, "GET"):
        page = admin.get(path)
        if page.mimetype == "text/html":
            html = page.get_data(as_text=True)
            assert not re.search(r"<script(?! type=\"module\" src=)|<style|\sstyle=|\son\w+=", html), path
            assert "style-src 'self'" in page.headers["Content-Security-Policy"]
