"""People over HTTP: an admin's key has those of its site, an operator's all."""

from dataclasses import replace

import pytest

from service.app import build
from service.moderation import people, sign_in
from service.people import Role
from service.values import Scope
from tests.api.conftest import OTHER_SITE, SITE, Caller


@pytest.fixture
def operator(caller):
    return caller(Scope.OPERATOR)


@pytest.fixture
def ann(admin):
    return admin.post("/v1/users", {"name": "ann", "role": "moderator", "title": "Ann A."}).get_json()


def token_of(link: str) -> str:
    base, token = link.rsplit("/", 1)
    assert base == "http://localhost/sign-in"
    return token


def test_a_new_person_gets_a_link_that_signs_in(admin, desk, ann):
    assert (ann["user"]["name"], ann["user"]["site"], ann["user"]["role"]) == ("ann", SITE, "moderator")
    assert sign_in.recognise(desk, sign_in.by_link(desk, token_of(ann["link"]))).user.name == "ann"
    [listed] = admin.get("/v1/users").get_json()["users"]
    assert (listed["name"], listed["title"], listed["disabled_at"]) == ("ann", "Ann A.", None)
    assert listed["signed_in_at"]


def test_the_link_names_the_public_address(admin, desk):
    public = replace(desk, settings=desk.settings.model_copy(update={"public_url": "https://parley.example/"}))
    made = Caller(build(public).test_client(), admin.key).post("/v1/users", {"name": "ann", "role": "lead"})
    assert made.get_json()["link"].startswith("https://parley.example/sign-in/")


def test_a_person_is_added_once(admin, ann, problem):
    problem(admin.post("/v1/users", {"name": "ann", "role": "lead"}), 409, "conflict")
    assert admin.get("/v1/users").get_json()["users"][0]["role"] == "moderator"


@pytest.mark.parametrize("name", ["", "a", "Ann", "a b", "-a", "ann@", "@b.example", "a" * 41, "ann\n", 7])
def test_a_person_with_a_bad_name_is_not_made(admin, problem, name):
    problem(admin.post("/v1/users", {"name": name, "role": "lead"}), 422, "invalid-body")


@pytest.mark.parametrize("name", ["an", "ann.b-c_d", "ann@mail.example", "a" * 40])
def test_names_and_addresses_of_mail_are_names(admin, name):
    assert admin.post("/v1/users", {"name": name, "role": "lead"}).status_code == 201


def test_an_unknown_role_is_refused(admin, problem):
    problem(admin.post("/v1/users", {"name": "ann", "role": "owner"}), 422, "invalid-body")


def test_a_role_changes(admin, ann):
    assert admin.patch("/v1/users/ann", {"role": "lead"}).get_json()["role"] == "lead"
    assert admin.get("/v1/users").get_json()["users"][0]["role"] == "lead"


def test_a_removed_person_is_out_at_once(admin, desk, ann, problem):
    session = sign_in.by_link(desk, token_of(ann["link"]))
    assert admin.delete("/v1/users/ann").status_code == 204
    assert sign_in.recognise(desk, session) is None
    problem(admin.delete("/v1/users/ann"), 404, "not-found")


def test_a_new_link_ends_the_one_before(admin, desk, ann):
    second = admin.post("/v1/users/ann/link").get_json()["link"]
    assert desk.store.users.holder(token_of(ann["link"])) is None
    assert desk.store.users.holder(token_of(second)).name == "ann"


def test_people_of_another_site_are_not_found(admin, desk, problem):
    people.create_user(desk, "bob", OTHER_SITE, Role.ADMIN, "test")
    problem(admin.get(f"/v1/users?site={OTHER_SITE}"), 404, "not-found")
    problem(admin.post("/v1/users", {"name": "eve", "role": "admin", "site": OTHER_SITE}), 404, "not-found")
    problem(admin.patch("/v1/users/bob", {"role": "moderator"}), 404, "not-found")
    problem(admin.patch(f"/v1/users/bob?site={OTHER_SITE}", {"role": "moderator"}), 404, "not-found")
    problem(admin.delete("/v1/users/bob"), 404, "not-found")
    problem(admin.post("/v1/users/bob/link"), 404, "not-found")
    assert admin.get("/v1/users").get_json() == {"users": []}
    assert desk.store.users.get("bob").roles == {OTHER_SITE: Role.ADMIN}


def test_who_belongs_to_another_site_too_gets_no_link_by_an_admin(admin, operator, desk, problem):
    people.create_user(desk, "bob", OTHER_SITE, Role.ADMIN, "test")
    joined = admin.post("/v1/users", {"name": "bob", "role": "moderator"})
    assert (joined.status_code, joined.get_json()["link"]) == (201, None)
    problem(admin.post("/v1/users/bob/link"), 403, "not-allowed")
    assert operator.post(f"/v1/users/bob/link?site={OTHER_SITE}").status_code == 201


def test_an_operator_works_on_every_site(operator, problem):
    assert operator.post("/v1/users", {"name": "bob", "role": "lead", "site": OTHER_SITE}).status_code == 201
    assert operator.get(f"/v1/users?site={OTHER_SITE}").get_json()["users"][0]["name"] == "bob"
    problem(operator.get("/v1/users?site=nowhere"), 404, "not-found")


def test_the_log_says_who_changed_whom_and_tells_no_token(admin, desk, ann):
    actor = f"key:{desk.store.keys.find(admin.key).id}"
    admin.patch("/v1/users/ann", {"role": "lead"})
    admin.post("/v1/users/ann/link")
    admin.delete("/v1/users/ann")
    events = admin.get("/v1/events", query_string={"by": actor}).get_json()["events"]
    told = [event["type"] for event in events]
    assert told == ["user_created", "user_role_changed", "user_link_made", "user_removed"]
    assert events[1]["detail"] == {"user": "ann", "role": "lead"}
    assert token_of(ann["link"]) not in str(events)
