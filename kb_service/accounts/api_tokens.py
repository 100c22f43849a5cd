"""A program that may ask: tokens of 256 random bits, shown once, kept by their hash, each with scopes and an end."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from sqlalchemy import insert, select, update

from kb_service.accounts.random_secrets import Clock, hash_of, new_secret, now_ms
from kb_service.accounts.schema import api_token
from kb_service.accounts.storage import Storage
from kb_service.errors import CallerError, DependencyFailed

Scope = Literal["answers:public", "answers:agent", "reports"]

SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
USED_EVERY_MS: Final = 60_000
MOST_NAME_CHARACTERS: Final = 200
MS_A_DAY: Final = 86_400_000
_TOKEN: Final = re.compile(r"kb_([0-9a-z]{12})_([\w-]{43})", re.ASCII)
_ID_CHARACTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token without its secret; times are milliseconds, `used_at` to the minute."""

    token_id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: int
    expires_at: int
    used_at: int | None
    revoked_at: int | None


class ApiTokens:
    """The tokens of a database."""

    def __init__(self, database: Storage, *, now: Clock = now_ms) -> None:
        self._database = database
        self._now = now

    def add(self, name: str, scopes: Sequence[Scope], *, days: int) -> tuple[ApiToken, str]:
        """Make a token for `days` days; return it with the text that the program sends, which nobody can read again."""
        now, secret = self._now(), new_secret()
        token_id = "".join(secrets.choice(_ID_CHARACTERS) for _ in range(12))
        with self._database.transaction() as connection:
            connection.execute(
                insert(api_token).values(
                    token_id=token_id,
                    name=name[:MOST_NAME_CHARACTERS],
                    secret_hash=hash_of(secret),
                    scopes=" ".join(sorted(set(scopes))),
                    created_at=now,
                    expires_at=now + days * MS_A_DAY,
                )
            )
            row = connection.execute(select(api_token).where(api_token.c.token_id == token_id)).one()
        return _token(row), f"kb_{token_id}_{secret}"

    def all(self) -> tuple[ApiToken, ...]:
        """Return every token, the newest first, with those that ended."""
        with self._database.transaction(writes=False) as connection:
            return tuple(map(_token, connection.execute(select(api_token).order_by(api_token.c.created_at.desc()))))

    def revoke(self, token_id: str) -> ApiToken:
        """End a token at once; raise CallerError when there is none of that id."""
        with self._database.transaction() as connection:
            row = connection.execute(select(api_token).where(api_token.c.token_id == token_id)).first()
            if row is None:
                raise CallerError(f"There is no token {token_id!r}. See kb token list.")
            if row.revoked_at is None:
                change = update(api_token).where(api_token.c.token_id == token_id)
                connection.execute(change.values(revoked_at=self._now()))
            return _token(connection.execute(select(api_token).where(api_token.c.token_id == token_id)).one())

    def find(self, text: str) -> ApiToken | None:
        """Return the token that a program sent, None when it is none, expired or revoked."""
        parts = _TOKEN.fullmatch(text)
        if not parts:
            return None
        now = self._now()
        with self._database.transaction(writes=False) as connection:
            row = connection.execute(select(api_token).where(api_token.c.token_id == parts[1])).first()
        if row is None or not hmac.compare_digest(row.secret_hash, hash_of(parts[2])):
            return None
        if row.revoked_at is not None or row.expires_at <= now:
            return None
        if row.used_at is None or row.used_at <= now - USED_EVERY_MS:
            with suppress(DependencyFailed), self._database.transaction() as connection:
                change = update(api_token).where(api_token.c.token_id == row.token_id)
                connection.execute(change.values(used_at=now))
        return _token(row)


def _token(row: Any) -> ApiToken:
    return ApiToken(
        token_id=row.token_id,
        name=row.name,
        scopes=tuple(scope for scope in SCOPES if scope in row.scopes.split()),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
