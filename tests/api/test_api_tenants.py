"""Sites and keys over HTTP: an admin has one site, an operator all."""

import pytest

from service.values import Scope
from tests.api.conftest import OTHER_SITE, SITE, Caller


@pytest.fixture
def operator(caller):
    return caller(Scope.OPERATOR)


def test_an_admin_sees_its_own_site(admin):
    [site] = admin.get("/v1/sites").get_json()["sites"]

    assert (site["name"], site["title"]) == (SITE, "The Gazette")


def test_an_operator_sees_and_makes_sites(operator):
    made = operator.post("/v1/sites", {"name": "herald", "title": "The Herald"})

    assert (made.status_code, made.get_json()["name"]) == (201, "herald")
    names = [site["name"] for site in operator.get("/v1/sites").get_json()["sites"]]
    assert names == sorted([SITE, OTHER_SITE, "herald"])


def test_an_admin_makes_no_sites(admin, problem):
    problem(admin.post("/v1/sites", {"name": "herald"}), 403, "not-allowed")


@pytest.mark.parametrize("name", ["", "Gazette", "a b", "-a", "a" * 64, "a_b", "a}b", 7])
def test_a_site_with_a_bad_name_is_not_made(operator, problem, name):
    problem(operator.post("/v1/sites", {"name": name}), 422, "invalid-body")


def test_a_webhook_gets_a_secret_that_is_shown_once(admin):
    url = "https://news.example/hook"

    first = admin.put(f"/v1/sites/{SITE}/webhook", {"url": url}).get_json()
    again = admin.put(f"/v1/sites/{SITE}/webhook", {"url": url}).get_json()

    assert first["url"] == url
    assert first["secret"].startswith("whsec_")
    assert again == {"url": url, "secret": None}
    assert first["secret"] not in admin.get("/v1/sites").get_data(as_text=True)
    assert admin.put(f"/v1/sites/{SITE}/webhook", {"url": None}).get_json() == {"url": None, "secret": None}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news.example",
        "ftp://news.example/",
        "javascript:alert(1)",
        "https://",
        "https://u:p@news.example/",
        "https://news.example/a b",
        "https://news.example:99999/",
        "https://[::zz]/",
        "http://a\nb/",
        7,
    ],
)
def test_a_webhook_that_cannot_be_called_is_refused(admin, problem, url):
    problem(admin.put(f"/v1/sites/{SITE}/webhook", {"url": url}), 422, "invalid-body")


@pytest.mark.parametrize("url", ["http://localhost:8080", "https://10.0.0.7/hook?x=1", "https://[::1]:8443/a"])
def test_a_webhook_may_be_inside_the_house(admin, url):
    assert admin.put(f"/v1/sites/{SITE}/webhook", {"url": url}).get_json()["url"] == url


def test_another_sites_webhook_is_not_found_but_an_operator_sets_it(admin, operator, problem):
    body = {"url": "https://news.example/hook"}

    problem(admin.put(f"/v1/sites/{OTHER_SITE}/webhook", body), 404, "not-found")
    problem(operator.put("/v1/sites/nowhere/webhook", body), 404, "not-found")
    assert operator.put(f"/v1/sites/{OTHER_SITE}/webhook", body).status_code == 200


def test_a_new_key_works_and_is_kept_as_a_hash(admin, app, raw):
    made = admin.post("/v1/keys", {"scopes": ["submit"], "name": "Plug-in"})

    assert made.status_code == 201
    key = made.get_json()["key"]
    new = Caller(app.test_client(), key)
    assert new.post("/v1/comments", {"id": "c1", "text": "Hi."}).status_code == 201
    assert key not in str([raw.hgetall("parley:keys")])
    [listed] = [known for known in admin.get("/v1/keys").get_json()["keys"] if known["name"] == "Plug-in"]
    assert (listed["scopes"], listed["site"], "key" in listed) == (["submit"], SITE, False)


@pytest.mark.parametrize("body", [{"door": True}, {"door": True, "scopes": ["submit"], "name": "WordPress"}])
def test_a_door_key_is_short_and_may_submit_alone(admin, app, problem, body):
    made = admin.post("/v1/keys", body).get_json()

    assert (len(made["key"]), made["door"], made["scopes"]) == (12, True, ["submit"])
    holder = Caller(app.test_client(), made["key"])
    assert holder.post("/v1/comments", {"id": "c-1", "text": "By a short key."}).status_code == 201
    problem(holder.get("/v1/queues"), 403, "not-allowed")
    listed = {key["id"]: key["door"] for key in admin.get("/v1/keys").get_json()["keys"]}
    assert listed[made["id"]] is True
    assert sorted(listed.values()) == [False, True]


@pytest.mark.parametrize(
    "body", [{}, {"scopes": []}, {"door": False}, {"door": True, "scopes": ["admin"]}, {"door": "yes"}]
)
def test_a_key_without_scopes_or_a_door_key_with_others_is_not_made(admin, problem, body):
    problem(admin.post("/v1/keys", body), 422, "invalid-body")


