"""Short-lived tokens for `KB_STAFF_COUNT=signed`: the operator's own site says which helpdesk a visitor may ask about.

A token is `base64url(payload).base64url(mac)` without padding; the payload is the JSON object
`{"aud": "kb-staff-count", "domain": "acme.kayako.com", "exp": 1767225600}`, the mac HMAC-SHA256 over the first part.
The site signs it with the code in examples/.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from kb_service.errors import BadSetting
from kb_service.staff.host_name import HostName, InvalidHostName, parse_host_name

AUDIENCE: Final = "kb-staff-count"
LONGEST_LIFE_SECONDS: Final = 2 * 3600
CLOCK_SKEW_SECONDS: Final = 60  # the signer's clock may run ahead of ours
SHORTEST_KEY_BYTES: Final = 32  # as long as the digest: a shorter one can be guessed offline from a single token
MAX_TOKEN_CHARACTERS: Final = 1_000

BadTokenReason = Literal["malformed", "bad_signature", "wrong_audience", "expired", "lives_too_long"]


@dataclass(frozen=True, slots=True)
class BadToken:
    """Why a token opens nothing."""

    reason: BadTokenReason


class DomainTokens:
    """Checks tokens signed with any of `keys`: the new key and, for as long as its tokens live, the old one.

    DomainTokens(keys=[key]).verify("eyJhdWQiOiJrYi1z….k3J…", now=time.time())  → "acme.kayako.com"

    Raises BadSetting without keys and for short ones.
    """

    def __init__(self, *, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) < SHORTEST_KEY_BYTES for key in keys):
            raise BadSetting(f"Signed staff counts need a key of at least {SHORTEST_KEY_BYTES} bytes.")
        self._keys = tuple(keys)

    def verify(self, token: str, *, now: float) -> HostName | BadToken:
        """Return the helpdesk that `token` opens at `now` (seconds since 1970), or why it opens none."""
        signed, dot, mac = token.partition(".")
        if not dot or not token.isascii() or len(token) > MAX_TOKEN_CHARACTERS:
            return BadToken("malformed")
        fits = [hmac.compare_digest(_mac(signed, key), mac) for key in self._keys]
        if not any(fits):
            return BadToken("bad_signature")
        payload = _decode(signed)
        return BadToken("malformed") if payload is None else _domain_of(payload, now)


class _Payload(msgspec.Struct):
    aud: object
    domain: str
    exp: int


def _domain_of(payload: _Payload, now: float) -> HostName | BadToken:
    if payload.aud != AUDIENCE:
        return BadToken("wrong_audience")
    if payload.exp <= now:
        return BadToken("expired")
    if payload.exp > now + LONGEST_LIFE_SECONDS + CLOCK_SKEW_SECONDS:
        return BadToken("lives_too_long")
    name = parse_host_name(payload.domain, configured={payload.domain})
    return BadToken("malformed") if isinstance(name, InvalidHostName) else name


def _mac(signed: str, key: bytes) -> str:
    return _encode(hmac.digest(key, signed.encode("ascii"), hashlib.sha256))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> _Payload | None:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=_Payload)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        return None
