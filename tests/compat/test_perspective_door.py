"""Perspective's Comment Analyzer: scores, spans, thresholds, suggestions, and every documented error."""

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.app import build
from service.compat.discovery import SHAPES
from service.compat.google_json import BadJSON, checked
from service.compat.languages import detected
from service.compat.sentences import MAX_SENTENCES, sentences_of, utf16_length
from service.moderation.perspective import MEANINGS
from service.store.names import Names
from tests.api.conftest import SITE
from tests.compat.conftest import error_of

TOXICITY = {"TOXICITY": {}}
SIX = ("TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT")
OTHERS_SCORED = (
    "SEXUALLY_EXPLICIT",
    "SPAM",
    "TOXICITY_FAST",
    "OBSCENE",
    "FLIRTATION",
    "INFLAMMATORY",
    "LIKELY_TO_REJECT",
)
ATTACKS = ("ATTACK_ON_AUTHOR", "ATTACK_ON_COMMENTER", "ATTACK_ON_PUBLISHER")
SCORED = {*SIX, *(f"{name}_EXPERIMENTAL" for name in SIX), *OTHERS_SCORED, *ATTACKS}
BRIDGING = ("AFFINITY", "COMPASSION", "CURIOSITY", "NUANCE", "PERSONAL_STORY", "REASONING", "RESPECT", "CONSTRUCTIVE")
PERSUASION = ("ALIENATION", "FEARMONGERING", "GENERALIZATION", "MORAL_OUTRAGE", "SCAPEGOATING", "POWER_APPEAL")
NOT_SCORED = {
    *("INCOHERENT", "UNSUBSTANTIAL", "OFF_TOPIC"),
    *(f"{name}_EXPERIMENTAL" for name in (*BRIDGING, *PERSUASION)),
}


@pytest.fixture
def ask(client, door_key):
    def post(verb, content, query=""):
        sent = {"data": content} if isinstance(content, bytes) else {"json": content}
        return client.post(f"/v1alpha1/comments:{verb}?key={door_key}{query}", **sent)

    return post


@pytest.fixture
def analyze(ask):
    def post(text="You fool.", attributes=TOXICITY, **more):
        return ask("analyze", {"comment": {"text": text}, "requestedAttributes": attributes, **more})

    return post


def test_a_text_is_scored_with_one_span_over_all_of_it(analyze, scorer):
    scorer.says(toxicity=0.75)

    assert analyze("You 🙃 fool.").get_json() == {
        "attributeScores": {
            "TOXICITY": {
                "spanScores": [{"begin": 0, "end": 12, "score": {"value": 0.75, "type": "PROBABILITY"}}],
                "summaryScore": {"value": 0.75, "type": "PROBABILITY"},
            }
        },
        "languages": ["en"],
        "detectedLanguages": ["en"],
    }


@pytest.mark.parametrize("name", sorted(SCORED))
def test_an_attribute_is_scored_by_ours_of_the_same_meaning(analyze, scorer, name):
    ours = MEANINGS[name]
    scorer.says(**{attribute: 0.25 * place for place, attribute in enumerate(ours, 1)})
    found = analyze(attributes={name: {"scoreType": "PROBABILITY"}}).get_json()

    assert found["attributeScores"][name]["summaryScore"]["value"] == 0.25 * len(ours)


def test_every_attribute_that_perspective_knew_is_scored_or_refused_on_purpose():
    assert set(MEANINGS) == SCORED
    assert not SCORED & NOT_SCORED


@pytest.mark.parametrize("name", sorted(NOT_SCORED | {"NO_SUCH_THING", "toxicity"}))
def test_an_attribute_without_a_meaning_here_is_refused_or_dropped(analyze, name):
    attributes = {"TOXICITY": {}, name: {}}
    fault = error_of(analyze(attributes=attributes), 400)

    assert fault["message"] == f"Unknown requested attribute: {name}"
    assert fault["details"][0]["errorType"] == "INVALID_REQUEST"
    dropped = analyze(attributes=attributes, dropUnsupportedAttributes=True).get_json()
    assert set(dropped["attributeScores"]) == {"TOXICITY"}


def test_sentences_have_their_own_spans_on_request(analyze):
    text = "🙃 You fool! Go away... please?\nThe end"
    spans = analyze(text, spanAnnotations=True).get_json()["attributeScores"]["TOXICITY"]["spanScores"]
    units = text.encode("utf-16-le")

    shown = [units[2 * span["begin"] : 2 * span["end"]].decode("utf-16-le") for span in spans]
    assert shown == ["🙃 You fool!", "Go away...", "please?", "The end"]


