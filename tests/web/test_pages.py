"""What all pages share: headers, errors as pages, files that browsers keep."""

import gzip
import re

import pytest

from service.errors import StoreUnavailable
from service.store.users import Users
from service.web.pages import CSP
from tests.web.conftest import SITE, words

PAGES = ["/sign-in", "/account", "/admin/people", "/admin/nothing"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_nothing_that_is_not_ours_and_is_not_kept(admin, path):
    page = admin.get(path)
    assert page.mimetype == "text/html"
    assert page.headers.getlist("Content-Security-Policy") == [CSP]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["X-Request-ID"]


@pytest.mark.parametrize("path", PAGES)
def test_our_own_forms_tell_where_they_come_from(admin, path):
    """With `no-referrer` a browser sends `Origin: null`, which is refused."""
    assert admin.get(path).headers.getlist("Referrer-Policy") == ["same-origin"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_holds_no_inline_script_style_or_handler(admin, path):
    page = admin.get(path).get_data(as_text=True)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", page)
    for address in re.findall(r'(?:src|href)="([^"#]+)"', page):
        assert address.startswith(("/", "data:,")), address
        assert not address.startswith("//")


def test_the_policy_lets_nothing_in_from_elsewhere():
    assert CSP.startswith("default-src 'none'")
    assert "unsafe" not in CSP
    assert "http" not in CSP


@pytest.mark.parametrize("path", ["/admin/nothing", "/account/nothing", "/static/nothing.css"])
def test_a_page_that_is_not_there_is_told_as_a_page(moderator, path):
    missing = moderator.get(path)
    assert (missing.status_code, missing.mimetype) == (404, "text/html")
    assert "Not found" in words(missing)


def test_a_wrong_method_is_told_as_a_page(moderator):
    wrong = moderator.get("/sign-out")
    assert (wrong.status_code, wrong.mimetype) == (405, "text/html")
    assert "POST" in wrong.headers["Allow"]


@pytest.mark.parametrize("path", ["/v1/nothing", "/nothing", "/problems/nothing"])
def test_what_machines_ask_for_stays_a_problem_document(stranger, path):
    missing = stranger.get(path, headers={"Accept": "text/html"})
    assert missing.mimetype == "application/problem+json"
    assert missing.headers["Content-Security-Policy"] != CSP


def test_a_store_that_is_away_is_told_as_a_page_with_the_time_to_wait(moderator, monkeypatch, desk):
    def away(*_):
        raise StoreUnavailable

    monkeypatch.setattr(desk.store.connection, "run", away)
    told = moderator.get("/account")
    assert (told.status_code, told.mimetype, told.headers["Retry-After"]) == (503, "text/html", "2")
    assert "The store does not answer" in words(told)


def test_a_failure_of_ours_is_told_without_its_reason(moderator, monkeypatch):
    def fails(*_):
        raise ValueError("a private detail")

    monkeypatch.setattr(Users, "get", fails)
    monkeypatch.setattr("service.moderation.sign_in.sessions", fails)
    told = moderator.get("/account")
    assert (told.status_code, told.mimetype) == (500, "text/html")
    assert "private" not in told.get_data(as_text=True)


def test_a_form_that_is_too_large_is_refused(moderator, desk):
    sent = moderator.post("/account/password", {"password": "x" * (desk.settings.max_body_bytes + 1)})
    assert (sent.status_code, sent.mimetype) == (413, "text/html")


def test_a_file_is_kept_for_good_under_the_address_that_names_its_content(stranger):
    page = stranger.get("/sign-in").get_data(as_text=True)
    [address] = re.findall(r'href="(/static/parley\.css\?v=[0-9a-f]+)"', page)
    kept, passing = stranger.get(address), stranger.get("/static/parley.css?v=old")
    assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert passing.headers["Cache-Control"] == "public, max-age=60"
    assert (kept.mimetype, kept.data) == ("text/css", passing.data)


def test_a_file_is_sent_compressed_to_who_takes_it(stranger):
    plain = stranger.get("/static/parley.css")
    zipped = stranger.get("/static/parley.css", headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert (zipped.headers["Content-Encoding"], zipped.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(zipped.data) == plain.data
    assert len(zipped.data) < len(plain.data) / 2


@pytest.mark.parametrize("name", ["..%2Fpages.py", "%2Fetc%2Fpasswd", "."])
def test_only_the_files_of_the_folder_are_served(stranger, name):
    assert stranger.get(f"/static/{name}").status_code == 404


def test_the_first_page_leads_to_the_queue(stranger):
    assert stranger.get("/").location == "/review"


def test_a_visitor_without_a_site_of_that_name_finds_nothing(admin):
    assert admin.get("/admin/people?site=courier").status_code == 404
    assert admin.get("/admin/people?site=nowhere").status_code == 404
    assert admin.get(f"/admin/people?site={SITE}").status_code == 200
