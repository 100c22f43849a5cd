"""Databases for tests of the record: each test that takes `database` runs on SQLite and on PostgreSQL (slow)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb_service.record.database import Database, database_url
from tests.lacking import lacks
from tests.record.postgresql import Server, find_programs, running


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL for all tests of this process."""
    programs = find_programs()
    if programs is None:
        lacks("PostgreSQL is not installed: apt-get install postgresql")
    with running(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """KB_DATABASE_URL for an empty database; "" is a file in `tmp_path`."""
    if request.param == "sqlite":
        yield ""
        return
    server: Server = request.getfixturevalue("postgresql")
    name = re.sub(r"\W+", "_", request.node.name)[:60]
    with server.database(name) as address:
        yield address


@pytest.fixture
def empty(url: str, tmp_path: Path) -> Iterator[Database]:
    """A database without tables; a file of old votes would lie at `tmp_path / "feedback.sqlite3"`."""
    opened = Database(database_url(tmp_path, url), old_votes=tmp_path / "feedback.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def database(empty: Database) -> Database:
    """A database with its tables."""
    empty.prepare()
    return empty
