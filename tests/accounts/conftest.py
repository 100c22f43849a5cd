"""A database for each test, SQLite and a real PostgreSQL, and a clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from kb_service.accounts.accounts import Accounts
from kb_service.accounts.storage import ReadyDatabase
from kb_service.record.database import Database, database_url
from tests.accounts.builders import Clock, cheap_passwords, database_like, empty_file
from tests.lacking import lacks
from tests.record.postgresql import find_programs, running

TABLES = "account, session, api_token, sign_in_try, openid_request"


@pytest.fixture(scope="session")
def _empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return empty_file(tmp_path_factory.mktemp("accounts"))


@pytest.fixture(scope="session")
def _postgresql() -> Iterator[Database]:
    """One database for all tests of this process: to make one takes a second."""
    programs = find_programs()
    if programs is None:
        lacks("PostgreSQL is not installed: apt-get install postgresql")
    with running(programs) as server, server.database("accounts") as address:
        database = Database(database_url(Path(), address))
        database.prepare()
        yield database
        database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database(request: pytest.FixtureRequest, _empty_file: Path, tmp_path: Path) -> ReadyDatabase:
    if request.param == "sqlite":
        return database_like(_empty_file, tmp_path)
    kept: Database = request.getfixturevalue("_postgresql")
    with kept.transaction() as connection:
        connection.execute(text(f"TRUNCATE {TABLES} RESTART IDENTITY"))
    return ReadyDatabase(lambda: kept)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(database: ReadyDatabase, clock: Clock) -> Accounts:
    return Accounts(database, now=clock)


@pytest.fixture(autouse=True)
def _cheap_passwords() -> Iterator[None]:
    with cheap_passwords():
        yield
