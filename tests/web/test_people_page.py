"""`/admin/people`: an admin's own site, and nothing of others."""

import re

import pytest

from service.moderation import people
from service.people import Role
from tests.web.conftest import OTHER_SITE, SITE, with_settings, words

ADD = {"name": "bob", "role": "moderator", "title": "Bob B."}


def link_in(response) -> str:
    [link] = re.findall(r'value="(http://localhost/sign-in/[^"]+)"', response.get_data(as_text=True))
    return link.removeprefix("http://localhost")


def events(desk, site: str = SITE) -> list[tuple[str, str | None, dict]]:
    return [(event.type, event.by, dict(event.detail)) for event in desk.store.events.read(site)[0]]


@pytest.mark.parametrize("who", ["moderator", "lead"])
def test_the_page_is_for_admins(request, who, desk):
    person = request.getfixturevalue(who)
    refused = person.get("/admin/people")
    assert refused.status_code == 403
    assert "role admin" in words(refused)
    assert person.post("/admin/people", ADD).status_code == 403
    assert person.post(f"/admin/people/{person.name}/role", {"role": "admin"}).status_code == 403
    assert person.post(f"/admin/people/{person.name}/link").status_code == 403
    assert desk.store.users.get("bob") is None
    assert "/admin/people" not in person.get("/account").get_data(as_text=True)


def test_a_new_person_gets_a_link_that_is_shown_once(admin, stranger):
    added = admin.post("/admin/people", ADD)
    assert added.status_code == 201
    link = link_in(added)
    assert "sign-in" not in admin.get("/admin/people").get_data(as_text=True)
    assert stranger.post(link).status_code == 303
    assert "Signed in as bob" in words(stranger.get("/account"))


def test_the_link_names_the_public_address(desk, invite):
    public = with_settings(desk, public_url="https://parley.example/")
    there = {"base_url": "https://parley.example"}
    assert public.post(invite("zoe", Role.ADMIN), **there).status_code == 303
    added = public.post("/admin/people", ADD, **there).get_data(as_text=True)
    assert 'value="https://parley.example/sign-in/' in added


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({**ADD, "name": "b"}, 422, "A user's name has 2 to 40"),
        ({**ADD, "name": "ada"}, 409, "ada has a role on this site already."),
        ({**ADD, "role": "owner"}, 422, "A role is one of moderator, lead, admin."),
        ({}, 422, "A role is one of"),
    ],
)
def test_what_cannot_be_added_is_told_on_the_page(admin, desk, form, status, said):
    refused = admin.post("/admin/people", form)
    assert refused.status_code == status
    assert said in words(refused)
    assert [user.name for user in desk.store.users.all()] == ["ada"]


def test_a_role_is_changed_and_a_person_removed(admin, desk, person):
    bob = person("bob")
    changed = admin.post("/admin/people/bob/role", {"site": SITE, "role": "lead"})
    assert (changed.status_code, changed.location) == (303, f"/admin/people?site={SITE}&done=role")
    assert "The role is changed." in words(admin.get(changed.location))
    assert desk.store.users.get("bob").roles == {SITE: Role.LEAD}
    assert bob.get("/account").status_code == 200

    removed = admin.post("/admin/people/bob/remove", {"site": SITE})

    assert removed.status_code == 303
    assert bob.get("/account").status_code == 303
    assert "bob" not in words(admin.get("/admin/people"))


def test_a_new_link_signs_in_who_forgot_the_password(admin, stranger, invite):
    first = invite("bob")
    second = link_in(admin.post("/admin/people/bob/link"))
    assert stranger.post(first).status_code == 401
    assert stranger.post(second).status_code == 303


def test_an_admin_changes_not_their_own_role(admin, desk):
    assert admin.post("/admin/people/ada/role", {"role": "moderator"}).status_code == 403
    assert admin.post("/admin/people/ada/remove").status_code == 403
    assert desk.store.users.get("ada").roles == {SITE: Role.ADMIN}


def test_another_sites_people_are_not_seen_and_not_touched(admin, desk):
    people.create_user(desk, "bob", OTHER_SITE, Role.ADMIN, "test")
    assert "bob" not in words(admin.get("/admin/people"))
    for path, form in (("role", {"role": "moderator"}), ("remove", {}), ("link", {})):
        assert admin.post(f"/admin/people/bob/{path}", form).status_code == 404
        assert admin.post(f"/admin/people/bob/{path}", {**form, "site": OTHER_SITE}).status_code == 404
    assert admin.post("/admin/people", {**ADD, "name": "eve", "site": OTHER_SITE}).status_code == 404
    assert desk.store.users.get("bob").roles == {OTHER_SITE: Role.ADMIN}
    assert [kind for kind, *_ in events(desk, OTHER_SITE)] == ["site_created", "user_created"]


def test_who_is_known_elsewhere_joins_without_a_link_and_none_can_be_made(admin, desk):
    people.create_user(desk, "bob", OTHER_SITE, Role.ADMIN, "test")
    joined = admin.post("/admin/people", ADD)
    assert joined.status_code == 303
    assert "signs in as before" in words(admin.get(joined.location))
    refused = admin.post("/admin/people/bob/link")
    assert refused.status_code == 403
    assert "other sites too" in words(refused)


def test_an_admin_of_two_sites_works_on_each(person, desk):
    ada = person("ada", Role.ADMIN, (SITE, OTHER_SITE))
    people.create_user(desk, "bob", OTHER_SITE, Role.MODERATOR, "test")
    assert "People of courier" in words(ada.get("/admin/people"))
    assert "bob" in words(ada.get(f"/admin/people?site={OTHER_SITE}"))
    assert "bob" not in words(ada.get(f"/admin/people?site={SITE}"))
    assert ada.post("/admin/people/bob/role", {"site": OTHER_SITE, "role": "lead"}).status_code == 303


def test_a_moderator_here_and_admin_there_comes_to_the_site_of_the_role(person, desk):
    ann = person("ann", Role.ADMIN, (SITE,))
    people.create_user(desk, "ann", OTHER_SITE, Role.MODERATOR, "test")
    assert "People of gazette" in words(ann.get("/admin/people"))
    assert ann.get(f"/admin/people?site={OTHER_SITE}").status_code == 403


def test_every_change_is_told_by_whom_and_without_the_link(admin, desk):
    link = link_in(admin.post("/admin/people", ADD))
    admin.post("/admin/people/bob/role", {"role": "lead"})
    admin.post("/admin/people/bob/link")
    admin.post("/admin/people/bob/remove")
    told = [event for event in events(desk) if event[1] == "user:ada"]
    assert told == [
        ("signed_in", "user:ada", {"proof": "link"}),
        ("user_created", "user:ada", {"user": "bob", "role": "moderator"}),
        ("user_role_changed", "user:ada", {"user": "bob", "role": "lead"}),
        ("user_link_made", "user:ada", {"user": "bob"}),
        ("user_removed", "user:ada", {"user": "bob"}),
    ]
    assert link.rpartition("/")[2] not in str(told)


def test_another_sites_page_adds_nobody(admin, desk):
    forged = admin.post("/admin/people", {**ADD, "role": "admin"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 403
    assert desk.store.users.get("bob") is None
