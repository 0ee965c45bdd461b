"""People who review, and their roles. An operator's key sees all sites, every other key its own."""

from collections.abc import Collection

from flask import Response, request

from service.api.admin_answers import NewLink, NewUser, Users, UserShown
from service.api.admin_bodies import RoleBody, UserBody, UsersQuery
from service.api.operation import Area, Call, answer, nothing
from service.errors import Conflict, NotAllowed, NotFound
from service.moderation import people, tenants
from service.tenancy import Scope

ADMINS = (Scope.ADMIN, Scope.OPERATOR)
area = Area("People", "Who signs in to the pages, and what they may do on a site.")


@area.operation("GET", "/v1/users", scopes=ADMINS, query=UsersQuery, answers={200: Users}, problems=(NotFound,))
def read_users(call: Call, query: UsersQuery) -> Response:
    """List the people of a site."""
    site = _visible(call, query.site)
    return answer(Users([UserShown.of(user, site) for user in people.list_users(call.desk, site)]))


@area.operation(
    "POST", "/v1/users", scopes=ADMINS, body=UserBody, answers={201: NewUser}, problems=(NotFound, Conflict)
)
def create_user(call: Call, body: UserBody) -> Response:
    """Add a person to a site. A new one gets a link that signs in once; it is shown this once."""
    site = _visible(call, body.site)
    made = people.create_user(call.desk, body.name, site, body.role, call.actor(), body.title)
    link = people.link_address(_base(call), made.token) if made.token else None
    return answer(NewUser(UserShown.of(made.user, site), link), 201)


@area.operation(
    "PATCH", "/v1/users/{user_name}", scopes=ADMINS, body=RoleBody, query=UsersQuery, answers={200: UserShown}
)
def set_role(call: Call, user_name: str, body: RoleBody, query: UsersQuery) -> Response:
    """Change what a person may do on a site."""
    site = _visible(call, query.site)
    return answer(UserShown.of(people.set_role(call.desk, user_name, site, body.role, call.actor()), site))


@area.operation("DELETE", "/v1/users/{user_name}", scopes=ADMINS, query=UsersQuery, answers={204: None})
def remove_user(call: Call, user_name: str, query: UsersQuery) -> Response:
    """Take a person off a site, at once. Who is on no other site is forgotten."""
    people.remove_user(call.desk, user_name, _visible(call, query.site), call.actor())
    return nothing()


@area.operation(
    "POST",
    "/v1/users/{user_name}/link",
    scopes=ADMINS,
    query=UsersQuery,
    answers={201: NewLink},
    problems=(NotAllowed,),
)
def create_link(call: Call, user_name: str, query: UsersQuery) -> Response:
    """Make a new link that signs in once; the one before ends. Refused for who belongs to other sites too."""
    site = _visible(call, query.site)
    people.find_user(call.desk, user_name, site)
    token = people.new_link(call.desk, user_name, call.actor(), _within(call))
    return answer(NewLink(people.link_address(_base(call), token)), 201)


def _visible(call: Call, site: str | None) -> str:
    if site not in (None, call.site) and Scope.OPERATOR not in call.key.scopes:
        raise NotFound(f"There is no site {site!r}.")
    return tenants.find_site(call.desk, site or call.site).name


def _within(call: Call) -> Collection[str] | None:
    return None if Scope.OPERATOR in call.key.scopes else (call.site,)


def _base(call: Call) -> str:
    return call.desk.settings.public_url or request.url_root
