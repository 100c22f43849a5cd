"""Who there is: accounts with a role, made by `kb user`, or by whoever vouches for somebody who signs in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from kb_service.accounts.passwords import hash_password
from kb_service.accounts.random_secrets import Clock, now_ms
from kb_service.accounts.schema import account, session
from kb_service.accounts.storage import Storage
from kb_service.errors import CallerError

Role = Literal["agent", "lead"]

LOCAL: Final = "local"
PROXY: Final = "proxy"
MOST_NAME_CHARACTERS: Final = 100
_NAME: Final = re.compile(rf"[\w.@+-]{{1,{MOST_NAME_CHARACTERS}}}")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may see what is for agents; `signed_in_at` (milliseconds) is None before the first time."""

    account_id: int
    name: str
    source: str
    role: Role
    disabled: bool
    created_at: int
    signed_in_at: int | None

    def may_act_as(self, role: Role) -> bool:
        """Tell whether the account has a role: leads may do what agents may."""
        return self.role in (role, "lead")


@dataclass(frozen=True, slots=True)
class Vouched:
    """What an identity provider or a proxy says of somebody: who vouches, its id for them, their name and role."""

    source: str
    subject: str
    name: str
    role: Role


def plain_name(name: str) -> str:
    """Return a name as it is kept: people write it in capitals or not."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


class Accounts:
    """The accounts of a database. Every change that takes something away ends the sessions of the account at once."""

    def __init__(self, database: Storage, *, now: Clock = now_ms) -> None:
        self._database = database
        self._now = now

    def add(self, name: str, role: Role, password: str) -> Account:
        """Make an account with a password; raise CallerError when there is one of that name, or it is no name."""
        name = plain_name(name)
        if not _NAME.fullmatch(name):
            raise CallerError(
                f"{name!r} is no name for an account: use up to {MOST_NAME_CHARACTERS} letters, digits and . _ - + @"
            )
        kept = hash_password(password)
        with self._database.transaction() as connection:
            if _row(connection, name):
                raise CallerError(f"There is an account {name} already. A new password: kb user reset {name}")
            _insert(connection, name, LOCAL, name, role, kept, self._now())
            return account_of(_row(connection, name))

    def all(self) -> tuple[Account, ...]:
        """Return every account, by name."""
        with self._database.transaction(writes=False) as connection:
            return tuple(map(account_of, connection.execute(select(account).order_by(account.c.name))))

    def exist(self) -> bool:
        """Tell whether there is an account at all."""
        with self._database.transaction(writes=False) as connection:
            return connection.execute(select(account.c.account_id).limit(1)).first() is not None

    def password_of(self, name: str) -> tuple[Account | None, str]:
        """Return an account that signs in with a password, and what is kept of that; None and "" without one."""
        name = plain_name(name)
        if not _NAME.fullmatch(name):
            return None, ""
        with self._database.transaction(writes=False) as connection:
            row = _row(connection, name)
        if row is None or row.source != LOCAL or row.disabled:
            return None, ""
        return account_of(row), row.password_hash

    def disable(self, name: str) -> Account:
        """Let nobody in by this account, from now on."""
        return self._change(name, disabled=True)

    def enable(self, name: str) -> Account:
        """Let somebody in by this account again."""
        return self._change(name, ends_sessions=False, disabled=False)

    def set_role(self, name: str, role: Role) -> Account:
        """Give an account another role."""
        return self._change(name, role=role)

    def set_password(self, name: str, password: str) -> Account:
        """Give a local account another password; raise CallerError when somebody else vouches for it."""
        found = self.named(name)
        if found.source != LOCAL:
            raise CallerError(f"{found.name} signs in by {found.source}: it has no password here.")
        return self._change(name, password_hash=hash_password(password))

    def sign_out(self, name: str) -> Account:
        """End every session of an account."""
        return self._change(name)

    def named(self, name: str) -> Account:
        """Return the account of a name; raise CallerError when there is none."""
        with self._database.transaction(writes=False) as connection:
            return account_of(_known(connection, name))

    def rehash(self, found: Account, password: str) -> None:
        """Keep the same password under today's parameters."""
        with self._database.transaction() as connection:
            _update(connection, found.account_id, password_hash=hash_password(password))

    def vouched_for(self, who: Vouched) -> Account | None:
        """Return the account of somebody who was vouched for, made or brought up to date; None when it is disabled.

        An account is found by who vouches and its id there, never by its name: two sources may call two people alike.
        """
        where = (account.c.source == who.source, account.c.subject == who.subject)
        with self._database.transaction(writes=False) as connection:
            row = connection.execute(select(account).where(*where)).first()
        if row is not None and (row.disabled or row.role == who.role):
            return None if row.disabled else account_of(row)
        with self._database.transaction() as connection:
            row = connection.execute(select(account).where(*where)).first()
            if row is None:
                shown = "".join(filter(str.isprintable, plain_name(who.name)))[:MOST_NAME_CHARACTERS]
                name = _free_name(connection, shown or "somebody")
                _insert(connection, name, who.source, who.subject, who.role, "", self._now())
            elif row.role != who.role:
                _update(connection, row.account_id, role=who.role)
                connection.execute(delete(session).where(session.c.account_id == row.account_id))
            row = connection.execute(select(account).where(*where)).one()
            return None if row.disabled else account_of(row)

    def _change(self, name: str, *, ends_sessions: bool = True, **values: Any) -> Account:
        with self._database.transaction() as connection:
            row = _known(connection, name)
            if values:
                _update(connection, row.account_id, **values)
            if ends_sessions:
                connection.execute(delete(session).where(session.c.account_id == row.account_id))
            return account_of(_known(connection, name))


def _known(connection: Connection, name: str) -> Row[Any]:
    row = _row(connection, plain_name(name))
    if row is None:
        raise CallerError(f"There is no account {plain_name(name)!r}. See kb user list.")
    return row


def _row(connection: Connection, name: str) -> Row[Any] | None:
    return connection.execute(select(account).where(account.c.name == name)).first()


def _insert(
    connection: Connection, name: str, source: str, subject: str, role: Role, password_hash: str, now: int
) -> None:
    values = {"name": name, "source": source, "subject": subject, "role": role, "password_hash": password_hash}
    connection.execute(insert(account).values(**values, disabled=False, created_at=now))


def _update(connection: Connection, account_id: int, **values: Any) -> None:
    connection.execute(update(account).where(account.c.account_id == account_id).values(**values))


def _free_name(connection: Connection, name: str) -> str:
    """Return a name that no account has: where there is one, with a number behind it."""
    taken = select(func.count()).select_from(account).where(account.c.name == name)
    if not connection.execute(taken).scalar():
        return name
    like: Sequence[str] = (
        connection.execute(select(account.c.name).where(account.c.name.startswith(name))).scalars().all()
    )
    return next(made for number in range(2, len(like) + 3) if (made := f"{name}-{number}") not in like)


def account_of(row: Any) -> Account:
    """Return the account that a row of its table is."""
    return Account(
        account_id=row.account_id,
        name=row.name,
        source=row.source,
        role=row.role,
        disabled=bool(row.disabled),
        created_at=row.created_at,
        signed_in_at=row.signed_in_at,
    )
