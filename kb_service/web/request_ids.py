"""One id for each request: the caller's own when it is sane, else a random one; returned with every response."""

from __future__ import annotations

import re
import secrets
from collections.abc import MutableMapping
from typing import Any, Final

from flask import request

HEADER: Final = "X-Request-Id"
_KEPT_AS: Final = "kb_service.request_id"
_SANE: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


def begin_request(environ: MutableMapping[str, Any]) -> str:
    """Give the request of this WSGI environment its id, and return it."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    environ[_KEPT_AS] = found = given if _SANE.fullmatch(given) else secrets.token_hex(8)
    return str(found)


def request_id() -> str:
    """Return the id of the current request."""
    return str(request.environ[_KEPT_AS])
