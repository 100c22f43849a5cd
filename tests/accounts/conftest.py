"""A database for each test, and a clock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb_service.accounts.accounts import Accounts
from kb_service.accounts.storage import ReadyDatabase
from tests.accounts.builders import Clock, cheap_passwords, database_like, empty_file


@pytest.fixture(scope="session")
def _empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return empty_file(tmp_path_factory.mktemp("accounts"))


@pytest.fixture
def database(_empty_file: Path, tmp_path: Path) -> ReadyDatabase:
    return database_like(_empty_file, tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(database: ReadyDatabase, clock: Clock) -> Accounts:
    return Accounts(database, now=clock)


@pytest.fixture(autouse=True)
def _cheap_passwords(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.node.get_closest_marker("slow"):
        yield
        return
    with cheap_passwords():
        yield
