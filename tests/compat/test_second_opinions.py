"""At every door a text near a limit is asked about a second time, as a comment would be."""

from dataclasses import replace

import pytest

from service.app import build
from service.errors import StoreUnavailable
from service.moderation.second.adviser import ModelAdviser
from tests.api.conftest import SITE
from tests.compat.conftest import COMMENT
from tests.fakes import FakeSecond

TEXT = "You could have read it first."
ANALYZE = {"comment": {"text": TEXT}, "requestedAttributes": {"TOXICITY": {}, "SPAM": {}}}


@pytest.fixture
def second() -> FakeSecond:
    return FakeSecond(toxicity=0.01, insult=0.01)


@pytest.fixture
def client(desk, scorer, second):
    scorer.says(toxicity=0.3, spam=0.1)
    return build(replace(desk, adviser=ModelAdviser(lambda: second))).test_client()


@pytest.fixture
def analyzed(client, door_key):
    def ask() -> float:
        found = client.post(f"/v1alpha1/comments:analyze?key={door_key}", json=ANALYZE).get_json()
        return float(found["attributeScores"]["TOXICITY"]["summaryScore"]["value"])

    return ask


def test_perspective_clients_get_the_scores_of_both(analyzed, second):
    assert analyzed() == 0.01
    assert second.asked == [TEXT]


def test_openai_clients_get_the_judgement_of_both_and_no_flag_by_the_second_alone(client, door_key, scorer, second):
    def is_flagged() -> bool:
        headers = {"Authorization": f"Bearer {door_key}"}
        [result] = client.post("/v1/moderations", json={"input": TEXT}, headers=headers).get_json()["results"]
        return bool(result["flagged"])

    assert not is_flagged()
    second.says(toxicity=0.99)
    assert is_flagged()
    scorer.says(toxicity=0.1)
    assert not is_flagged()


def test_akismet_clients_get_the_verdict_of_both(client, door_key, desk, second):
    sent = {**COMMENT, "comment_content": TEXT, "api_key": door_key}
    assert client.post("/1.1/comment-check", data=sent).get_data(as_text=True) == "false"
    [kept] = desk.store.browse.past(SITE, 10)
    assert kept.assessment.second_opinion == "second-fake"
    second.says(toxicity=0.99)
    test = {**sent, "is_test": "1", "comment_content": "You should have read it."}
    client.post("/1.1/comment-check", data=test)
    assert second.asked == [TEXT, "You should have read it."]


def test_while_the_store_is_away_the_first_model_answers_alone(analyzed, client, second, monkeypatch):
    analyzed()
    second.lots.clear()

    def away(*_):
        raise StoreUnavailable

    monkeypatch.setattr("service.moderation.policy.current", away)
    assert analyzed() == pytest.approx(0.3)
    assert second.asked == []
