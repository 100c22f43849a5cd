"""Secrets that we make, how they are kept (by their hash), and the time as the tables keep it."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable

Clock = Callable[[], int]  # milliseconds since 1970


def now_ms() -> int:
    """Return the time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def new_secret() -> str:
    """Return 256 random bits as 43 characters that need no quoting anywhere."""
    return secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return the SHA-256 of a secret of ours. It has 256 random bits: nobody can try them all, so no salt is needed."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
