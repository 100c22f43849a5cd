"""The tables of accounts, the same on SQLite and PostgreSQL. Times are milliseconds since 1970, in UTC.

No table holds a password, a cookie or a token: only what they are checked with.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata: Final = MetaData()  # not that of the record, whose tables are counted, emptied and reported on

# `source` says who vouches for it: "local" with a password, "proxy", or the issuer of an identity provider, which knows
# it as `subject`. `name` is what people call it.
account: Final = Table(
    "account",
    metadata,
    Column("account_id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("source", String(400), nullable=False),
    Column("subject", String(400), nullable=False),
    Column("role", String(10), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("signed_in_at", BigInteger),
    UniqueConstraint("source", "subject", name="account_by_subject"),
    sqlite_autoincrement=True,
)

# A browser that signed in. `expires_at` is the latest end, however busy it is.
session: Final = Table(
    "session",
    metadata,
    Column("session_hash", String(64), primary_key=True),
    Column("account_id", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("browser", String(200), nullable=False),
)
Index("session_by_account", session.c.account_id)

# A program that may ask. `scopes` are separated by blanks.
api_token: Final = Table(
    "api_token",
    metadata,
    Column("token_id", String(12), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("secret_hash", String(64), nullable=False),
    Column("scopes", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("revoked_at", BigInteger),
)

# Tries to sign in: when the bucket of a name or an address, known by its hash alone, will be full again.
sign_in_try: Final = Table(
    "sign_in_try",
    metadata,
    Column("who_hash", String(64), primary_key=True),
    Column("full_at", BigInteger, nullable=False),
)

# Somebody who was sent to the identity provider and is not back yet.
openid_request: Final = Table(
    "openid_request",
    metadata,
    Column("state_hash", String(64), primary_key=True),
    Column("browser_hash", String(64), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("code_verifier", String(128), nullable=False),
    Column("next_path", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)
