"""The OpenAPI document tells the truth, and its pages need no other host."""

import re

import pytest
from schemathesis.openapi import from_dict

from service.api.paths import rule_of
from service.api.problems import kinds


@pytest.fixture
def document(app):
    return app.test_client().get("/openapi.json").get_json()


def in_document(document):
    return {(method.upper(), rule_of(path)) for path, item in document["paths"].items() for method in item}


def in_service(app, area=""):
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith(area)]
    return {(method, rule.rule) for rule in rules for method in rule.methods - {"HEAD", "OPTIONS"}}


def test_every_route_is_documented_and_every_documented_route_exists(app, document):
    routes = in_service(app, "v1.")

    assert routes == {found for found in in_document(document) if found[1].startswith("/v1")}
    assert in_document(document) <= in_service(app)
    assert routes


def test_the_document_fits_the_standard(document):
    assert document["openapi"] == "3.1.0"

    from_dict(document).validate()


def test_every_reference_leads_somewhere(document):
    found = set(re.findall(r"#/components/schemas/(\w+)", str(document)))

    assert found <= set(document["components"]["schemas"])


def test_every_operation_is_described_and_tells_its_problems(document):
    for path, item in document["paths"].items():
        for operation in item.values():
            assert operation["summary"], path
            if path.startswith("/v1"):
                assert "Needs scope" in operation["description"]
                assert {"401", "403", "429", "500", "503"} <= set(operation["responses"])
            if "requestBody" in operation:
                assert {"400", "413", "415", "422"} <= set(operation["responses"])


def test_every_field_of_a_body_is_described(document):
    for name, schema in document["components"]["schemas"].items():
        if name.endswith("Body"):
            for field, shape in schema["properties"].items():
                assert shape.get("description"), f"{name}.{field}"


def test_the_longest_text_is_the_configured_one(document, desk):
    text = document["components"]["schemas"]["CommentBody"]["properties"]["text"]

    assert text["maxLength"] == desk.settings.max_text_chars
    assert "x-limit" not in str(document)


def test_every_problem_named_in_the_document_is_explained(app, document):
    codes = set(re.findall(r"\(`([a-z-]+)`\)", str(document)))

    assert codes
    assert codes <= {kind.code for kind in kinds()}


def test_the_page_loads_nothing_from_elsewhere(app):
    client = app.test_client()
    page = client.get("/docs")

    assert page.content_type.startswith("text/html")
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"].split("style-src")[0]
    text = page.get_data(as_text=True)
    assert "//" not in text.replace("<!doctype", "")
    assert "<script>" not in text
    for address in re.findall(r'(?:src|href)="([^"]+)"', text):
        with client.get(address) as response:
            assert response.status_code == 200, address


@pytest.mark.parametrize("name", ["index.html", "..%2Findex.html", "swagger-ui.js", "LICENSE"])
def test_only_the_files_needed_are_served(app, problem, name):
    problem(app.test_client().get(f"/docs/{name}"), 404, "not-found")
