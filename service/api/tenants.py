"""Sites, their webhooks and their keys. An operator's key sees all sites, every other key its own."""

from flask import Response

from service.api.admin_answers import Akismet, Coral, Keys, KeyShown, NewKey, Sites, SiteShown, Webhook
from service.api.admin_bodies import AkismetBody, CoralBody, KeyBody, KeysQuery, OriginsBody, SiteBody, WebhookBody
from service.api.operation import Area, Call, answer, nothing
from service.errors import NotAllowed, NotFound
from service.moderation import tenants
from service.tenancy import Scope

ADMINS = (Scope.ADMIN, Scope.OPERATOR)
area = Area("Sites and keys", "Tenants, where their decisions are delivered, and who may speak for them.")


@area.operation("GET", "/v1/sites", scopes=ADMINS, answers={200: Sites})
def read_sites(call: Call) -> Response:
    """List the sites this key may see."""
    names = sorted(call.desk.store.sites.names()) if _is_operator(call) else [call.site]
    return answer(Sites([SiteShown.of(tenants.find_site(call.desk, name)) for name in names]))


@area.operation("POST", "/v1/sites", scopes=(Scope.OPERATOR,), body=SiteBody, answers={201: SiteShown})
def create_site(call: Call, body: SiteBody) -> Response:
    """Make a site; one that has this name already is answered as it is."""
    return answer(SiteShown.of(tenants.create_site(call.desk, body.name, call.actor(), body.title)), 201)


@area.operation(
    "PUT",
    "/v1/sites/{site_name}/webhook",
    scopes=ADMINS,
    body=WebhookBody,
    answers={200: Webhook},
)
def set_webhook(call: Call, site_name: str, body: WebhookBody) -> Response:
    """Set where decisions are delivered. A new address gets a new signing secret."""
    name = _visible(call, site_name)
    site, secret = tenants.set_webhook(call.desk, name, body.url, call.actor())
    return answer(Webhook(site.webhook_url, secret))


@area.operation("PUT", "/v1/sites/{site_name}/coral", scopes=ADMINS, body=CoralBody, answers={200: Coral})
def set_coral(call: Call, site_name: str, body: CoralBody) -> Response:
    """Set the signing secret of Coral's external moderation phase; from then on its signatures are checked."""
    name = _visible(call, site_name)
    site = tenants.set_door(call.desk, name, tenants.CORAL_SECRET, body.secret, call.actor())
    return answer(Coral(tenants.door_setting(site, tenants.CORAL_SECRET) is not None))


@area.operation(
    "PUT",
    "/v1/sites/{site_name}/akismet",
    scopes=ADMINS,
    body=AkismetBody,
    answers={200: Akismet},
)
def set_akismet(call: Call, site_name: str, body: AkismetBody) -> Response:
    """Set what clients of Akismet are told of comments that wait, and where WordPress hears of decisions."""
    name = _visible(call, site_name)
    url, key = (body.webhook.url, body.webhook.key) if body.webhook else (None, None)
    tenants.set_akismet_webhook(call.desk, name, url, key, call.actor())
    site = tenants.set_door(call.desk, name, tenants.AKISMET_REVIEW, body.review, call.actor())
    return answer(Akismet(body.review, tenants.door_setting(site, tenants.AKISMET_WEBHOOK)))


@area.operation(
    "PUT",
    "/v1/sites/{site_name}/origins",
    scopes=ADMINS,
    body=OriginsBody,
    answers={200: SiteShown},
)
def set_origins(call: Call, site_name: str, body: OriginsBody) -> Response:
    """Set on which pages the widget may stand; none switches it off."""
    name = _visible(call, site_name)
    return answer(SiteShown.of(tenants.set_origins(call.desk, name, body.origins, call.actor())))


@area.operation("GET", "/v1/keys", scopes=ADMINS, query=KeysQuery, answers={200: Keys}, problems=(NotFound,))
def read_keys(call: Call, query: KeysQuery) -> Response:
    """List the keys of a site; the keys themselves are not shown again."""
    site = _visible(call, query.site or call.site)
    return answer(Keys([*map(KeyShown.of, tenants.list_keys(call.desk, site))]))


@area.operation("POST", "/v1/keys", scopes=ADMINS, body=KeyBody, answers={201: NewKey}, problems=(NotFound,))
def create_key(call: Call, body: KeyBody) -> Response:
    """Make a key. It is shown this once; Parley keeps only a hash of it."""
    if Scope.OPERATOR in body.scopes:
        raise NotAllowed("Keys with scope operator are made on the command line alone.")
    site = _visible(call, body.site or call.site)
    if body.door:
        return answer(NewKey.of(*tenants.create_door_key(call.desk, site, call.actor(), body.name)), 201)
    return answer(NewKey.of(*tenants.create_key(call.desk, site, body.scopes, call.actor(), body.name)), 201)


@area.operation("DELETE", "/v1/keys/{key_id}", scopes=ADMINS, answers={204: None})
def revoke_key(call: Call, key_id: str) -> Response:
    """Revoke a key; within two seconds nothing takes it any more."""
    tenants.revoke_key(call.desk, _site_of(call, key_id), key_id, call.actor())
    return nothing()


@area.operation("POST", "/v1/keys/{key_id}/rotate", scopes=ADMINS, answers={201: NewKey})
def rotate_key(call: Call, key_id: str) -> Response:
    """Replace a key by a new one with the same scopes; the old one is revoked."""
    return answer(NewKey.of(*tenants.rotate_key(call.desk, _site_of(call, key_id), key_id, call.actor())), 201)


def _is_operator(call: Call) -> bool:
    return Scope.OPERATOR in call.key.scopes


def _visible(call: Call, site: str) -> str:
    if site != call.site and not _is_operator(call):
        raise NotFound(f"There is no site {site!r}.")
    return site


def _site_of(call: Call, key_id: str) -> str:
    """Return the site whose key this is.

    Raises `NotFound`, also for a key of another site, and `NotAllowed` for an operator's key unless the caller is one:
    who could rotate it would become an operator.
    """
    keys = call.desk.store.keys.all(None) if _is_operator(call) else tenants.list_keys(call.desk, call.site)
    found = next((key for key in keys if key.id == key_id), None)
    if found is None:
        raise NotFound(f"There is no key {key_id!r}.")
    if Scope.OPERATOR in found.scopes and not _is_operator(call):
        raise NotAllowed("An operator's key is for operators to change.")
    return found.site
