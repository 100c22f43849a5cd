"""Accounts on a database of a test's own, with a clock that a test sets and passwords that cost nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher

from kb_service.accounts import passwords
from kb_service.accounts.storage import ReadyDatabase
from kb_service.record.database import Database, database_url

PASSWORD: Final = "violet grebes knit walls"
OTHER_PASSWORD: Final = "seven tin boats hum loudly"
CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Clock:
    """Milliseconds since 1970, as far as a test says."""

    def __init__(self) -> None:
        self.now = 1_796_000_000_000

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


def empty_file(folder: Path) -> Path:
    """A database of the newest version without a row; to be copied, as migrating takes half a second."""
    database = Database(database_url(folder, ""))
    database.prepare()
    database.close()
    return Path(str(database))


def database_like(file: Path, folder: Path) -> ReadyDatabase:
    """A copy of a database, in another folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, folder / file.name)
    return ReadyDatabase(lambda: Database(database_url(folder, "")))


@contextmanager
def cheap_passwords() -> Iterator[None]:
    """Hash with next to no work, as most tests are about something else."""
    hasher, of_nobody = passwords._HASHER, passwords._OF_NOBODY
    passwords._HASHER, passwords._OF_NOBODY = CHEAP, CHEAP.hash("nobody")  # type: ignore[misc]
    try:
        yield
    finally:
        passwords._HASHER, passwords._OF_NOBODY = hasher, of_nobody  # type: ignore[misc]
