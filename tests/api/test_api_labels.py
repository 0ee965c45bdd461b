"""Labels over the API: an admin reads and drops them, and hears which models learned from what goes."""

import hashlib
from datetime import UTC, datetime

import pytest

from service.learning import SiteModel
from service.store.imports import Judged
from service.tenancy import Scope
from service.values import Author, Choice
from tests.api.conftest import SITE


@pytest.fixture
def decided(moderator, waiting):
    def decide(*ids: str, decision: str = "reject") -> None:
        waiting(*ids)
        token = moderator.post("/v1/claims", {"limit": 10}).get_json()["token"]
        entries = [{"id": one, "decision": decision} for one in ids]
        answered = moderator.post("/v1/decisions", {"claim": token, "decisions": entries})
        assert {one["outcome"] for one in answered.get_json()["decisions"]} == {"done"}

    return decide


@pytest.fixture
def learned(desk):
    """Save a model that learned from these labels."""

    def learn(version: str, *label_ids: str) -> None:
        packed = version.encode()
        sha256, now = hashlib.sha256(packed).hexdigest(), datetime.now(UTC)
        model = SiteModel(version, "base-1", now, "test", len(label_ids), len(packed), sha256)
        desk.store.models.save(SITE, model, packed, label_ids)

    return learn


def listed(caller, query=""):
    answered = caller.get(f"/v1/labels{query}")
    assert answered.status_code == 200, answered.data
    return answered.get_json()


def test_labels_are_listed_with_their_texts_and_what_the_policy_had_said(admin, decided):
    decided("c-1")
    [label] = listed(admin)["labels"]
    assert (label["id"], label["value"], label["text"], label["verdict"]) == ("c-1", "reject", "You again.", "review")
    assert label["scores"]["insult"] == 0.7
    assert label["source"].startswith("reviewer:key:")
    assert label["blind"] is False


def test_pages_follow_one_another(admin, decided):
    decided(*(f"c-{number}" for number in range(5)))
    seen, cursor = [], ""
    while cursor is not None:
        page = listed(admin, f"?limit=2{cursor and '&cursor=' + cursor}")
        seen += [label["id"] for label in page["labels"]]
        cursor = page["next"]
    assert seen == [f"c-{number}" for number in range(5)]


def test_labels_are_asked_for_by_source_and_value(admin, desk, decided):
    decided("c-1")
    decided("c-2", decision="approve")
    desk.store.imports.add(SITE, "blog", [Judged("rows", "Cheap.", Choice.REJECT, "9", "spam")], "test")
    assert [label["id"] for label in listed(admin, "?source=reviewer&value=reject")["labels"]] == ["c-1"]
    [imported] = listed(admin, "?source=import:blog")["labels"]
    assert (imported["platform_id"], imported["reason"], imported["verdict"]) == ("9", "spam", None)
    assert listed(admin, "?source=platform") == {"labels": [], "next": None}


@pytest.mark.parametrize("query", ["?cursor=x", "?limit=0", "?limit=5000", "?value=A B", "?source=", "?text=1"])
def test_a_wrong_question_is_refused(admin, problem, query):
    problem(admin.get(f"/v1/labels{query}"), 422, "invalid-body")


@pytest.mark.parametrize("scope", [Scope.SUBMIT, Scope.REVIEW])
def test_texts_are_for_admins_alone(caller, problem, scope):
    problem(caller(scope).get("/v1/labels"), 403, "not-allowed")
    problem(caller(scope).delete("/v1/labels/c-1"), 403, "not-allowed")


def test_another_sites_labels_are_not_there(caller, decided, problem):
    decided("c-1")
    foreign = caller(Scope.ADMIN, site="courier")
    assert listed(foreign)["labels"] == []
    problem(foreign.delete("/v1/labels/c-1"), 404, "not-found")


