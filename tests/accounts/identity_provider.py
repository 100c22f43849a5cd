"""An identity provider on loopback: it signs in whoever comes, as a test says, and says what a test wants it to say."""

from __future__ import annotations

import json
import secrets
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

CLIENT_ID: Final = "kb"
CLIENT_SECRET: Final = "of the client: ü & +"
_KEY: Final = RSAKey.generate_key(2048, {"kid": "one"})
_OTHER_KEY: Final = RSAKey.generate_key(2048, {"kid": "one"})


class IdentityProvider:
    """`claims` are put over those of the ID token, `metadata` over those of discovery; None takes one out.

    `key` signs: "own", "other" (not the one it publishes), or "secret" (the client's, as HS256 would).
    """

    def __init__(self) -> None:
        self.issuer = ""
        self.claims: dict[str, Any] = {}
        self.metadata: dict[str, Any] = {}
        self.user_info: dict[str, Any] = {}
        self.key = "own"
        self.takes_secret_in_body = False
        self.is_broken = False
        self._given: dict[str, dict[str, str]] = {}

    def sign_in_at(self, url: str) -> str:
        """Do what the browser does at the provider; return the address to which it is led back."""
        parts = urlsplit(url)
        assert parts.path == "/authorize"
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(8)
        self._given[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        view = {
            "/.well-known/openid-configuration": self._discovery,
            "/token": self._token,
            "/keys": self._keys,
            "/userinfo": self._user_info,
        }.get(request.path)
        if view is None or self.is_broken:
            return Response("broken", 500)(environ, start_response)
        return view(request)(environ, start_response)

    def _discovery(self, _: Request) -> Response:
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/end",
            "token_endpoint_auth_methods_supported": [
                "client_secret_post" if self.takes_secret_in_body else "client_secret_basic"
            ],
            **self.metadata,
        }
        return _json({name: value for name, value in found.items() if value is not None})

    def _keys(self, _: Request) -> Response:
        return _json(KeySet([_KEY]).as_dict(private=False))

    def _user_info(self, request: Request) -> Response:
        if request.headers.get("Authorization") != "Bearer of-anna":
            return Response(status=401)
        return _json(self.user_info)

    def _token(self, request: Request) -> Response:
        form = request.form
        if self.takes_secret_in_body:
            client = (form.get("client_id"), form.get("client_secret"))
        else:
            sent = b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
            client = tuple(map(unquote_plus, sent.split(":")))  # type: ignore[assignment]
        asked = self._given.pop(form["code"], None)
        is_right = asked and (
            client == (CLIENT_ID, CLIENT_SECRET)
            and form["redirect_uri"] == asked["redirect_uri"]
            and create_s256_code_challenge(form["code_verifier"]) == asked["code_challenge"]
        )
        if not asked or not is_right:
            return _json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "248289761001",
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            "preferred_username": "Anna.B",
            "groups": ["staff", "support"],
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "HS256" if self.key == "secret" else "RS256", "kid": "one"}
        key: Any = {"own": _KEY, "other": _OTHER_KEY, "secret": OctKey.import_key(CLIENT_SECRET.encode())}[self.key]
        token = jwt.encode(header, claims, key, algorithms=[header["alg"]])
        return _json({"access_token": "of-anna", "token_type": "Bearer", "id_token": token})


def _json(data: Any, status: int = 200) -> Response:
    return Response(json.dumps(data), status, content_type="application/json")


@contextmanager
def serving_identities() -> Iterator[IdentityProvider]:
    """Serve a provider on a free port of loopback."""
    provider = IdentityProvider()
    server = make_server("127.0.0.1", 0, provider, threaded=True)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
