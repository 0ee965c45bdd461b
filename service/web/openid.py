"""Speak to an OpenID provider: authorisation code with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636).

Needs the extra `oidc`; nothing else imports this module before it is configured.
"""

import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from urllib.parse import quote, urlencode

import httpx
import orjson
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from service.errors import ProviderUnavailable, SignInFailed
from service.settings import Settings
from service.store.recent import Recent

TIMEOUT_SECONDS = 5.0
KEPT_SECONDS = 3600.0
LEEWAY_SECONDS = 60
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]  # of a public key: never `none`, never a shared one
DISCOVERY = "/.well-known/openid-configuration"

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Errand:
    """What a browser keeps while its person is at the provider's."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "Errand":
        """Make one that nobody can guess."""
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


class Provider:
    """One OpenID provider. Its documents are kept for an hour; each call ends within seconds."""

    def __init__(self, settings: Settings) -> None:
        assert settings.oidc_issuer
        assert settings.oidc_client_id
        self._issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id
        self._client_secret = settings.oidc_client_secret
        self._documents: Recent[str, Json] = Recent(_fetch, fresh_seconds=KEPT_SECONDS, stale_seconds=0, max_entries=4)

    def address(self, errand: Errand, back: str) -> str:
        """Return where a person shows who they are; the provider sends them `back`."""
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": back,
            "scope": "openid email",
            "state": errand.state,
            "nonce": errand.nonce,
            "code_challenge": create_s256_code_challenge(errand.verifier),
            "code_challenge_method": "S256",
        }
        address = str(self._metadata()["authorization_endpoint"])
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    def email(self, errand: Errand, code: str, back: str) -> str:
        """Return the verified e-mail address of the person who came back with `code`.

        Raises `SignInFailed` when the provider vouches for none, `ProviderUnavailable`.
        """
        answered = self._redeem(errand, code, back)
        claims = self._checked(str(answered.get("id_token")), errand.nonce, answered.get("access_token"))
        if "email" not in claims:
            claims = self._asked(claims, str(answered.get("access_token")))
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") not in (True, "true"):
            raise SignInFailed("Your provider tells no verified e-mail address of yours.")
        return email

    def _redeem(self, errand: Errand, code: str, back: str) -> Json:
        metadata = self._metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": errand.verifier,
            "client_id": self._client_id,
        }
        auth = None
        if self._client_secret:
            secret = self._client_secret.get_secret_value()
            if "client_secret_basic" in metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
                auth = httpx.BasicAuth(quote(self._client_id, safe=""), quote(secret, safe=""))
            else:
                form["client_secret"] = secret
        request = httpx.Request("POST", metadata["token_endpoint"], data=form, headers={"Accept": "application/json"})
        return _send(request, auth)

    def _checked(self, token: str, nonce: str, access_token: object) -> Json:
        """Return the claims of an ID token, its signature, issuer, audience, age and nonce checked."""
        expected = {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client_id},
        }
        try:
            read = self._read(token)
            known = {"nonce": nonce, "client_id": self._client_id, "access_token": access_token}
            claims = CodeIDToken(read.claims, read.header, expected, known)
            claims.validate(leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError) as error:
            raise SignInFailed(f"What your provider said could not be trusted ({type(error).__name__}).") from None
        return dict(read.claims)

    def _read(self, token: str) -> jwt.Token:
        """Return a token whose signature fits; the keys are asked for anew once, for they change."""
        address = str(self._metadata()["jwks_uri"])
        try:
            return jwt.decode(token, self._keys(address), ALGORITHMS)
        except (JoseError, ValueError):
            self._documents.forget(address)
            return jwt.decode(token, self._keys(address), ALGORITHMS)

    def _keys(self, address: str) -> KeySet:
        return KeySet.import_key_set(cast("KeySetSerialization", self._documents.get(address)))

    def _asked(self, claims: Json, access_token: str) -> Json:
        """Return what the provider tells of the same person when it is asked."""
        headers = {"Authorization": f"Bearer {access_token}"}
        told = _send(httpx.Request("GET", self._metadata().get("userinfo_endpoint", ""), headers=headers))
        return told if told.get("sub") == claims["sub"] else {}

    def _metadata(self) -> Json:
        found = self._documents.get(self._issuer.rstrip("/") + DISCOVERY)
        if found.get("issuer") != self._issuer:
            raise ProviderUnavailable("The sign-in provider is not the one of PARLEY_OIDC_ISSUER.")
        return found


@cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context()  # reading them takes longer than the rest of a call


def _fetch(address: str) -> Json:
    return _send(httpx.Request("GET", address, headers={"Accept": "application/json"}))


def _send(request: httpx.Request, auth: httpx.Auth | None = None) -> Json:
    """Return the JSON object answered; raises `SignInFailed` when the provider refuses, `ProviderUnavailable`."""
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS, verify=_certificates()) as client:
            response = client.send(request, auth=auth)
        found = orjson.loads(response.content)
    except (httpx.HTTPError, httpx.InvalidURL, orjson.JSONDecodeError):
        raise ProviderUnavailable from None
    if response.status_code in (400, 401, 403):
        raise SignInFailed("Your provider did not confirm that it is you. Try again.")
    if response.status_code != 200 or not isinstance(found, dict):
        raise ProviderUnavailable
    return found
