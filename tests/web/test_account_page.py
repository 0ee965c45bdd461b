"""One's own password and sessions."""

import re

from tests.web.conftest import PASSWORD, Person, words


def signed_in_again(app, name: str = "ann") -> Person:
    another = Person(app.test_client(), name)
    assert another.post("/sign-in", {"name": name, "password": PASSWORD}).status_code == 303
    return another


def test_the_first_password_is_set_without_another(moderator):
    assert "Current password" not in words(moderator.get("/account"))
    done = moderator.post("/account/password", {"password": PASSWORD})
    assert (done.status_code, done.location) == (303, "/account?done=password")
    assert "Your password is set." in words(moderator.get(done.location))
    assert "Current password" in words(moderator.get("/account"))


def test_a_short_password_is_told_on_the_page(moderator):
    refused = moderator.post("/account/password", {"password": "short"})
    assert refused.status_code == 422
    assert "A password has 12 characters or more." in words(refused)


def test_a_wrong_current_password_is_told_on_the_page(moderator):
    moderator.post("/account/password", {"password": PASSWORD})
    refused = moderator.post("/account/password", {"password": "another good password", "current": "wrong"})
    assert refused.status_code == 401
    assert "The current password is not right." in words(refused)


def test_a_new_password_signs_out_everywhere_else(app, moderator):
    moderator.post("/account/password", {"password": PASSWORD})
    elsewhere = signed_in_again(app)
    moderator.post("/account/password", {"password": "another good password", "current": PASSWORD})
    assert elsewhere.get("/account").status_code == 303
    assert moderator.get("/account").status_code == 200


def test_one_session_is_ended_from_another(app, moderator):
    moderator.post("/account/password", {"password": PASSWORD})
    elsewhere = signed_in_again(app)
    page = moderator.get("/account").get_data(as_text=True)
    [session] = re.findall(r'name="session" value="([0-9a-f]+)"', page)
    ended = moderator.post("/account/sessions/end", {"session": session})
    assert (ended.status_code, ended.location) == (303, "/account?done=ended")
    assert elsewhere.get("/account").status_code == 303
    assert moderator.post("/account/sessions/end", {"session": session}).status_code == 404


def test_all_other_sessions_are_ended_at_once(app, moderator):
    moderator.post("/account/password", {"password": PASSWORD})
    others = [signed_in_again(app) for _ in range(2)]
    assert "End all others" in words(moderator.get("/account"))
    assert moderator.post("/account/sessions/end-others").status_code == 303
    assert [other.get("/account").status_code for other in others] == [303, 303]
    assert "End all others" not in words(moderator.get("/account"))


def test_nobody_ends_the_session_of_another(app, moderator, lead, raw):
    theirs = [key.rpartition(":")[2] for key in raw.scan_iter("{parley:users}:session:*")]
    for session in theirs:
        lead.post("/account/sessions/end", {"session": session})
    assert moderator.get("/account").status_code == 200
