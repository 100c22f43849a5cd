"""Where the record lies: a SQLite file, or PostgreSQL. Opens it, migrates it, and says plainly what failed.

Each transaction has its own connection to SQLite (0.3 ms), so a file that was moved away or restored is noticed at
once; connections to PostgreSQL are kept. Nothing here waits longer than WAIT_SECONDS for a lock.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Insert, NullPool, QueuePool, Table, create_engine, event, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from kb_service.errors import DependencyFailed
from kb_service.record.old_votes import put_aside, take_over
from kb_service.record.schema import VERSION

FILE: Final = "record.sqlite3"
WAIT_SECONDS: Final = 2
LONGEST_STATEMENT_SECONDS: Final = 10
MIGRATION_LOCK: Final = 7_201_993_114  # of PostgreSQL: one process migrates, the others wait for it

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_DRIVER: Final = "postgresql+psycopg"
_log: Final = logging.getLogger(__name__)
_migrating: Final = threading.Lock()  # Alembic keeps what it migrates in a global variable


def database_url(data: Path, url: str) -> URL:
    """Return what SQLAlchemy connects to: `url` as KB_DATABASE_URL has it, or the file in the folder `data`."""
    if not url:
        return URL.create("sqlite", database=str(data / FILE))
    given = make_url(url)
    return given.set(drivername=_DRIVER) if given.drivername in ("postgres", "postgresql") else given


class Database:
    """The record's database; safe to share between threads. It raises DependencyFailed, but where a row is at fault.

    `old_votes` is the file in which versions before this one kept votes: what it holds is taken over.
    """

    def __init__(self, url: URL, *, old_votes: Path | None = None) -> None:
        self._url = url
        self._old_votes = old_votes
        try:
            self.engine = _engine(url)
        except (SQLAlchemyError, ImportError) as error:
            raise DependencyFailed(f"The record cannot be kept in {self}: {error}.") from error

    def __str__(self) -> str:
        file = self._url.database if self._url.get_backend_name() == "sqlite" else None
        return file or self._url.render_as_string(hide_password=True)

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[Connection]:
        """Yield a connection; what was done with it is kept when the block ends, and nothing of it when it fails."""
        with self._failures():
            engine = self.engine.execution_options(writes=writes)
            with engine.begin() as connection:
                yield connection

    def prepare(self) -> None:
        """Bring the tables up to date, make them where there are none, and take over old votes."""
        with self._failures():
            if self._url.get_backend_name() == "sqlite" and self._url.database:
                _make_private(Path(self._url.database))
            with self.transaction(writes=False) as connection:
                version = _version(connection)
            if version != VERSION:
                self.migrate("head")
            if self._old_votes and self._old_votes.is_file():
                self._take_over(self._old_votes)

    def _take_over(self, old_votes: Path) -> None:
        """What is wrong with an old file is said, and no reason to record nothing new."""
        try:
            with self.transaction() as connection:
                _wait_for_turn(connection)
                take_over(old_votes, connection)
            put_aside(old_votes)
        except (DependencyFailed, OSError) as error:
            _log.warning("old votes are not taken over: %s", error)

    def migrate(self, revision: str) -> None:
        """Take the tables to a revision: "head" is the newest, "base" is none, and deletes all that is recorded."""
        from alembic import command  # 0.2 s that only a migration waits for
        from alembic.config import Config
        from alembic.util.exc import CommandError

        with self._failures(), _migrating, self.transaction() as connection:
            _wait_for_turn(connection)
            config = Config()
            config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            before = _version(connection)
            try:
                (command.downgrade if revision == "base" else command.upgrade)(config, revision)
            except CommandError as error:
                raise DependencyFailed(f"The record in {self} is of another version: {error}.") from error
            after = _version(connection)
        if before and after not in ("", before):
            _log.info("the record is brought up to date: version %s is now %s", before, after)

    def version(self) -> str:
        """Return the revision of the tables, "" where there are none."""
        if self._url.get_backend_name() == "sqlite" and not Path(self._url.database or "").exists():
            return ""
        with self.transaction(writes=False) as connection:
            return _version(connection)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except (DataError, IntegrityError):
            raise
        except (SQLAlchemyError, OSError) as error:
            said = getattr(error, "orig", None) or error  # without the statement, which holds what people asked
            told = " ".join(str(said).split())
            raise DependencyFailed(f"The record cannot be kept in {self}: {told}.") from error


def insert_new(connection: Connection, table: Table) -> Insert:
    """Return an INSERT that leaves rows as they are that are there already."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement: Insert = dialect.insert(table).on_conflict_do_nothing()
    return statement


def insert_or_replace(connection: Connection, table: Table) -> Insert:
    """Return an INSERT that replaces rows with the same primary key."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    replacing: Insert = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return replacing


def _make_private(file: Path) -> None:
    """Make an empty file where there is none, for this user alone: SQLite makes its others like it."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": WAIT_SECONDS}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    milliseconds = LONGEST_STATEMENT_SECONDS * 1000
    options = f"-c statement_timeout={milliseconds} -c lock_timeout={WAIT_SECONDS * 1000}"
    return create_engine(
        url,
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=3,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,
        connect_args={"connect_timeout": WAIT_SECONDS, "options": options},
        hide_parameters=True,
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin as _begin_sqlite says
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")  # readers and the writer do not wait for each other
            return
        except sqlite3.OperationalError as error:  # of several who do this to a new file SQLite lets some not wait
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    """A transaction that writes takes its turn at once: one that reads first could not get it later."""
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _wait_for_turn(connection: Connection) -> None:
    """With SQLite whoever began to write has the turn already."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})


def _version(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