def test_an_attribute_below_its_threshold_is_left_out_and_no_empty_map_is_sent(analyze, scorer):
    scorer.says(toxicity=0.5, insult=0.4)
    attributes = {"TOXICITY": {"scoreThreshold": 0.5}, "INSULT": {"scoreThreshold": 0.5}}

    assert set(analyze(attributes=attributes).get_json()["attributeScores"]) == {"TOXICITY"}
    scorer.says(toxicity=0.1)
    assert "attributeScores" not in analyze(attributes=attributes).get_json()


def test_the_languages_of_the_request_come_back_beside_the_detected_ones(analyze):
    found = analyze("Մի լավ օր", languages=["en-GB"]).get_json()

    assert (found["languages"], found["detectedLanguages"]) == (["en-GB"], ["hy"])
    assert analyze("Мир вам").get_json()["languages"] == ["ru"]


def test_a_language_that_the_model_does_not_know_is_refused_in_the_words_clients_look_for(analyze):
    fault = error_of(analyze(languages=["it"]), 400)

    assert fault == {
        "code": 400,
        "message": "Attribute TOXICITY does not support request languages: it",
        "status": "INVALID_ARGUMENT",
        "details": [
            {
                "@type": "type.googleapis.com/google.commentanalyzer.v1alpha1.Error",
                "errorType": "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
                "languageNotSupportedByAttributeError": {
                    "detectedLanguages": ["en"],
                    "requestedLanguages": ["it"],
                    "attribute": "TOXICITY",
                },
            }
        ],
    }
    dropped = analyze(languages=["it"], dropUnsupportedAttributes=True)
    assert (dropped.status_code, "attributeScores" in dropped.get_json()) == (200, False)


def test_the_clients_token_comes_back(analyze):
    assert analyze(clientToken="t-1").get_json()["clientToken"] == "t-1"
    assert "clientToken" not in analyze().get_json()


@pytest.mark.parametrize("do_not_store", [True, False])
def test_analyze_keeps_nothing(analyze, raw, do_not_store):
    analyze()
    before = {key: raw.dump(key) for key in raw.keys("*")}

    analyze("Keep this to yourself.", doNotStore=do_not_store, sessionId="s", communityId="c")

    assert {key: raw.dump(key) for key in raw.keys("*")} == before


def test_everything_google_lets_through_is_let_through(ask):
    content = {
        "comment": {"text": "You fool.", "type": "PLAIN_TEXT"},
        "requested_attributes": {"TOXICITY": {"score_type": 1, "score_threshold": "0"}, "INSULT": None},
        "context": {"articleAndParentComment": {"article": {"text": "A"}, "parentComment": {"text": "B"}}},
        "languages": "en",
        "spanAnnotations": None,
    }
    query = "&alt=json&prettyPrint=false&fields=attributeScores&quotaUser=me&%24.xgafv=1"

    assert set(ask("analyze", content, query).get_json()["attributeScores"]) == {"TOXICITY"}


@pytest.mark.parametrize(
    ("content", "kind", "message"),
    [
        (b"", "COMMENT_EMPTY", "Comment must be non-empty."),
        ({}, "COMMENT_EMPTY", "Comment must be non-empty."),
        ({"comment": {"text": " "}, "requestedAttributes": TOXICITY}, "COMMENT_EMPTY", "Comment must be non-empty."),
        (
            {"comment": {"text": "é" * 10_241}, "requestedAttributes": TOXICITY},
            "COMMENT_TOO_LONG",
            "Comment text too long.",
        ),
        ({"comment": {"text": "a"}}, "NO_REQUESTED_ATTRIBUTES", "Missing requested_attributes"),
        (
            {"comment": {"text": "a"}, "requestedAttributes": {}},
            "NO_REQUESTED_ATTRIBUTES",
            "Missing requested_attributes",
        ),
        (
            {"comment": {"text": "a", "type": "HTML"}, "requestedAttributes": TOXICITY},
            "INVALID_REQUEST",
            "Currently, only 'PLAIN_TEXT' comments are supported",
        ),
        (
            {"comment": {"text": "a"}, "requestedAttributes": {"TOXICITY": {"scoreType": "PERCENTILE"}}},
            "INVALID_REQUEST",
            "Requested score type PERCENTILE is not supported by attribute TOXICITY",
        ),
        (
            {
                "comment": {"text": "a"},
                "requestedAttributes": TOXICITY,
                "context": {"entries": [], "articleAndParentComment": {}},
            },
            "INVALID_REQUEST",
            "Context may have entries or article_and_parent_comment, not both",
        ),
    ],
)
def test_a_wrong_question_is_told_by_its_error_type(ask, content, kind, message):
    fault = error_of(ask("analyze", content), 400)

    assert (fault["code"], fault["status"], fault["message"]) == (400, "INVALID_ARGUMENT", message)
    assert fault["details"] == [
        {"@type": "type.googleapis.com/google.commentanalyzer.v1alpha1.Error", "errorType": kind}
    ]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"{", None),
        (b"[]", None),
        ({"comment": "You fool."}, "comment"),
        ({"comment": {"text": 5}}, "comment.text"),
        ({"comment": {"text": "a", "type": "RTF"}}, "comment.type"),
        ({"comment": {"text": "a", "colour": "red"}}, "comment"),
        ({"comment": {"text": "a"}, "requestedAttributes": {"TOXICITY": 1}}, 'requestedAttributes["TOXICITY"]'),
        ({"comment": {"text": "a"}, "doNotStore": "yes"}, "doNotStore"),
    ],
)
def test_json_that_does_not_fit_is_told_by_its_field_without_its_words(ask, content, field):
    fault = error_of(ask("analyze", content), 400)
    [violation] = fault["details"][0]["fieldViolations"]

    assert fault["message"].startswith("Invalid JSON payload received.")
    assert violation.get("field") == field
    assert "fool" not in str(fault)


