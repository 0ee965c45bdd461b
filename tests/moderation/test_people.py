"""Who may come in, who changed it, and what an admin of one site cannot do to another."""

import pytest

from service.errors import Conflict, NotAllowed, NotFound
from service.moderation import people, tenants
from service.moderation.desk import Desk, NoScorer
from service.people import Role
from service.store.connect import connect

ADA = "user:ada"


@pytest.fixture
def desk(raw, settings):
    desk = Desk(connect(settings), NoScorer(), settings)
    for site in ("gazette", "courier"):
        tenants.create_site(desk, site, "test")
    yield desk
    desk.store.close()


def told(desk, site: str = "gazette") -> list[tuple[str, str | None, dict]]:
    events, _ = desk.store.events.read(site)
    return [(event.type, event.by, dict(event.detail)) for event in events if event.type != "site_created"]


@pytest.mark.parametrize(
    ("role", "least", "covered"),
    [
        (Role.MODERATOR, Role.MODERATOR, True),
        (Role.MODERATOR, Role.LEAD, False),
        (Role.LEAD, Role.MODERATOR, True),
        (Role.LEAD, Role.ADMIN, False),
        (Role.ADMIN, Role.LEAD, True),
        (Role.ADMIN, Role.ADMIN, True),
    ],
)
def test_a_role_may_all_that_the_one_before_may(role, least, covered):
    assert role.covers(least) is covered


def test_a_user_belongs_to_a_site_that_exists(desk):
    with pytest.raises(NotFound):
        people.create_user(desk, "ann", "nowhere", Role.LEAD, ADA)
    assert people.list_users(desk) == []


def test_every_change_is_told_in_the_log_of_its_site_by_name_alone(desk):
    token = people.create_user(desk, "ann", "gazette", Role.MODERATOR, ADA).token
    people.set_role(desk, "ann", "gazette", Role.LEAD, ADA)
    people.new_link(desk, "ann", ADA)
    people.end_sessions(desk, "ann", ADA)
    people.disable_user(desk, "ann", ADA)
    people.disable_user(desk, "ann", ADA, disabled=False)
    people.remove_user(desk, "ann", "gazette", ADA)
    assert told(desk) == [
        ("user_created", ADA, {"user": "ann", "role": "moderator"}),
        ("user_role_changed", ADA, {"user": "ann", "role": "lead"}),
        ("user_link_made", ADA, {"user": "ann"}),
        ("user_signed_out", ADA, {"user": "ann"}),
        ("user_disabled", ADA, {"user": "ann"}),
        ("user_enabled", ADA, {"user": "ann"}),
        ("user_removed", ADA, {"user": "ann"}),
    ]
    assert told(desk, "courier") == []
    assert token not in str(told(desk))


def test_what_concerns_a_person_everywhere_is_told_everywhere(desk):
    for site in ("gazette", "courier"):
        people.create_user(desk, "ann", site, Role.MODERATOR, "command line")
    people.disable_user(desk, "ann", "command line")
    for site in ("gazette", "courier"):
        assert told(desk, site)[-1][0] == "user_disabled"


def test_a_person_who_is_there_is_not_made_again(desk):
    people.create_user(desk, "ann", "gazette", Role.MODERATOR, ADA)
    with pytest.raises(Conflict):
        people.create_user(desk, "ann", "gazette", Role.ADMIN, ADA)
    assert people.find_user(desk, "ann").roles == {"gazette": Role.MODERATOR}


def test_an_admin_gets_no_link_to_a_person_of_another_site(desk):
    people.create_user(desk, "ann", "courier", Role.ADMIN, "test")
    assert people.create_user(desk, "ann", "gazette", Role.MODERATOR, ADA).token is None
    with pytest.raises(NotAllowed, match="other sites too"):
        people.new_link(desk, "ann", ADA, within=["gazette"])
    assert people.new_link(desk, "ann", "command line")


def test_nobody_changes_their_own_role(desk):
    people.create_user(desk, "ada", "gazette", Role.ADMIN, "test")
    with pytest.raises(NotAllowed):
        people.set_role(desk, "ada", "gazette", Role.MODERATOR, ADA)
    with pytest.raises(NotAllowed):
        people.remove_user(desk, "ada", "gazette", ADA)
    assert people.find_user(desk, "ada").roles == {"gazette": Role.ADMIN}


def test_a_person_of_another_site_is_not_found(desk):
    people.create_user(desk, "ann", "courier", Role.MODERATOR, "test")
    for change in (
        lambda: people.find_user(desk, "ann", "gazette"),
        lambda: people.set_role(desk, "ann", "gazette", Role.ADMIN, ADA),
        lambda: people.remove_user(desk, "ann", "gazette", ADA),
    ):
        with pytest.raises(NotFound):
            change()
    assert told(desk) == []
    assert people.list_users(desk, "gazette") == []
