"""What the widget asks of Parley, and what nobody else may."""

import pytest
from structlog.testing import capture_logs

from service.app import build
from service.errors import StoreFull, TooManyRequests
from service.moderation import feedback, review, tenants
from service.moderation.desk import Desk
from service.store.seal import Seal
from service.values import Decision
from service.web import reader
from service.web.reader import Crowd
from tests.web.conftest import SITE
from tests.web.public import ARTICLE, ORIGIN, THREAD, get, post


@pytest.fixture
def client(app, desk):
    tenants.set_origins(desk, SITE, [ORIGIN], "test")
    return app.test_client()


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"widget_rate": "1000/minute"})


def texts(client, path=THREAD):
    return [comment["text"] for comment in get(client, path).get_json()["comments"]]


def decide(desk, comment_id, decision):
    claim = review.claim(desk, SITE, "user:ann", limit=100)
    outcomes = review.decide(desk, SITE, "user:ann", claim.token, [Decision(comment_id, decision, "insult")])
    assert outcomes[0].outcome == "done"


def test_a_comment_appears_in_its_thread_at_once(client):
    answer = post(client)
    assert answer.status_code == 201, answer.data
    assert answer.get_json()["standing"] == "published"
    page = get(client).get_json()
    assert (page["total"], page["next"]) == (1, None)
    assert page["comments"][0]["name"] == "Nare"
    assert texts(client, "/public/gazette/threads/other") == []


def test_a_doubtful_one_waits_until_a_person_has_looked(client, desk, scorer):
    scorer.says(insult=0.7)
    posted = post(client).get_json()
    assert (posted["standing"], posted["reason"]) == ("waiting", None)
    assert texts(client) == []
    decide(desk, posted["id"], "approve")
    desk.store.threads.forget_recent(SITE, ARTICLE)
    assert texts(client) == ["My family lives there."]


def test_a_declined_one_says_why_and_links_to_its_status(client, scorer):
    scorer.says(insult=0.99)
    posted = post(client).get_json()
    assert posted["standing"] == "declined"
    assert posted["reason"] == "Your comment was declined because it reads as an insult."
    assert client.get(posted["status_url"]).status_code == 200
    assert texts(client) == []


def test_its_author_can_ask_how_it_stands(client, desk, scorer):
    scorer.says(insult=0.7)
    posted = post(client).get_json()
    path = f"/public/gazette/status/{posted['token']}"
    assert get(client, path).get_json()["standing"] == "waiting"
    decide(desk, posted["id"], "reject")
    found = get(client, path).get_json()
    assert (found["standing"], found["text"], found["may_appeal"]) == ("declined", "My family lives there.", True)
    assert "insult" in found["reason"]
    assert get(client, path[:-1] + "!").status_code == 404


def test_a_check_says_why_it_would_be_declined_and_keeps_nothing(client, raw, scorer):
    scorer.says(threat=0.99)
    before = set(raw.keys())
    answer = post(client, "/public/gazette/check")
    assert answer.get_json() == {"because": "it reads as a threat"}
    assert set(raw.keys()) == before
    scorer.says(insult=0.7)
    assert post(client, "/public/gazette/check").get_json() == {"because": None}


def test_the_same_post_again_is_the_same_comment(client):
    first, second = (post(client, nonce="a-page-made-name").get_json() for _ in range(2))
    assert first["id"] == second["id"]
    assert get(client).get_json()["total"] == 1
    assert post(client, nonce="a-page-made-name", text="Something else.").status_code == 409
    assert post(client, "/public/gazette/threads/other", nonce="a-page-made-name").get_json()["id"] != first["id"]


def test_an_answer_needs_a_published_comment_of_the_same_article(client, scorer):
    parent = post(client).get_json()["id"]
    answer = post(client, parent_id=parent).get_json()
    assert get(client).get_json()["comments"][1]["parent_id"] == parent
    assert answer["parent_id"] == parent
    scorer.says(insult=0.7)
    waiting = post(client, text="Wait.").get_json()["id"]
    for wrong in (waiting, "w-unknown"):
        assert post(client, parent_id=wrong).status_code == 422
    assert post(client, "/public/gazette/threads/other", parent_id=parent).status_code == 422


