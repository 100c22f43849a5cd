"""Names of questions, which an answer carries and a vote refers to: ULIDs behind "q_" that this service has signed.

A name holds the time, 40 random bits and a MAC of both, so every worker knows its own names without looking anything
up: while the record is slow, full, dead or switched off, behind caches, and after a restart. Forging one takes 2^39
votes on average.

    >>> ids = QueryIds(b"k" * 32)
    >>> ids.gave(ids.new(1_795_000_000_000)), ids.gave("q_01KAX6RM0Z7C5W9M4T2Q8N3D1F")
    (True, False)
"""

from __future__ import annotations

import hmac
import logging
import os
import re
import secrets
from hashlib import blake2b
from pathlib import Path
from typing import Final

KEY_BYTES: Final = 32
FORM: Final = re.compile(r"q_[0-7][0-9A-HJKMNP-TV-Z]{25}")

_BASE_32: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's, as in ULIDs
_PAIRS: Final = tuple(first + second for first in _BASE_32 for second in _BASE_32)
_SHIFTS: Final = tuple(range(120, -1, -10))  # of the thirteen pairs
_MAC_BITS: Final = 40
_RANDOM_BITS: Final = 40

_log: Final = logging.getLogger(__name__)


class QueryIds:
    """Gives names and knows its own; those who share `key` know each other's."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def new(self, milliseconds: int) -> str:
        """Return the name of a question asked then (milliseconds since 1970). Names sort by time."""
        signed = (milliseconds & (1 << 48) - 1) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
        number = signed << _MAC_BITS | self._mac(signed)
        return "q_" + "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])

    def gave(self, query_id: str) -> bool:
        """Return whether this is a name that was given with this key."""
        if not FORM.fullmatch(query_id):
            return False
        number = 0
        for character in query_id[2:]:
            number = number << 5 | _BASE_32.index(character)
        signed, mac = number >> _MAC_BITS, number & (1 << _MAC_BITS) - 1
        return hmac.compare_digest(self._mac(signed).to_bytes(5), mac.to_bytes(5))

    def _mac(self, signed: int) -> int:
        return int.from_bytes(blake2b(signed.to_bytes(11), digest_size=_MAC_BITS // 8, key=self._key).digest())


def shared_key(file: Path) -> bytes:
    """Return the key in `file`, which the first to ask makes; a random one where it can be neither read nor made."""
    try:
        if not file.exists():
            _make(file)
        key = file.read_bytes()
        if len(key) == KEY_BYTES:
            return key
        _log.warning("%s is no key of %d bytes: delete it, then the next start makes one", file, KEY_BYTES)
    except OSError as error:
        _log.warning(
            "the key of query ids cannot be kept, other workers and later starts will not know ours: %s", error
        )
    return secrets.token_bytes(KEY_BYTES)


def _make(file: Path) -> None:
    """Write the key whole before it has its name: who reads it meanwhile finds none, or all of it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    own = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    own.touch(mode=0o600, exist_ok=False)
    try:
        own.write_bytes(secrets.token_bytes(KEY_BYTES))
        try:
            os.link(own, file)
        except FileExistsError:
            return  # another worker was first
    finally:
        own.unlink()
