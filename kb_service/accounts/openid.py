"""Sign-in at an identity provider by OpenID Connect: code flow with PKCE, state and nonce, for the browser it began in.

begin() -> the provider's page -> finish(): the code becomes an ID token, whose signature, issuer, audience, nonce and
times are checked. What is on its way lies in the database, so any worker can finish it, once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote_plus, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from sqlalchemy import delete, insert

from kb_service.accounts.accounts import Vouched
from kb_service.accounts.random_secrets import Clock, hash_of, new_secret, now_ms
from kb_service.accounts.roles import RoleRule
from kb_service.accounts.schema import openid_request
from kb_service.accounts.storage import Storage
from kb_service.errors import CallerError, DependencyFailed

MINUTES: Final = 10  # to sign in over there
LEEWAY_SECONDS: Final = 60  # of clocks that differ
SECONDS: Final = 5.0  # for each answer of the provider
# Made with a key of the provider's own: with HS256 whoever knows the client's secret could say who somebody is.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
NOT_SIGNED_IN: Final = "The identity provider did not sign you in."
UNTRUSTED: Final = "The identity provider's answer cannot be trusted."
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Client:
    """This service as the provider knows it, and which claims hold somebody's name and groups."""

    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    name_claim: str
    groups_claim: str
    scope: str