def test_a_door_key_is_rotated_into_another(admin):
    made = admin.post("/v1/keys", {"door": True}).get_json()

    rotated = admin.post(f"/v1/keys/{made['id']}/rotate").get_json()

    assert (len(rotated["key"]), rotated["door"]) == (12, True)


def test_corals_secret_of_another_site_is_not_found(admin, operator, problem):
    problem(admin.put(f"/v1/sites/{OTHER_SITE}/coral", {"secret": "s"}), 404, "not-found")
    assert operator.put(f"/v1/sites/{OTHER_SITE}/coral", {"secret": "s"}).get_json() == {"signed": True}


def test_a_revoked_key_is_refused(admin, app, problem):
    made = admin.post("/v1/keys", {"scopes": ["submit"]}).get_json()
    revoked = Caller(app.test_client(), made["key"])
    assert revoked.get("/v1/comments/c1").status_code == 404

    assert admin.delete(f"/v1/keys/{made['id']}").status_code == 204

    problem(revoked.get("/v1/comments/c1"), 401, "not-authenticated")


def test_a_rotated_key_gives_way_to_its_successor(admin, app, problem):
    old = admin.post("/v1/keys", {"scopes": ["submit", "review"], "name": "Plug-in"}).get_json()

    new = admin.post(f"/v1/keys/{old['id']}/rotate").get_json()

    assert (new["scopes"], new["name"]) == (old["scopes"], "Plug-in")
    assert Caller(app.test_client(), new["key"]).get("/v1/queues").status_code == 200
    problem(Caller(app.test_client(), old["key"]).get("/v1/queues"), 401, "not-authenticated")


def test_an_admin_cannot_reach_keys_of_another_site(admin, caller, operator, desk, problem):
    other = desk.store.keys.find(caller(Scope.SUBMIT, site=OTHER_SITE).key)

    problem(admin.delete(f"/v1/keys/{other.id}"), 404, "not-found")
    problem(admin.post(f"/v1/keys/{other.id}/rotate"), 404, "not-found")
    problem(admin.post("/v1/keys", {"scopes": ["submit"], "site": OTHER_SITE}), 404, "not-found")
    problem(admin.get(f"/v1/keys?site={OTHER_SITE}"), 404, "not-found")
    assert other.id in operator.get(f"/v1/keys?site={OTHER_SITE}").get_data(as_text=True)
    assert operator.post("/v1/keys", {"scopes": ["submit"], "site": OTHER_SITE}).status_code == 201
    problem(operator.post("/v1/keys", {"scopes": ["submit"], "site": "nowhere"}), 404, "not-found")
    assert operator.delete(f"/v1/keys/{other.id}").status_code == 204


def test_nobody_becomes_an_operator_over_http(admin, operator, desk, problem):
    operators_key = desk.store.keys.find(operator.key)

    problem(admin.post("/v1/keys", {"scopes": ["operator"]}), 403, "not-allowed")
    problem(operator.post("/v1/keys", {"scopes": ["admin", "operator"]}), 403, "not-allowed")
    problem(admin.post(f"/v1/keys/{operators_key.id}/rotate"), 403, "not-allowed")
    problem(admin.delete(f"/v1/keys/{operators_key.id}"), 403, "not-allowed")
    assert operator.post(f"/v1/keys/{operators_key.id}/rotate").status_code == 201


def test_an_unknown_key_is_not_found(admin, operator, problem):
    for caller in (admin, operator):
        problem(caller.delete("/v1/keys/k_nothing"), 404, "not-found")
        problem(caller.post("/v1/keys/k_nothing/rotate"), 404, "not-found")


def test_the_log_says_who_changed_what(admin, desk):
    actor = f"key:{desk.store.keys.find(admin.key).id}"
    made = admin.post("/v1/keys", {"scopes": ["submit"]}).get_json()
    admin.post(f"/v1/keys/{made['id']}/rotate")
    admin.put(f"/v1/sites/{SITE}/webhook", {"url": "https://news.example/hook"})
    admin.put("/v1/policy", {"thresholds": {}})

    events = admin.get("/v1/events", query_string={"by": actor}).get_json()["events"]

    assert [event["type"] for event in events] == ["key_created", "key_rotated", "webhook_changed", "policy_changed"]
    assert made["key"] not in str(events)


def test_an_admin_says_where_the_widget_may_stand(admin, problem):
    set_ = admin.put("/v1/sites/gazette/origins", {"origins": ["https://blog.example", "http://localhost:8001"]})
    assert set_.status_code == 200
    assert set_.get_json()["origins"] == ["https://blog.example", "http://localhost:8001"]
    assert admin.put("/v1/sites/gazette/origins", {"origins": []}).get_json()["origins"] == []
    for wrong in ("blog.example", "https://blog.example/", "https://*", "javascript:x"):
        problem(admin.put("/v1/sites/gazette/origins", {"origins": [wrong]}), 422, "invalid-body")
    problem(admin.put("/v1/sites/courier/origins", {"origins": []}), 404, "not-found")
