"""One question to a helpdesk over a given transport: the reply, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import httpx

from kb_service.staff.reply import Reply

MAX_BODY_BYTES: Final = 32 * 1024  # a count has 25 bytes; the rest is room for notices

# Everything that is sent, beside Host. Nothing secret, and `identity` so that no decompression bomb can exist.
_HEADERS: Final = {
    "User-Agent": "kb-service (staff count)",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_NO_BODY_WANTED: Final = frozenset({204, 304})


@dataclass(frozen=True, slots=True)
class NoReply:
    """The helpdesk gave no HTTP answer; `why` is for the log only."""

    status: Literal["unreachable", "timeout"]
    why: str


def ask(transport: httpx.BaseTransport, url: str) -> Reply | NoReply:
    """GET `url` once; raises nothing that a server can provoke."""
    try:
        response = transport.handle_request(httpx.Request("GET", url, headers=_HEADERS))
        try:
            return _read(response)
        finally:
            response.close()
    except httpx.TimeoutException as error:
        return NoReply("timeout", str(error))
    except httpx.ProtocolError:  # its text may quote what the server sent
        return NoReply("unreachable", "the answer is not proper HTTP or too long")
    except httpx.TransportError as error:
        return NoReply("unreachable", str(error))


def _read(response: httpx.Response) -> Reply:
    headers = dict(response.headers)
    reply = Reply(response.status_code, headers)
    if reply.is_redirect or reply.is_encoded or reply.status < 200 or reply.status in _NO_BODY_WANTED:
        return reply
    body = bytearray()
    for chunk in response.iter_raw():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return Reply(reply.status, headers, bytes(body[:MAX_BODY_BYTES]), truncated=True)
    return Reply(reply.status, headers, bytes(body))
