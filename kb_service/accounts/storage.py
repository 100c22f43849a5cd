"""The database of the service as accounts use it: opened and brought up to date at its first use, not before."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from sqlalchemy import Connection

from kb_service.record.database import Database


class Storage(Protocol):
    """Where rows are kept."""

    def transaction(self, *, writes: bool = True) -> AbstractContextManager[Connection]:
        """Yield a connection; what was done with it is kept when the block ends, and nothing of it when it fails."""


class ReadyDatabase:
    """A database whose tables are there before anybody uses it. Safe to share between threads.

    A database that cannot be had fails whoever signs in, with DependencyFailed, and nothing else.
    """

    def __init__(self, open_database: Callable[[], Database]) -> None:
        self._open = open_database
        self._database: Database | None = None
        self._opening = threading.Lock()

    def opened(self) -> Database:
        """Return the database, its tables up to date."""
        with self._opening:
            if self._database is None:
                database = self._open()
                database.prepare()
                self._database = database
            return self._database

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[Connection]:
        with self.opened().transaction(writes=writes) as connection:
            yield connection
