"""The database is there when somebody needs it, and only for the user that runs the service (ASVS 5.0: 13.3.2)."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kb_service.accounts.accounts import Accounts
from kb_service.accounts.storage import ReadyDatabase
from kb_service.errors import DependencyFailed
from kb_service.record.database import Database, database_url


def test_nothing_is_opened_before_it_is_used(tmp_path: Path) -> None:
    accounts = Accounts(ReadyDatabase(lambda: Database(database_url(tmp_path / "data", ""))))
    assert not (tmp_path / "data").exists()

    assert not accounts.exist()
    assert (tmp_path / "data").exists()


def test_nobody_else_on_the_machine_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    database = ReadyDatabase(lambda: Database(database_url(folder, "")))
    with database.transaction():
        files = [*folder.iterdir()]

        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_database_that_cannot_be_had_is_tried_again_the_next_time(tmp_path: Path) -> None:
    blocker = tmp_path / "data"
    blocker.write_text("in the way", encoding="utf-8")
    accounts = Accounts(ReadyDatabase(lambda: Database(database_url(blocker, ""))))

    with pytest.raises(DependencyFailed):
        accounts.exist()
    blocker.unlink()
    assert not accounts.exist()