class OpenIdProvider:
    """The identity provider of a `client`."""

    def __init__(self, database: Storage, client: Client, roles: RoleRule, *, now: Clock = now_ms) -> None:
        self._database = database
        self._client = client
        self._roles = roles
        self._now = now

    def begin(self, *, browser: str, next_path: str) -> str:
        """Return where to send a browser, known by a secret of its own, that wants to be at `next_path` afterwards."""
        state, nonce, verifier, now = new_secret(), new_secret(), new_secret(), self._now()
        with _http() as http:
            endpoint = self._metadata(http)["authorization_endpoint"]
        url = prepare_grant_uri(
            endpoint,
            client_id=self._client.client_id,
            response_type="code",
            redirect_uri=self._client.redirect_uri,
            scope=self._client.scope,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        with self._database.transaction() as connection:
            connection.execute(delete(openid_request).where(openid_request.c.expires_at <= now))
            connection.execute(
                insert(openid_request).values(
                    state_hash=hash_of(state),
                    browser_hash=hash_of(browser),
                    nonce=nonce,
                    code_verifier=verifier,
                    next_path=next_path,
                    expires_at=now + MINUTES * 60_000,
                )
            )
        return str(url)

    def finish(self, answer: Mapping[str, str], *, browser: str) -> tuple[Vouched | None, str]:
        """Return who came back with the provider's `answer`, None without a role here, and where they wanted to be.

        Raises CallerError when the answer is not of a sign-in that this browser began, or the provider refused.
        """
        begun = self._taken(answer.get("state", ""), browser)
        if "error" in answer:
            _log.warning("sign-in refused by the identity provider: %r", answer["error"][:100])
            raise CallerError(NOT_SIGNED_IN)
        if answer.get("iss", self._client.issuer) != self._client.issuer:
            raise CallerError("This answer is of another identity provider.")
        with _http() as http:
            metadata = self._metadata(http)
            token = self._token(http, metadata, code=answer.get("code", ""), verifier=begun.code_verifier)
            claims = self._claims(token, begun.nonce, _read(http, metadata["jwks_uri"]))
            if self._client.groups_claim not in claims and "userinfo_endpoint" in metadata:
                info = _read(http, metadata["userinfo_endpoint"], access_token=str(token.get("access_token", "")))
                if info.get("sub") != claims["sub"]:
                    raise CallerError(UNTRUSTED)
                claims = info | claims
        return self._vouched(claims), begun.next_path

    def end_session_url(self) -> str:
        """Return where somebody signs out at the provider too, "" where there is no such page."""
        with _http() as http:
            return str(self._metadata(http).get("end_session_endpoint", ""))

    def _taken(self, state: str, browser: str) -> Any:
        """Return what was kept of a sign-in, and keep it no longer: each state is good once, for its own browser."""
        with self._database.transaction() as connection:
            taken = connection.execute(
                delete(openid_request).where(openid_request.c.state_hash == hash_of(state)).returning(openid_request)
            ).first()
        if taken is None or taken.expires_at <= self._now() or taken.browser_hash != hash_of(browser):
            raise CallerError("This sign-in was not begun here, or too long ago. Begin again.")
        return taken

    def _metadata(self, http: httpx.Client) -> dict[str, Any]:
        metadata = _read(http, self._client.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if metadata.get("issuer") != self._client.issuer:
            raise DependencyFailed("The identity provider calls itself by another name than KB_OIDC_ISSUER.")
        endpoints = (
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
            "userinfo_endpoint",
            "end_session_endpoint",
        )
        for name in endpoints:
            if (name in metadata or name in endpoints[:3]) and not is_safe_address(str(metadata.get(name, ""))):
                raise DependencyFailed(f"The identity provider's {name} is no https address.")
        return metadata

    def _token(self, http: httpx.Client, metadata: Mapping[str, Any], *, code: str, verifier: str) -> dict[str, Any]:
        """Change the code for tokens; the client's secret goes with it, as the provider takes it."""
        client = {"client_id": self._client.client_id, "client_secret": self._client.client_secret}
        takes_basic = "client_secret_basic" in metadata.get(
            "token_endpoint_auth_methods_supported", ["client_secret_basic"]
        )
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._client.redirect_uri,
            "code_verifier": verifier,
            **({} if takes_basic else client),
        }
        basic = httpx.BasicAuth(*map(quote_plus, client.values()))
        with _failures():
            response = http.post(
                metadata["token_endpoint"], data=sent, auth=basic if takes_basic else httpx.USE_CLIENT_DEFAULT
            )
            if response.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
                _log.warning("sign-in refused by the identity provider: %r", response.text[:200])
                raise CallerError(NOT_SIGNED_IN)
            return _object(response)

    def _claims(self, token: Mapping[str, Any], nonce: str, key_set: Mapping[str, Any]) -> dict[str, Any]:
        try:
            keys = KeySet.import_key_set(key_set)  # type: ignore[arg-type]
            decoded = jwt.decode(str(token.get("id_token", "")), keys, algorithms=list(ALGORITHMS))
            CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self._client.issuer},
                    "aud": {"essential": True, "value": self._client.client_id},
                    "nonce": {"essential": True, "value": nonce},
                },
                {"nonce": nonce, "client_id": self._client.client_id, "access_token": token.get("access_token")},
            ).validate(now=self._now() // 1000, leeway=LEEWAY_SECONDS)
        except (JoseError, ValueError) as error:
            _log.warning("sign-in refused: the identity provider's token is not good: %r", error)
            raise CallerError(UNTRUSTED) from error
        return dict(decoded.claims)

    def _vouched(self, claims: Mapping[str, Any]) -> Vouched | None:
        groups = claims.get(self._client.groups_claim, ())
        named: Sequence[str] = groups.split() if isinstance(groups, str) else [str(each) for each in groups]
        role = self._roles.role_of(named)
        name = str(claims.get(self._client.name_claim) or claims["sub"])
        return Vouched(self._client.issuer, str(claims["sub"]), name, role) if role else None


def is_safe_address(url: str) -> bool:
    """Tell whether a provider may be reached there: over TLS, or on this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def _http() -> httpx.Client:
    return httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False)


def _read(http: httpx.Client, url: str, *, access_token: str = "") -> dict[str, Any]:
    with _failures():
        return _object(http.get(url, headers={"Authorization": f"Bearer {access_token}"} if access_token else {}))


def _object(response: httpx.Response) -> dict[str, Any]:
    data = response.raise_for_status().json()
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    return data


@contextmanager
def _failures() -> Iterator[None]:
    """What goes wrong on the way to the provider is its failure, not the caller's."""
    try:
        yield
    except (httpx.HTTPError, ValueError) as error:
        raise DependencyFailed(f"The identity provider does not answer as it should: {error}.") from error