def test_a_label_is_dropped_once_and_its_comment_stays(admin, platform, decided, problem):
    decided("c-1")
    assert admin.delete("/v1/labels/c-1").get_json() == {"models": []}
    assert listed(admin)["labels"] == []
    assert platform.get("/v1/comments/c-1").status_code == 200
    problem(admin.delete("/v1/labels/c-1"), 404, "not-found")


def test_dropping_names_the_models_that_learned_from_it(admin, desk, decided, learned):
    decided("c-1", "c-2")
    learned("base-1.1", "c-1", "c-2")
    learned("base-1.2", "c-2")
    assert admin.delete("/v1/labels/c-1").get_json() == {"models": ["base-1.1"]}
    assert {model.version: model.forgotten for model in desk.store.models.list(SITE)} == {"base-1.1": 1, "base-1.2": 0}


def test_an_imported_label_has_an_id_that_fits_into_a_path(admin, desk):
    desk.store.imports.add(SITE, "blog", [Judged("rows", "Cheap.", Choice.REJECT, "9", "spam")], "test")
    [label] = listed(admin)["labels"]
    assert admin.delete(f"/v1/labels/{label['id']}").status_code == 200


def test_erasing_a_comment_names_the_models_that_learned_from_it(admin, desk, platform, decided, learned):
    decided("c-1")
    learned("base-1.1", "c-1")
    assert platform.delete("/v1/comments/c-1").get_json() == {"erased": 1, "labels": 1, "models": ["base-1.1"]}
    assert [model.forgotten for model in desk.store.models.list(SITE)] == [1]
    erased = admin.get("/v1/events?type=erased").get_json()["events"]
    assert [event["detail"] for event in erased] == [{"models": ["base-1.1"]}]


def test_erasing_an_author_reaches_what_was_imported_and_names_the_models(admin, desk, platform, learned):
    carol, bob = Author(id="17", email="carol@example.org"), Author(id="18")
    entries = [Judged("wordpress", f"Words {n}.", Choice.REJECT, str(n), author=carol) for n in range(3)]
    desk.store.imports.add(SITE, "blog", [*entries, Judged("rows", "Others.", Choice.APPROVE, author=bob)], "test")
    platform.post("/v1/comments", {"id": "c-9", "text": "Mine too.", "author": {"id": "17"}})
    learned("base-1.1", *(label.comment_id for label in desk.store.labels.all(SITE)))
    assert admin.delete("/v1/authors/17").get_json() == {"erased": 1, "labels": 3, "models": ["base-1.1"]}
    assert [label.text for label in desk.store.labels.all(SITE)] == ["Others."]
    assert [model.forgotten for model in desk.store.models.list(SITE)] == [3]
    assert admin.delete("/v1/authors/17").get_json() == {"erased": 0, "labels": 0, "models": []}


def test_erasing_a_comment_reaches_what_was_imported_of_it(admin, desk, platform, problem):
    desk.store.imports.add(SITE, "blog", [Judged("wordpress", "Words.", Choice.REJECT, "9")], "test")
    assert platform.delete("/v1/comments/9").get_json() == {"erased": 0, "labels": 1, "models": []}
    problem(platform.delete("/v1/comments/9"), 404, "not-found")


def test_a_model_is_named_also_when_the_label_expired_before(desk, platform, raw, decided, learned):
    decided("c-1")
    learned("base-1.1", "c-1")
    raw.delete(f"p:{{{SITE}}}:c:c-1", f"p:{{{SITE}}}:y:c-1")
    assert platform.delete("/v1/comments/c-1").get_json() == {"erased": 0, "labels": 0, "models": ["base-1.1"]}


def test_no_text_reaches_the_log(admin, desk, decided, capsys):
    desk.store.imports.add(SITE, "blog", [Judged("rows", "A telling sentence.", Choice.REJECT, "9")], "test")
    listed(admin)
    assert "telling" not in "".join(capsys.readouterr())
    assert "telling" not in str(admin.get("/v1/events").get_json())
