"""A person's own settings: they hold on every page, and nothing wrong is kept."""

from typing import Any

from service.moderation import options
from service.moderation.desk import Desk
from service.moderation.options import Options
from tests.web.comments import assessment, comment
from tests.web.conftest import SITE, NewPerson, Person, words


def form(**changes: Any) -> dict[str, Any]:
    plain = {"keys_on": "on", "severe": "fold", "spreads": "on", "counts": "on", "size": "10", "action": "save"}
    return {**plain, **options.default_keys(), **changes}


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in form().items() if name not in names}


def cards(person: Person, desk: Desk, **scores: float) -> str:
    desk.store.comments.submit(SITE, [(comment(1), assessment(**scores or {"insult": 0.6}))])
    response = person.post("/review/take", {"operation": "x"})
    return person.get(response.location).get_data(as_text=True)


def test_keys_are_printed_on_their_buttons(moderator: Person, desk: Desk) -> None:
    page = cards(moderator, desk)
    assert 'data-key="a" aria-keyshortcuts="a" data-decision>Approve <kbd aria-hidden="true">a</kbd>' in page


def test_keys_can_be_changed(moderator: Person, desk: Desk) -> None:
    assert moderator.post("/review/settings", form(approve="y")).status_code == 303
    page = cards(moderator, desk)
    assert 'data-key="y" aria-keyshortcuts="y" data-decision>Approve <kbd aria-hidden="true">y</kbd>' in page
    assert "Saved." in words(moderator.get("/review/settings?saved=1"))


def test_keys_can_be_turned_off(moderator: Person, desk: Desk) -> None:
    moderator.post("/review/settings", without("keys_on"))
    page = cards(moderator, desk)
    assert "data-key" not in page
    assert "data-digit" not in page
    assert "Keys are off." in page


def test_two_actions_never_share_a_key(moderator: Person, desk: Desk) -> None:
    refused = moderator.post("/review/settings", form(approve="r"))
    assert refused.status_code == 422
    assert "“Reject” and “Approve” have the same key, r." in words(refused)
    assert options.read(desk, "ann") == Options()


def test_a_key_is_one_character_that_is_no_digit(moderator: Person) -> None:
    for key in ("", "ab", "1", " ", "\u202e"):
        assert moderator.post("/review/settings", form(approve=key)).status_code == 422, key


def test_what_is_no_choice_is_refused(moderator: Person) -> None:
    assert moderator.post("/review/settings", form(severe="loud")).status_code == 422
    assert moderator.post("/review/settings", form(size="1000")).status_code == 422


def test_severe_texts_are_shown_as_chosen(moderator: Person, desk: Desk) -> None:
    moderator.post("/review/settings", form(severe="blur"))
    page = cards(moderator, desk, severe_toxicity=0.3)
    assert '<div class="blurred">' in page
    assert 'class="veil"' not in page
    moderator.post("/review/settings", form(severe="show"))
    page = moderator.get("/review").get_data(as_text=True)
    assert "blurred" not in page
    assert 'class="veil"' not in page


def test_the_first_settings_come_back(moderator: Person, desk: Desk) -> None:
    moderator.post("/review/settings", form(approve="y", size="20"))
    moderator.post("/review/settings", form(approve="y", action="defaults"))
    assert options.read(desk, "ann") == Options()


def test_settings_are_ones_own(person: NewPerson, desk: Desk) -> None:
    person("ann").post("/review/settings", form(size="5"))
    person("bob")
    assert (options.read(desk, "ann").size, options.read(desk, "bob").size) == (5, 10)
