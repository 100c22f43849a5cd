"""For whom an assistant asks: for agents with a token of the scope answers:agent, for customers otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from kb_service.accounts.api_tokens import ApiTokens
from kb_service.content.article import Audience
from kb_service.errors import CallerError
from kb_service.web.programs import program
from kb_service.web.visitors import Asker

NOT_SAFE: str = "Tokens are taken over https alone, or on this machine itself: set KB_BASE_URL to the https address."
WRONG_TOKEN: str = "This token is wrong, expired or revoked."  # noqa: S105 - a sentence
NO_SCOPE: str = "This token has neither the scope answers:agent nor answers:public."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: what they may read, and who is counted."""

    audience: Audience
    asker: Asker


@dataclass(frozen=True, slots=True)
class Callers:
    """Knows callers by their `tokens`; without these there are none, and any token is wrong."""

    tokens: ApiTokens | None

    def of(self, text: str, *, address: str) -> Caller:
        """Return who sent a token, or from an address none (""); raise CallerError when it opens nothing."""
        if not text:
            return Caller("public", Asker(address))
        token = self.tokens.find(text) if self.tokens else None
        if token is None:
            raise CallerError(WRONG_TOKEN)
        if "answers:agent" in token.scopes:
            return Caller("agent", program(token))
        if "answers:public" in token.scopes:
            return Caller("public", program(token))
        raise CallerError(NO_SCOPE)
