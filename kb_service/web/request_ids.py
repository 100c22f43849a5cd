"""One id for each request: the caller's own when it is sane, else a random one; returned with every response."""

from __future__ import annotations

import re
import secrets
from typing import Final

from flask import g, request

HEADER: Final = "X-Request-Id"
_SANE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def begin_request() -> None:
    """Give the current request its id."""
    given = request.environ.get("HTTP_X_REQUEST_ID", "")
    g.request_id = given if _SANE.fullmatch(given) else secrets.token_hex(8)


def request_id() -> str:
    """Return the id of the current request."""
    return str(g.request_id)
