"""The tables of the record: made, brought up to date and taken away, by many processes at once too."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

import kb_service.record.database as module
from kb_service.accounts.schema import metadata as accounts
from kb_service.errors import DependencyFailed
from kb_service.record.database import Database, database_url
from kb_service.record.schema import VERSION, metadata


def tables(database: Database) -> set[str]:
    with database.transaction(writes=False) as connection:
        return set(inspect(connection).get_table_names()) - {"alembic_version", "sqlite_sequence"}


def test_the_migrations_make_what_the_program_expects(database: Database) -> None:
    with database.transaction(writes=False) as connection:
        assert compare_metadata(MigrationContext.configure(connection), [metadata, accounts]) == []


def test_the_newest_revision_is_the_one_that_the_program_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))

    assert ScriptDirectory.from_config(config).get_current_head() == VERSION


def test_a_migration_goes_up_and_down_and_up_again(empty: Database) -> None:
    assert empty.version() == ""
    empty.migrate("head")
    assert (empty.version(), tables(empty)) == (VERSION, {*metadata.tables, *accounts.tables})
    empty.migrate("base")
    assert (empty.version(), tables(empty)) == ("", set())
    empty.prepare()
    assert (empty.version(), tables(empty)) == (VERSION, {*metadata.tables, *accounts.tables})


def test_preparing_a_prepared_database_changes_nothing(database: Database) -> None:
    database.prepare()

    assert database.version() == VERSION


def test_that_tables_are_brought_up_to_date_is_logged_once(empty: Database, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger=module.__name__)
    empty.migrate("0004")
    assert caplog.messages == []
    empty.prepare()
    empty.prepare()

    assert caplog.messages == [f"the record is brought up to date: version 0004 is now {VERSION}"]


def test_those_who_start_together_migrate_once(url: str, tmp_path: Path) -> None:
    each = [Database(database_url(tmp_path, url)) for _ in range(6)]
    with ThreadPoolExecutor(len(each)) as pool:
        list(pool.map(Database.prepare, each))

    assert {one.version() for one in each} == {VERSION}
    for one in each:
        one.close()


def test_a_file_that_others_are_just_making_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite refuses some of those who set the mode of a new file at the same time, whatever its timeout."""
    tries: list[str] = []

    class Refused(sqlite3.Connection):
        def execute(self, statement: str, *parameters: object) -> sqlite3.Cursor:
            if "journal_mode" in statement and len(tries) < 2:
                tries.append(statement)
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = sqlite3.SQLITE_BUSY
                raise error
            return super().execute(statement, *parameters)  # type: ignore[arg-type]

    connect = sqlite3.dbapi2.connect
    monkeypatch.setattr(sqlite3.dbapi2, "connect", lambda *args, **named: connect(*args, factory=Refused, **named))
    database = Database(database_url(tmp_path, ""))
    database.prepare()

    assert (len(tries), database.version()) == (2, VERSION)
    database.close()


def test_a_record_of_a_newer_version_is_left_alone(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DependencyFailed, match="of another version"):
        database.prepare()

    assert tables(database) == {*metadata.tables, *accounts.tables}


def test_what_fails_leaves_nothing_behind(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as connection:
            connection.execute(text("INSERT INTO meaning VALUES ('a', 'm', :vector)"), {"vector": b""})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with database.transaction(writes=False) as connection:
        assert connection.execute(text("SELECT count(*) FROM meaning")).scalar() == 0


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "record.sqlite3").write_text("no database, but text " * 100, encoding="utf-8")

    with pytest.raises(DependencyFailed, match=r"record\.sqlite3: file is not a database"):
        Database(database_url(tmp_path, "")).prepare()


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DependencyFailed, match="cannot be kept in"):
        Database(database_url(tmp_path / "file", "")).prepare()


def test_a_server_that_is_not_there_is_said_without_its_password(tmp_path: Path) -> None:
    database = Database(database_url(tmp_path, "postgresql://kb:secret@127.0.0.1:1/kb"))

    with pytest.raises(DependencyFailed) as failure:
        database.prepare()

    assert "127.0.0.1:1" in str(failure.value)
    assert "secret" not in str(failure.value)


def test_readers_and_writers_of_the_file_do_not_wait_for_each_other(tmp_path: Path) -> None:
    Database(database_url(tmp_path, "")).prepare()

    connection = sqlite3.connect(tmp_path / "record.sqlite3")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
