"""Sign in at an identity provider: the way there, and the way back."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Response, redirect, request
from werkzeug.exceptions import BadRequest, Forbidden, NotFound

from kb_service.errors import CallerError
from kb_service.web.console.forms import path_within, secret_before_session
from kb_service.web.console.gate import Gate, redirected

if TYPE_CHECKING:
    from kb_service.accounts.openid import OpenIdProvider  # needs the extra "oidc"

NO_ROLE: Final = "You are signed in at the identity provider, but have no role here. Ask whoever runs this service."

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenIdPages:
    """The views; without a provider there is nothing at their addresses."""

    gate: Gate

    def begin(self) -> Response:
        """Lead to the provider's page."""
        browser = secret_before_session(self.gate.place())
        url = self._provider().begin(browser=browser, next_path=path_within(request.args.get("next", "")))
        response = redirect(url, 303)
        assert isinstance(response, Response)
        return response

    def finish(self) -> Response:
        """Take what the provider says of somebody, and sign them in."""
        browser, provider = secret_before_session(self.gate.place()), self._provider()
        try:
            vouched, next_path = provider.finish(request.args.to_dict(), browser=browser)
        except CallerError as error:
            raise BadRequest(str(error)) from error
        account = self.gate.access.accounts.vouched_for(vouched) if vouched else None
        if account is None:
            _log.warning("sign-in refused: somebody of the identity provider without a role here")
            raise Forbidden(NO_ROLE)
        self.gate.begin(account)
        return redirected(path_within(next_path))

    def _provider(self) -> OpenIdProvider:
        if self.gate.access.provider is None:
            raise NotFound
        return self.gate.access.provider
