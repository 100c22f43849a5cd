"""Programs that ask the public API with a token of their own (scope answers:public): for many people, from one address.

They get what everybody gets, and a rate of their own. A token that is wrong is refused, so that its end is noticed. A
database that cannot be read makes a stranger of a program, and never fails an answer.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, Unauthorized

from kb_service.accounts.api_tokens import ApiToken, ApiTokens, Scope
from kb_service.errors import DependencyFailed
from kb_service.web.visitors import Asker, stranger

SCOPE: Final[Scope] = "answers:public"
BEGINNING: Final = "kb_"  # of our tokens: others in this header are meant for somebody else, such as a proxy

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Programs:
    """Knows programs by their `tokens`, on routes of the public API (`is_public` tells by endpoint)."""

    tokens: ApiTokens
    is_public: Callable[[str], bool]

    def asker(self) -> Asker:
        """Return the program that sent the current request, else whoever did, by address."""
        text = bearer()
        if not text.startswith(BEGINNING) or not self.is_public(request.endpoint or ""):
            return stranger()
        if "asker" not in g:
            g.asker = self._program(text)
        found: Asker = g.asker
        return found

    def _program(self, text: str) -> Asker:
        try:
            token = self.tokens.find(text)
        except DependencyFailed as error:
            _log.warning("a token cannot be looked up, its program is counted as a stranger: %s", error)
            return stranger()
        return program(checked(token, SCOPE))


def program(token: ApiToken) -> Asker:
    """Return whom to count for a token."""
    return Asker(f"token {token.token_id}", is_program=True)


def bearer() -> str:
    """Return the token that came with the request, "" without one: a proxy may want a password of its own there."""
    kind, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if kind.lower() == "bearer" else ""


def checked(token: ApiToken | None, scope: Scope) -> ApiToken:
    """Return a token that was found and has the scope; raise Unauthorized or Forbidden for others."""
    if token is None:
        raise Unauthorized("Send a token: Authorization: Bearer kb_...", www_authenticate=WWWAuthenticate("bearer"))
    if scope not in token.scopes:
        _log.warning("refused: token %s lacks the scope %s", token.token_id, scope)
        raise Forbidden(f"This token lacks the scope {scope}.")
    return token