def test_a_missing_and_a_wrong_key_are_told_apart(client):
    missing = error_of(client.post("/v1alpha1/comments:analyze", json={}), 403)
    wrong = error_of(client.post("/v1alpha1/comments:analyze?key=nope", json={}), 400)

    assert missing["status"] == "PERMISSION_DENIED"
    assert wrong["message"] == "API key not valid. Please pass a valid API key."
    assert wrong["details"][0]["reason"] == "API_KEY_INVALID"
    assert wrong["details"][0]["metadata"] == {"service": "commentanalyzer.googleapis.com"}


@pytest.mark.parametrize("place", ["X-Goog-Api-Key", "Authorization"])
def test_the_key_may_come_in_a_header(client, door_key, place):
    value = f"Bearer {door_key}" if place == "Authorization" else door_key
    content = {"comment": {"text": "a"}, "requestedAttributes": TOXICITY}

    assert client.post("/v1alpha1/comments:analyze", json=content, headers={place: value}).status_code == 200


@pytest.mark.parametrize("path", ["/v1alpha1/comments%3Aanalyze", "/v1alpha1/comments:analyze"])
def test_the_colon_may_be_quoted(client, door_key, path):
    content = {"comment": {"text": "a"}, "requestedAttributes": TOXICITY}

    assert client.post(f"{path}?key={door_key}", json=content).status_code == 200


def test_a_scorer_that_fails_is_503(analyze, scorer):
    scorer.fails(RuntimeError())

    assert error_of(analyze(), 503)["status"] == "UNAVAILABLE"


# Suggestions


def suggestion(**scores):
    return {name: {"summaryScore": {"value": value}} for name, value in scores.items()}


def label(desk):
    [found] = desk.store.labels.read(SITE, 10)
    return found


@pytest.mark.parametrize(
    ("scores", "opinion"),
    [
        ({"TOXICITY": 1.0}, "abusive"),
        ({"INSULT": 0.9, "TOXICITY": 0.1}, "abusive"),
        ({"SPAM": 0.9, "TOXICITY": 0.9}, "spam"),
        ({"SPAM": 0}, "not_spam"),
        ({"TOXICITY": 0.0}, "fine"),
        ({"TOXICITY": 0.1, "SPAM": 0.1}, "fine"),
        ({"APPROVED": 1}, "approve"),  # Coral's moderators
        ({"DELETED": 1}, "reject"),
    ],
)
def test_a_suggestion_is_a_label_like_any_other(ask, desk, scores, opinion):
    content = {"comment": {"text": "Some text."}, "attributeScores": suggestion(**scores), "clientToken": "t"}
    found = ask("suggestscore", content).get_json()

    assert found == {"clientToken": "t", "detectedLanguages": ["en"]}
    kept = label(desk)
    assert (kept.source, kept.value, kept.text) == ("suggested", opinion, "Some text.")
    assert kept.comment_id.startswith("~")


@pytest.mark.parametrize("scores", [{"INSULT": 0.1}, {"INCOHERENT": 1}, {"ANYTHING": 1}, {"DELETED": 0}])
def test_scores_that_leave_open_what_a_text_is_keep_nothing(ask, desk, scores):
    content = {"comment": {"text": "Some text."}, "attributeScores": suggestion(**scores)}

    assert ask("suggestscore", content).status_code == 200
    assert desk.store.labels.count(SITE) == 0


