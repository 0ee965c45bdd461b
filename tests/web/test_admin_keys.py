"""`/admin/keys`: a key is shown once, and belongs to one site."""

import re

import pytest

from service.moderation import tenants
from service.tenancy import Scope
from tests.web.conftest import OTHER_SITE, SITE, words


def shown(response) -> str:
    [key] = re.findall(r'value="([^"]+)" aria-label="New key"', response.get_data(as_text=True))
    return key


@pytest.mark.parametrize("who", ["moderator", "lead"])
def test_keys_are_for_admins(request, who, desk):
    person = request.getfixturevalue(who)
    assert person.get("/admin/keys").status_code == 403
    assert person.post("/admin/keys", {"scope": "submit"}).status_code == 403
    assert desk.store.keys.all(SITE) == []


def test_a_new_key_works_and_is_shown_once(admin, desk):
    made = admin.post("/admin/keys", {"scope": ["submit", "review"], "name": "the blog"})
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    key = desk.store.keys.find(shown(made))
    assert (key.site, key.scopes, key.name) == (SITE, {Scope.SUBMIT, Scope.REVIEW}, "the blog")
    later = admin.get("/admin/keys")
    assert shown(made) not in later.get_data(as_text=True)
    assert key.id in words(later)


def test_a_short_key_may_only_submit(admin, desk):
    key = desk.store.keys.find(shown(admin.post("/admin/keys", {"scope": "door"})))
    assert (key.is_door, key.scopes) == (True, {Scope.SUBMIT})


@pytest.mark.parametrize("scopes", [[], ["operator"], ["submit", "operator"], ["door", "admin"]])
def test_a_page_grants_nothing_beyond_a_site(admin, desk, scopes):
    refused = admin.post("/admin/keys", {"scope": scopes})
    assert refused.status_code == 422
    assert "Choose what the key may do" in words(refused)
    assert desk.store.keys.all() == []


def test_a_replaced_key_ends_and_its_successor_is_shown(admin, desk):
    key, before = tenants.create_key(desk, SITE, [Scope.SUBMIT], "test")
    after = shown(admin.post(f"/admin/keys/{key.id}/rotate", {"site": SITE}))
    assert desk.store.keys.find(before) is None
    assert desk.store.keys.find(after).scopes == {Scope.SUBMIT}


def test_a_revoked_key_ends(admin, desk):
    key, plain = tenants.create_key(desk, SITE, [Scope.SUBMIT], "test")
    answer = admin.post(f"/admin/keys/{key.id}/revoke", {"site": SITE})
    assert answer.status_code == 303
    assert "The key is revoked." in words(admin.get(answer.location))
    assert desk.store.keys.find(plain) is None


def test_another_sites_keys_are_not_seen_and_not_touched(admin, desk):
    key, plain = tenants.create_key(desk, OTHER_SITE, [Scope.SUBMIT], "test")
    assert key.id not in words(admin.get("/admin/keys"))
    for way in ("revoke", "rotate"):
        assert admin.post(f"/admin/keys/{key.id}/{way}").status_code == 404
    assert desk.store.keys.find(plain) is not None
    assert admin.post("/admin/keys", {"scope": "submit", "site": OTHER_SITE}).status_code == 404
