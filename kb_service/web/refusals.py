"""What whoever reads requests from the network has found: a request that cannot be answered, and why."""

from __future__ import annotations

from typing import Final

from werkzeug.exceptions import BadRequest, HTTPException, RequestTimeout, ServiceUnavailable

from kb_service.wording.messages import N_

REFUSAL: Final = "kb.refusal"  # in the WSGI environ
LATE_BODY: Final = "late_body"
OVERLOADED: Final = "overloaded"
TWO_HOSTS: Final = "two_hosts"
RETRY_SECONDS: Final = 2


def refusal_of(environ: dict[str, object]) -> HTTPException | None:
    """Return the error that answers a request which was refused before it came here."""
    match environ.get(REFUSAL):
        case "late_body":
            return RequestTimeout(N_("The body did not arrive in time."))
        case "two_hosts":
            return BadRequest(N_("A request has one Host."))
        case "overloaded":
            return ServiceUnavailable(retry_after=RETRY_SECONDS)
    return None