def test_an_erased_comment_vanishes(client, desk):
    posted = post(client).get_json()
    desk.store.comments.erase(SITE, posted["id"])
    assert texts(client) == []
    desk.store.threads.forget_recent(SITE, ARTICLE)
    assert get(client).get_json()["total"] == 0


def test_what_is_published_no_longer_is_not_shown_for_another_second(client, desk):
    posted = post(client).get_json()
    assert len(texts(client)) == 1
    feedback.appeal(desk, SITE, posted["id"], "Somebody else objects.", "key:k_1")
    assert get(client).get_json()["comments"] == []


def test_what_was_erased_long_ago_leaves_the_index_too(client, desk, raw, monkeypatch):
    posted = post(client).get_json()
    desk.store.comments.erase(SITE, posted["id"])
    monkeypatch.setattr("service.store.threads.UNKEPT_MS", -1)
    desk.store.threads.forget_recent(SITE, ARTICLE)
    get(client)
    assert raw.zcard("p:{gazette}:h:a-1") == 0


def test_a_comment_is_listed_before_it_is_kept(client, raw, monkeypatch):
    """So that a crash in between loses nothing that was acknowledged: a listed one that is not kept is passed over."""

    def full(*_):
        raise StoreFull

    with monkeypatch.context() as broken:
        broken.setattr("service.moderation.threads.submit", full)
        answer = post(client, nonce="a-page-made-name")
    assert answer.status_code == 503
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert raw.zcard("p:{gazette}:h:a-1") == 1
    assert texts(client) == []
    post(client, nonce="a-page-made-name")
    assert texts(client) == ["My family lives there."]


def test_a_page_holds_fifty_and_pages_meet(client):
    for number in range(53):
        post(client, text=f"Remark {number}")
    first = get(client).get_json()
    second = get(client, f"{THREAD}?after={first['next']}").get_json()
    assert (len(first["comments"]), len(second["comments"])) == (50, 3)
    assert {one["text"] for one in first["comments"] + second["comments"]} == {f"Remark {n}" for n in range(53)}
    assert (first["total"], second["next"]) == (53, None)


@pytest.mark.parametrize("after", ["x", "-", "1e3-a", "٣-a", "9" * 20])
def test_a_made_up_place_in_a_thread_is_refused(client, after):
    assert get(client, f"{THREAD}?after={after}").status_code == 422


def test_an_unchanged_thread_is_not_sent_again(client, desk):
    post(client)
    tag = get(client).headers["ETag"]
    again = get(client, **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Access-Control-Allow-Origin"] == ORIGIN
    post(client, text="Another one.")
    assert get(client, **{"If-None-Match": tag}).status_code == 200


def test_pages_of_other_origins_get_nothing(client):
    foreign = "https://elsewhere.example"
    for answer in (client.get(THREAD, headers={"Origin": foreign}), post(client, origin=foreign)):
        assert answer.status_code == 403
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert texts(client) == []


def test_a_post_without_an_origin_is_refused_and_reading_is_not(client):
    assert post(client, origin=None).status_code == 403
    assert client.get(THREAD).status_code == 200


def test_a_browser_that_asks_first_is_told_what_it_may_send(client):
    asked = client.options(THREAD, headers={"Origin": ORIGIN, "Access-Control-Request-Method": "POST"})
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert asked.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert asked.headers["Vary"] == "Origin"
    refused = client.options(THREAD, headers={"Origin": "https://elsewhere.example"})
    assert refused.status_code == 403
    assert "Access-Control-Allow-Origin" not in refused.headers


def test_without_allowed_pages_there_is_no_widget(client, desk):
    for path in ("/public/courier/threads/a-1", "/public/nowhere/threads/a-1"):
        assert get(client, path).status_code == 404
        assert post(client, path).status_code == 404
    tenants.set_origins(desk, SITE, [], "test")
    assert get(client).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "  "},
        {"name": "x" * 81},
        {"text": " "},
        {"text": "x" * 20_001},
        {"website": "https://spin.example"},
        {"nonce": "short"},
        {"id": "c-1"},
        {"email": "nare@example.org"},
    ],
)
def test_what_does_not_fit_is_refused_by_name_and_not_kept(client, raw, wrong):
    answer = post(client, **wrong)
    [problem] = answer.get_json()["errors"]
    assert answer.status_code == 422
    assert problem["field"] in (*wrong, "(unknown)")
    assert not raw.keys("p:{gazette}:[ch]:*")


