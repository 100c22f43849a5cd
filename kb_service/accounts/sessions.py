"""A browser that signed in: a random id in its cookie, and a row with its hash here. Without a row it is signed out.

What belongs to a sign-in began with it: the session of a panel ends when that would, at sign-out with it, and opens
nothing but panels. It is reached by a hand-over, which is good once, for a minute. The kind is part of what is hashed.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from kb_service.accounts.accounts import Account, account_of
from kb_service.accounts.random_secrets import Clock, hash_of, new_secret, now_ms
from kb_service.accounts.schema import account, session
from kb_service.accounts.storage import Storage
from kb_service.errors import DependencyFailed

SEEN_EVERY_MS: Final = 60_000  # how exactly it is known when a session was last used; a write for each request is dear
MOST_BROWSER_CHARACTERS: Final = 200
HAND_OVER_MS: Final = 60_000  # until it must have been taken

Kind = Literal["sign-in", "hand-over", "panel"]

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its owner may see it: `key` names it, and opens nothing. Times are milliseconds."""

    key: str
    created_at: int
    seen_at: int
    expires_at: int
    browser: str


class Sessions:
    """The sessions of a database: each ends `idle_seconds` after its last use, `longest_seconds` after its start."""

    def __init__(self, database: Storage, *, idle_seconds: int, longest_seconds: int, now: Clock = now_ms) -> None:
        self._database = database
        self._idle_ms = idle_seconds * 1000
        self._longest_ms = longest_seconds * 1000
        self._now = now

    def begin(self, who: Account, *, browser: str = "", instead_of: str = "") -> str:
        """Start a session with an id nobody had before, and end the one this browser had; return its cookie."""
        now, secret = self._now(), new_secret()
        with self._database.transaction() as connection:
            _end(connection, instead_of)
            connection.execute(
                delete(session).where((session.c.expires_at <= now) | (session.c.seen_at <= now - self._idle_ms))
            )
            last = connection.execute(
                select(func.max(session.c.created_at)).where(session.c.account_id == who.account_id)
            ).scalar()
            began = max(now, (last or 0) + 1)  # no two of an account in one moment: it tells what belongs together
            ends = now + self._longest_ms
            _insert(connection, _key(secret, "sign-in"), who.account_id, began, now=now, ends=ends, browser=browser)
            connection.execute(update(account).where(account.c.account_id == who.account_id).values(signed_in_at=now))
        _log.info("sign-in: account %d, role %s", who.account_id, who.role)
        return secret

    def hand_over(self, secret: str, *, browser: str = "") -> str:
        """Return a secret for which `take` begins the session of a panel, for as long as the sign-in lasts."""
        now, handed, of_it = self._now(), new_secret(), session.c.session_hash == hash_of(secret)
        with self._database.transaction() as connection:
            found = connection.execute(select(session.c.account_id, session.c.created_at).where(of_it)).first()
            if found:
                ends = min(now + HAND_OVER_MS, found.created_at + self._longest_ms)
                _insert(connection, _key(handed, "hand-over"), *found, now=now, ends=ends, browser=browser)
        return handed

    def take(self, handed: str, *, browser: str = "") -> str | None:
        """Begin the session of a panel for what was handed over, and return its cookie; None if that is not good."""
        now, secret = self._now(), new_secret()
        with self._database.transaction() as connection:
            taken = connection.execute(
                delete(session)
                .where(session.c.session_hash == _key(handed, "hand-over"), session.c.expires_at > now)
                .returning(session.c.account_id, session.c.created_at)
            ).first()
            if taken is None:
                return None
            ends = taken.created_at + self._longest_ms
            _insert(connection, _key(secret, "panel"), *taken, now=now, ends=ends, browser=browser)
        return secret

    def find(self, secret: str, kind: Kind = "sign-in") -> Account | None:
        """Return who signed in with this cookie, as the account is now; None when the session or the account ended."""
        now, key = self._now(), _key(secret, kind)
        is_alive = (session.c.expires_at > now) & (session.c.seen_at > now - self._idle_ms)
        of_whom = session.join(account, account.c.account_id == session.c.account_id)
        with self._database.transaction(writes=False) as connection:
            row = connection.execute(
                select(account, session.c.seen_at)
                .select_from(of_whom)
                .where(session.c.session_hash == key, is_alive, account.c.disabled.is_(False))
            ).first()
        if row is None:
            return None
        if row.seen_at <= now - SEEN_EVERY_MS:
            with suppress(DependencyFailed), self._database.transaction() as connection:
                connection.execute(update(session).where(session.c.session_hash == key).values(seen_at=now))
        return account_of(row)

    def end(self, secret: str) -> None:
        """End a sign-in, and the sessions of panels that belong to it."""
        with self._database.transaction() as connection:
            _end(connection, secret)

    def end_one_of(self, who: Account, key: str) -> None:
        """End the session that `of` calls by this key, if it is one of this account."""
        if not key.isalnum():
            return
        with self._database.transaction() as connection:
            connection.execute(
                delete(session).where(session.c.session_hash == key, session.c.account_id == who.account_id)
            )

    def end_all(self, who: Account, *, but: str = "") -> None:
        """End every session of an account, except the one whose cookie holds `but`."""
        with self._database.transaction() as connection:
            connection.execute(
                delete(session).where(session.c.account_id == who.account_id, session.c.session_hash != hash_of(but))
            )

    def of(self, who: Account) -> Sequence[Session]:
        """Return the sessions of an account that have not ended, the newest first."""
        now = self._now()
        with self._database.transaction(writes=False) as connection:
            rows = connection.execute(
                select(session)
                .where(session.c.account_id == who.account_id, session.c.expires_at > now)
                .where(session.c.seen_at > now - self._idle_ms)
                .order_by(session.c.created_at.desc())
            ).all()
        return [Session(row.session_hash, row.created_at, row.seen_at, row.expires_at, row.browser) for row in rows]


def _key(secret: str, kind: Kind) -> str:
    """Return under what a secret of a kind is kept: as another kind it opens nothing."""
    return hash_of(secret if kind == "sign-in" else f"{kind} {secret}")


def _insert(
    connection: Connection, key: str, account_id: int, created_at: int, *, now: int, ends: int, browser: str
) -> None:
    values = {"session_hash": key, "account_id": account_id, "created_at": created_at, "seen_at": now}
    connection.execute(insert(session).values(**values, expires_at=ends, browser=browser[:MOST_BROWSER_CHARACTERS]))


def _end(connection: Connection, secret: str) -> None:
    """End a sign-in, and what belongs to it."""
    of_it = session.c.session_hash == hash_of(secret)
    if found := connection.execute(select(session.c.account_id, session.c.created_at).where(of_it)).first():
        connection.execute(
            delete(session).where(session.c.account_id == found.account_id, session.c.created_at == found.created_at)
        )
