"""Who may come in: users, their roles and one-time links. `by` says in each site's log who changed them.

An admin hands out links only for people who belong to the admin's own sites and to no others: who has the link can
sign in as that person. `within` names these sites; None, for the command line and operators, means all.
"""

from collections.abc import Collection
from dataclasses import dataclass

from service.errors import Conflict, NotAllowed, NotFound
from service.moderation.desk import Desk
from service.moderation.tenants import find_site
from service.people import Role, User


@dataclass(frozen=True, slots=True)
class Invitation:
    """A user with a role on a site; `token` opens a one-time link and is there only for a new user."""

    user: User
    token: str | None


def create_user(desk: Desk, name: str, site: str, role: Role, by: str, title: str | None = None) -> Invitation:
    """Give `name` a role on `site`; a new user gets a one-time link of 24 hours.

    Raises `Conflict` when the user has a role there, `NotFound` when there is no such site, `InvalidBody` for a name
    that cannot be one.
    """
    find_site(desk, site)
    outcome, token = desk.store.users.add(name, site, role, title)
    if outcome == "there":
        raise Conflict(f"{name} has a role on this site already.")
    desk.store.events.append(site, "user_created", by, user=name, role=role)
    return Invitation(find_user(desk, name, site), token)


def find_user(desk: Desk, name: str, site: str | None = None) -> User:
    """Return the user; raises `NotFound`, also when the user has no role on `site`."""
    user = desk.store.users.get(name)
    if user is None or (site is not None and site not in user.roles):
        raise NotFound(f"There is no user {name!r}.")
    return user


def list_users(desk: Desk, site: str | None = None) -> list[User]:
    """List the users of one site or of all, by name."""
    return desk.store.users.all(site)


def set_role(desk: Desk, name: str, site: str, role: Role, by: str) -> User:
    """Change what a user may do on `site`. Nobody changes their own role, so that a site keeps an admin."""
    _refuse_oneself(name, by)
    if not desk.store.users.set_role(name, site, role):
        raise NotFound(f"There is no user {name!r}.")
    desk.store.events.append(site, "user_role_changed", by, user=name, role=role)
    return find_user(desk, name, site)


def remove_user(desk: Desk, name: str, site: str, by: str) -> None:
    """Take a user off `site`, at once. Who is on no other site is forgotten, with password and sessions."""
    _refuse_oneself(name, by)
    find_user(desk, name, site)
    desk.store.users.remove(name, site)
    desk.store.events.append(site, "user_removed", by, user=name)


def disable_user(desk: Desk, name: str, by: str, disabled: bool = True) -> User:
    """Keep a user out of every site at once, or let the user in again."""
    if not desk.store.users.disable(name, disabled):
        raise NotFound(f"There is no user {name!r}.")
    return _tell(desk, name, "user_disabled" if disabled else "user_enabled", by)


def new_link(desk: Desk, name: str, by: str, within: Collection[str] | None = None) -> str:
    """Return the token of a new one-time link of 24 hours; the one before ends.

    Raises `NotAllowed` when the user has a role outside `within`, `NotFound`.
    """
    outcome, token = desk.store.users.make_link(name, within)
    if outcome == "elsewhere":
        raise NotAllowed(f"{name} belongs to other sites too; whoever runs Parley can make the link.")
    if token is None:
        raise NotFound(f"There is no user {name!r}.")
    _tell(desk, name, "user_link_made", by)
    return token


def end_sessions(desk: Desk, name: str, by: str) -> None:
    """Sign a user out everywhere."""
    if not desk.store.sessions.end_all(name):
        raise NotFound(f"There is no user {name!r}.")
    _tell(desk, name, "user_signed_out", by)


def link_address(base: str, token: str) -> str:
    """Return the address of a one-time link; `base` is where Parley is reached."""
    return f"{base.rstrip('/')}/sign-in/{token}"


def _refuse_oneself(name: str, by: str) -> None:
    if by == f"user:{name}":
        raise NotAllowed("Nobody changes their own role; ask another admin.")


def _tell(desk: Desk, name: str, event: str, by: str) -> User:
    user = find_user(desk, name)
    for site in user.sites():
        desk.store.events.append(site, event, by, user=name)
    return user
