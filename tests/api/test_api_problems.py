"""Every error has one shape, everywhere, and tells nothing it should not."""

import pytest
from structlog.testing import capture_logs


@pytest.mark.parametrize("path", ["/nope", "/v1", "/v1/", "/v1/model", "/v1/policy/previews", "/docs/nope"])
def test_what_is_not_there_is_a_problem_document(app, problem, path):
    problem(app.test_client().get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/comments", {"POST"}),
        ("PATCH", "/v1/comments/c-1", {"GET", "HEAD", "PUT", "DELETE"}),
        ("POST", "/healthz", {"GET", "HEAD"}),
        ("BREW", "/v1/queues", {"GET", "HEAD"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(app, problem, method, path, allowed):
    response = app.test_client().open(path, method=method)

    problem(response, 405, "method-not-allowed")
    assert allowed <= set(response.headers["Allow"].split(", "))


def test_options_tells_the_methods(app):
    response = app.test_client().options("/v1/comments/c-1")

    assert response.status_code == 200
    assert {"GET", "PUT", "DELETE"} <= set(response.headers["Allow"].split(", "))


def test_head_answers_like_get_without_a_body(moderator):
    response = moderator.call("HEAD", "/v1/queues")

    assert (response.status_code, response.data) == (200, b"")
    assert response.content_type == "application/json"


def test_a_defect_is_a_500_that_leaks_nothing(app, moderator, problem, monkeypatch):
    def defect(*_):
        raise RuntimeError("the comment said: meet me at the harbour")

    monkeypatch.setattr("service.moderation.review.queues", defect)

    with capture_logs() as logs:
        response = moderator.get("/v1/queues", headers={"X-Request-ID": "req-7"})

    found = problem(response, 500, "internal-error")
    assert "harbour" not in response.get_data(as_text=True)
    assert "RuntimeError" not in str(found)
    [line] = [line for line in logs if line["event"] == "request.failed"]
    assert (line["request_id"], line["error"]) == ("req-7", "RuntimeError")


def test_a_kind_of_problem_is_explained_where_its_type_points(app, problem):
    client = app.test_client()
    found = problem(client.get("/v1/queues"), 401, "not-authenticated")

    meaning = client.get(found["type"]).get_json()

    assert (meaning["code"], meaning["status"]) == ("not-authenticated", 401)
    problem(client.get("/problems/nothing"), 404, "not-found")


@pytest.mark.parametrize("given", ["req-1", "a.b_c-D", "x" * 64])
def test_a_request_id_comes_back(app, given):
    response = app.test_client().get("/healthz", headers={"X-Request-ID": given})

    assert response.headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>"])
def test_a_bad_request_id_is_replaced(app, given):
    response = app.test_client().get("/nope", headers={"X-Request-ID": given})

    assert response.headers["X-Request-ID"] not in {"", given}


@pytest.mark.parametrize("path", ["/healthz", "/nope", "/v1/queues", "/openapi.json"])
def test_every_answer_carries_security_headers(app, path):
    headers = app.test_client().get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Referrer-Policy"] == "no-referrer"
