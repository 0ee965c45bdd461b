"""How people come in and go: by password or one-time link, in sessions that each of them can see and end."""

from dataclasses import dataclass

from service.errors import NotFound, SignInFailed, TooManyRequests
from service.moderation import passwords, people
from service.moderation.desk import Desk
from service.people import Proof, Role, Session, User

MAX_NAME_CHARS = 254
MAX_TOKEN_CHARS = 64
WRONG = "The name or the password is not right."
USED = "This link was used before or has ended. Ask for a new one."


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person who is signed in, in this session."""

    user: User
    session: Session


def by_password(desk: Desk, name: str, password: str, address: str) -> str:
    """Return the token of a new session.

    Raises `TooManyRequests` with the seconds to wait, or `SignInFailed`, as slowly for a name that nobody has.
    """
    name = name.strip().lower()[:MAX_NAME_CHARS]
    _count_attempt(desk, name, address)
    kept, epoch = desk.store.users.password(name)
    if not passwords.fits(kept, password):
        raise SignInFailed(WRONG)
    token = desk.store.sessions.start(name, Proof.PASSWORD, epoch)
    if token is None:
        raise SignInFailed(WRONG)
    desk.store.sessions.remember_place(name, address)
    _renew(desk, name, kept, password)
    return _welcomed(desk, name, Proof.PASSWORD, token)


def link_holder(desk: Desk, token: str) -> User:
    """Return whom a one-time link signs in, without using it; raises `SignInFailed`."""
    user = desk.store.users.holder(token) if len(token) <= MAX_TOKEN_CHARS else None
    if user is None:
        raise SignInFailed(USED)
    return user


def by_link(desk: Desk, token: str) -> str:
    """Use a one-time link up and return the token of a new session; raises `SignInFailed`."""
    user = link_holder(desk, token)
    session = desk.store.sessions.start_by_link(user.name, desk.store.users.digest(token))
    if session is None:
        raise SignInFailed(USED)
    return _welcomed(desk, user.name, Proof.LINK, session)


def by_provider(desk: Desk, email: str) -> str:
    """Return the token of a new session for whom an OpenID provider vouched; raises `SignInFailed`.

    The user is named by the e-mail address. Who is new is added where the settings allow the address's domain.
    """
    name = email.lower()
    if "@" not in name:  # a name that an admin gave is no address, whatever a provider says
        raise SignInFailed("Your provider tells no e-mail address of yours.")
    if desk.store.users.get(name) is None and _is_allowed(desk, name):
        settings = desk.settings
        people.create_user(desk, name, settings.oidc_site, Role(settings.oidc_role), by="oidc")
    token = desk.store.sessions.start(name, Proof.OIDC)
    if token is None:
        raise SignInFailed(f"Nobody here is known as {name}. Ask an admin of your site to add you.")
    return _welcomed(desk, name, Proof.OIDC, token)


def recognise(desk: Desk, token: str) -> Visitor | None:
    """Return who holds a session's token; None when it has ended."""
    if not token or len(token) > MAX_TOKEN_CHARS:
        return None
    found = desk.store.sessions.find(token)
    return Visitor(found[1], found[0]) if found else None


def sign_out(desk: Desk, visitor: Visitor) -> None:
    """End this session."""
    desk.store.sessions.end(visitor.user.name, visitor.session.id)
    _tell(desk, visitor.user, "signed_out")


def sessions(desk: Desk, user: User) -> list[Session]:
    """List where a user is signed in, the session used last first."""
    return desk.store.sessions.all(user.name)


def end_session(desk: Desk, visitor: Visitor, session_id: str) -> None:
    """End one of one's own sessions; raises `NotFound`."""
    if not desk.store.sessions.end(visitor.user.name, session_id):
        raise NotFound("This session has ended already.")
    _tell(desk, visitor.user, "signed_out")


def end_other_sessions(desk: Desk, visitor: Visitor) -> None:
    """Sign out everywhere but here."""
    desk.store.sessions.end_all(visitor.user.name, keep=visitor.session.id)
    _tell(desk, visitor.user, "signed_out")


def set_password(desk: Desk, visitor: Visitor, password: str, current: str, address: str) -> None:
    """Set one's own password and sign out everywhere but here.

    Asks for the current one, unless there is none, or a one-time link opened this session and none was set since.
    Raises `InvalidBody`, `SignInFailed` or `TooManyRequests`.
    """
    name = visitor.user.name
    if needs_current(visitor):
        _check_current(desk, name, current, address)
    passwords.check(password, name)
    desk.store.sessions.end_all(name, keep=visitor.session.id, password=passwords.hashed(password))
    _tell(desk, visitor.user, "password_changed")


def needs_current(visitor: Visitor) -> bool:
    """Say whether a new password asks for the current one."""
    return visitor.user.has_password and visitor.session.proof is not Proof.LINK


def _is_allowed(desk: Desk, email: str) -> bool:
    allowed = {domain.strip().lower() for domain in desk.settings.oidc_allow.split(",")} - {""}
    return email.rpartition("@")[2] in allowed


def _count_attempt(desk: Desk, name: str, address: str) -> None:
    wait_ms = desk.store.sessions.wait_ms(name, address)
    if wait_ms:
        seconds = -(-wait_ms // 1000)
        raise TooManyRequests(f"Too many attempts. Try again in {seconds} second{'s' if seconds > 1 else ''}.", seconds)


def _check_current(desk: Desk, name: str, current: str, address: str) -> None:
    _count_attempt(desk, name, address)
    if not passwords.fits(desk.store.users.password(name)[0], current):
        raise SignInFailed("The current password is not right.")
    desk.store.sessions.remember_place(name, address)


def _renew(desk: Desk, name: str, kept: str | None, password: str) -> None:
    if kept and passwords.is_weak(kept):
        desk.store.users.renew_password(name, kept, passwords.hashed(password))


def _welcomed(desk: Desk, name: str, proof: Proof, token: str) -> str:
    user = desk.store.users.get(name)
    if user:
        _tell(desk, user, "signed_in", proof=proof)
    return token


def _tell(desk: Desk, user: User, event: str, **detail: str) -> None:
    for site in user.sites():
        desk.store.events.append(site, event, user.actor, **detail)