def test_the_last_suggestion_of_one_sender_stands_and_another_sender_is_heard_too(ask, desk, raw):
    for token, value in (("a", 1.0), ("a", 0.0), ("a", 0.0), ("b", 1.0)):
        content = {"comment": {"text": "Text."}, "attributeScores": suggestion(TOXICITY=value), "clientToken": token}
        ask("suggestscore", content)

    assert sorted(found.value for found in desk.store.labels.read(SITE, 10)) == ["abusive", "fine"]
    events, _ = desk.store.events.read(SITE, limit=100)
    told = [event.detail for event in events if event.type == "suggested"]
    assert told == [{"opinion": "abusive"}, {"opinion": "fine"}, {"opinion": "abusive"}]
    assert all(0 < raw.pttl(key) <= 90 * 86_400_000 for key in raw.keys(Names(SITE).label("~*")))


def test_a_suggestion_may_be_of_spans(ask, desk):
    span = {"begin": 0, "end": 4, "score": {"value": 0.9}}
    content = {"comment": {"text": "Text."}, "attributeScores": {"INSULT": {"spanScores": [span]}}, "languages": ["en"]}

    assert ask("suggestscore", content).get_json()["requestedLanguages"] == ["en"]
    assert label(desk).value == "abusive"


@pytest.mark.parametrize(
    "scores",
    [
        None,
        {},
        {"TOXICITY": {}},
        {"TOXICITY": {"summaryScore": {}}},
        suggestion(TOXICITY=1.5),
        {"TOXICITY": {"spanScores": [{"begin": 0.5, "end": 1}]}},
    ],
)
def test_a_wrong_suggestion_is_refused(ask, desk, scores):
    error_of(ask("suggestscore", {"comment": {"text": "Text."}, "attributeScores": scores}), 400)
    assert desk.store.labels.count(SITE) == 0


# Browsers and discovery


def test_a_page_of_any_site_may_call(client, door_key):
    preflight = client.options("/v1alpha1/comments:analyze", headers={"Origin": "https://blog.example"})

    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    for response in (client.post(f"/v1alpha1/comments:analyze?key={door_key}"), client.get("/v1alpha1/nothing")):
        assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/$discovery/rest", "/%24discovery/rest"])
def test_the_discovery_document_sends_calls_to_the_public_address(desk, path):
    settings = desk.settings.model_copy(update={"public_url": "https://parley.example/base"})
    client = build(replace(desk, settings=settings)).test_client()
    found = client.get(f"{path}?version=v1alpha1&key=x", headers={"Host": "evil.example"}).get_json()

    assert found["rootUrl"] == "https://parley.example/base/"
    assert "evil" not in json.dumps(found)
    named = set(re.findall(r'"\$ref": "(\w+)"', json.dumps(found)))
    assert named <= set(found["schemas"])


# Properties

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([name for shape in SHAPES.values() for name in shape]), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(JSON, st.sampled_from(sorted(SHAPES)))
def test_json_is_checked_or_refused_and_what_is_checked_stays_so(content, name):
    try:
        found = checked(name, content)
    except BadJSON:
        return
    assert checked(name, found) == found


TEXTS = st.text(st.sampled_from("ab 🙃é.!?…。\n\"')") | st.characters(codec="utf-8"), max_size=60)


@given(TEXTS)
def test_sentences_lie_in_order_and_miss_nothing_but_blanks(text):
    units = text.encode("utf-16-le")
    stretches = sentences_of(text)

    assert all(units[2 * s.begin : 2 * s.end].decode("utf-16-le") == s.text for s in stretches)
    assert all(before.end <= after.begin for before, after in pairwise(stretches))
    assert "".join("".join(s.text.split()) for s in stretches) == "".join(text.split())
    assert utf16_length(text) == len(units) // 2


@pytest.mark.parametrize("text", ["a. " * 6800, "." * 20_000, "\n" * 20_000, "a" * 20_000, "a.b" * 6000, " " * 20_000])
def test_no_text_has_too_many_sentences_or_takes_long(text):
    assert len(sentences_of(text)) <= MAX_SENTENCES


@given(TEXTS)
def test_a_language_is_always_named(text):
    assert detected(text)


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("Six die in Khojavend", ["en"]),
        ("Шестеро погибли, six", ["ru", "en"]),
        ("漢字だけではない", ["ja"]),
        ("你好", ["zh"]),
        ("😀 123", ["und"]),
        ("", ["und"]),
    ],
)
def test_a_script_names_its_language(text, languages):
    assert detected(text) == languages
