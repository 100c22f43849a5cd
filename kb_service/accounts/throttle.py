"""How often somebody may try to sign in: token buckets in the database, so that all workers count together.

A try is counted before the password is looked at, in one statement: a thousand at once are no more tries than one after
the other. Nobody is locked out for good: buckets fill again by themselves.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import case, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from kb_service.accounts.random_secrets import Clock, now_ms
from kb_service.accounts.schema import sign_in_try
from kb_service.accounts.storage import Storage


@dataclass(frozen=True, slots=True)
class TryLimit:
    """A bucket of `tries`, filled again within `seconds`."""

    kind: str
    tries: int
    seconds: int


PER_NAME: Final = TryLimit("name", tries=5, seconds=15 * 60)
PER_ADDRESS: Final = TryLimit("address", tries=20, seconds=15 * 60)  # an office has one address


class SignInThrottle:
    """Counts tries by the name that was typed, of an account or not, and by the address they came from."""

    def __init__(self, database: Storage, *, now: Clock = now_ms) -> None:
        self._database = database
        self._now = now

    def wait_seconds(self, limit: TryLimit, who: str) -> int:
        """Count a try of `who` and return 0, or count none and return after how many seconds there may be one."""
        now, refill = self._now(), limit.seconds * 1000 // limit.tries
        who_hash = _hash(limit, who)
        column = sign_in_try.c.full_at
        filled = case((column > now, column), else_=now) + refill
        latest = now + limit.tries * refill
        with self._database.transaction() as connection:
            dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
            connection.execute(delete(sign_in_try).where(column < now))
            counted = (
                dialect.insert(sign_in_try)
                .values(who_hash=who_hash, full_at=now + refill)
                .on_conflict_do_update(index_elements=["who_hash"], set_={"full_at": filled}, where=filled <= latest)
                .returning(column)
            )
            if connection.execute(counted).first() is not None:
                return 0
            full_at = connection.execute(select(column).where(sign_in_try.c.who_hash == who_hash)).scalar_one()
        too_early: int = full_at + refill - latest
        return max(1, -(-too_early // 1000))

    def forget(self, limit: TryLimit, who: str) -> None:
        """Fill the bucket of somebody who has signed in."""
        with self._database.transaction() as connection:
            connection.execute(delete(sign_in_try).where(sign_in_try.c.who_hash == _hash(limit, who)))


def _hash(limit: TryLimit, who: str) -> str:
    """People type passwords where a name belongs: what they typed is not kept."""
    return hashlib.sha256(f"{limit.kind}:{who}".encode(errors="replace")).hexdigest()