def test_a_body_is_json_and_bounded(client):
    headers = {"Origin": ORIGIN}
    assert client.post(THREAD, data="{}", headers=headers).status_code == 415
    assert client.post(THREAD, data=b"{", headers=headers, content_type="application/json").status_code == 400
    large = b'{"text": "' + b"x" * 300_000 + b'"}'
    assert client.post(THREAD, data=large, headers=headers, content_type="application/json").status_code == 413


def test_an_address_is_kept_nowhere_and_another_sites_page_is_not_believed(client, desk, raw):
    posted = post(client, url="https://evil.example/x", title="Talks").get_json()
    kept = desk.store.comments.get(SITE, posted["id"]).comment
    assert (kept.author.ip, kept.author.email, kept.article.url) == (None, None, None)
    assert (kept.article.id, kept.article.title) == (ARTICLE, "Talks")
    posted = post(client, url=f"{ORIGIN}/talks", text="Another.").get_json()
    assert desk.store.comments.get(SITE, posted["id"]).comment.article.url == f"{ORIGIN}/talks"


def test_comments_of_the_platform_are_in_no_thread(client, desk):
    from service.moderation.submit import submit
    from service.values import Article, Comment

    submit(desk, SITE, Comment("c-1", "By the API.", article=Article(id=ARTICLE)))
    assert texts(client) == []


def test_an_address_may_post_so_often_and_read_more_often(desk, client):
    slow = desk.settings.model_copy(update={"widget_rate": "2/minute"})
    hurried = build(Desk(desk.store, desk.scorer, slow)).test_client()
    assert [post(hurried, text=f"{n}").status_code for n in range(3)] == [201, 201, 429]
    refused = post(hurried)
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert get(hurried).status_code == 200
    assert post(hurried, "/public/gazette/check").status_code == 200


def test_of_very_many_addresses_the_oldest_are_forgotten(monkeypatch):
    monkeypatch.setattr(reader, "MAX_ADDRESSES", 2)
    crowd = Crowd("1/minute", Seal(b"secret"), clock=lambda: 0.0)
    crowd.count("post", "192.0.2.1")
    with pytest.raises(TooManyRequests):
        crowd.count("post", "192.0.2.1")
    for last in (2, 3):
        crowd.count("post", f"192.0.2.{last}")
    crowd.count("post", "192.0.2.1")
    assert len(crowd._windows) == 2
    assert not any("192" in key for key in crowd._windows._counts)


def test_behind_a_proxy_of_ours_readers_are_told_apart(desk, client):
    slow = desk.settings.model_copy(update={"widget_rate": "1/minute", "proxies": 1})
    app = build(Desk(desk.store, desk.scorer, slow)).test_client()

    def from_(address: str, text: str) -> int:
        headers = {"Origin": ORIGIN, "X-Forwarded-For": f"10.9.9.9, {address}"}
        return app.post(THREAD, json={"name": "Nare", "text": text}, headers=headers).status_code

    assert [from_("192.0.2.1", "a"), from_("192.0.2.1", "b"), from_("192.0.2.2", "c")] == [201, 429, 201]


def test_the_script_brings_its_style_and_is_asked_for_anew_when_it_changed(client):
    script = client.get("/widget.js")
    assert script.content_type == "text/javascript; charset=utf-8"
    assert "style goes here" not in script.get_data(as_text=True)
    assert "--parley-accent" in script.get_data(as_text=True)
    assert client.get("/widget.js", headers={"If-None-Match": script.headers["ETag"]}).status_code == 304
    zipped = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert len(zipped.data) < 8_000


def test_no_log_line_tells_what_was_written_by_whom_or_where_from(client, desk, scorer):
    said = {"name": "Anahit-Secretive", "text": "meet-me-at-the-old-harbour"}
    with capture_logs() as logs:
        posted = post(client, **said).get_json()
        post(client, "/public/gazette/check", **said)
        scorer.fails(ValueError(said["text"]))
        post(client, text=said["text"], name=said["name"], nonce="a-page-made-name")
        get(client, f"/public/gazette/status/{posted['token']}")
    told = str(logs)
    assert "widget.posted" in told
    for secret in (*said.values(), "127.0.0.1", posted["token"]):
        assert secret not in told
