import pytest

from models.classifier import Classifier
from service.learning import JobState
from service.moderation.learning import training
from service.settings import BASE_MODEL
from service.tenancy import Scope
from tests.api.conftest import OTHER_SITE, SITE
from tests.lessons import decided


@pytest.fixture
def trained(desk, admin):
    """Ask for a retraining and do it here; returns the version."""

    def train() -> str:
        assert admin.post("/v1/models").status_code == 202
        training.run(desk, *desk.store.jobs.take_of(SITE, "worker-1"), Classifier.load(BASE_MODEL))
        return desk.store.jobs.current(SITE).version

    return train


def test_a_site_without_a_model_is_served_by_the_base(admin):
    found = admin.get("/v1/models").get_json()
    assert (found["base"], found["models"], found["job"], found["shadow"]) == ("fake-1", [], None, None)
    assert found["standing"] == {"champion": None, "challenger": None, "previous": []}
    assert found["loaded"] == {"serving": 0, "processes": 0}


def test_a_retraining_is_asked_for_once_and_can_be_cancelled(admin, desk, problem):
    asked = admin.post("/v1/models")
    assert (asked.status_code, asked.get_json()["state"]) == (202, "queued")
    problem(admin.post("/v1/models"), 409, "conflict")
    assert admin.get("/v1/models").get_json()["job"]["id"] == asked.get_json()["id"]
    assert admin.delete("/v1/models/job").status_code == 204
    assert desk.store.jobs.current(SITE).state is JobState.CANCELLED
    problem(admin.delete("/v1/models/job"), 404, "not-found")


def test_one_with_too_little_to_learn_from_says_so(admin, trained):
    assert trained() is None
    job = admin.get("/v1/models").get_json()["job"]
    assert (job["state"], job["problem"]) == (
        "failed",
        "There are 0 labels to learn from; 40 are needed, so 40 more.",
    )


def test_a_challenger_is_shown_with_its_report_promoted_with_a_reason_and_rolled_back(
    admin, desk, scorer, trained, problem
):
    decided(desk.store, SITE, 80)
    version = trained()
    scorer.version = version.rpartition(".")[0]
    listed = admin.get("/v1/models").get_json()
    assert (listed["standing"]["challenger"], listed["job"]["version"]) == (version, version)
    [shown] = listed["models"]
    assert (shown["version"], shown["passed"], shown["promoted_at"]) == (version, False, None)
    found = admin.get(f"/v1/models/{version}").get_json()
    assert found["model"] == shown
    assert found["report"]["rows"] > 0
    assert {check["name"] for check in found["report"]["gate"]} >= {"rows", "attributes", "speed", "size"}

    problem(admin.post(f"/v1/models/{version}/promote", {}), 409, "gate-failed")
    problem(admin.post(f"/v1/models/{version}/promote", {"reason": "short"}), 409, "gate-failed")
    promoted = admin.post(f"/v1/models/{version}/promote", {"reason": "Measured by hand."})
    assert promoted.get_json() == {"champion": version, "challenger": None, "previous": [None]}
    assert admin.get("/v1/models").get_json()["models"][0]["override"] == "Measured by hand."
    assert admin.post("/v1/models/rollback").get_json()["champion"] is None
    problem(admin.post("/v1/models/rollback"), 409, "conflict")


def test_a_model_that_is_not_there_is_not_found(admin, problem):
    problem(admin.get("/v1/models/base-2.1"), 404, "not-found")
    problem(admin.post("/v1/models/base-2.1/promote", {}), 409, "conflict")


def test_the_models_of_a_site_are_its_own_admins_business(caller, desk, trained):
    decided(desk.store, SITE, 60)
    version = trained()
    stranger = caller(Scope.ADMIN, site=OTHER_SITE)
    assert stranger.get("/v1/models").get_json()["models"] == []
    assert stranger.get(f"/v1/models/{version}").status_code == 404
    for scope in (Scope.SUBMIT, Scope.REVIEW):
        assert caller(scope).get("/v1/models").status_code == 403
        assert caller(scope).post("/v1/models").status_code == 403
