"""The database of the record: while it is gone answers come as ever, and votes are kept or refused, never lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGQUIT
from typing import Final

from faults.checking import Checker
from faults.experiments.sizes import Result, Size
from faults.machine import Lacking, fill, small_disk
from faults.requests import MIXED, READING, VOTE
from faults.serving import RECORD, Installation, Server, serving, wait_until

BACK_SECONDS: Final = 30.0


def sqlite_gone(at: Installation, size: Size) -> Result:
    """The record is locked, its disk is full, its file is removed: answers as ever, votes kept or refused, not lost."""
    checker, told = Checker(), []
    with small_disk(at.folder / "data", megabytes=64), serving(at) as server:
        file, removed = at.folder / "data" / RECORD, at.folder / "data" / "removed"
        removed.mkdir()
        _quiet(checker, server, size)
        with _locked(at):
            told.append(_while_gone(checker, server, size, "locked"))
        told.append(_back(checker, server))
        ballast = fill(file.parent)
        told.append(_while_gone(checker, server, size, "full", keeps=True))
        ballast.unlink()
        told.append(_back(checker, server))
        before = at.votes()
        for each in file.parent.glob(f"{RECORD}*"):
            each.rename(removed / each.name)
        told.append(_while_gone(checker, server, size, "removed", keeps=True, refuses=False))
        told.append(_back(checker, server))
        stored = before | at.votes()
        return _judged(checker, server, told, stored)


def postgresql_gone(at: Installation, size: Size) -> Result:
    """The record on PostgreSQL, which crashes and comes back: answers as ever, votes kept or refused, not lost."""
    try:
        import psycopg

        from tests.record.postgresql import find_programs, running
    except ImportError as error:
        raise Lacking(f"psycopg: {error}") from error
    programs = find_programs()
    if programs is None:
        raise Lacking("PostgreSQL (Debian: postgresql)")
    checker, told = Checker(), []
    with running(programs) as database, database.database("kb") as url, serving(at, KB_DATABASE_URL=url) as server:
        _quiet(checker, server, size)
        for signal in (SIGQUIT, SIGQUIT):
            database.stop(signal)
            told.append(_while_gone(checker, server, size, "stopped"))
            database.start()
            told.append(_back(checker, server))
        with psycopg.connect(url) as connection:
            stored = {str(row[0]) for row in connection.execute("SELECT query_id FROM vote")}
        return _judged(checker, server, told, stored)


def _quiet(checker: Checker, server: Server, size: Size) -> None:
    checker.ask_for(server.port, size.fault_seconds, requests=MIXED)


def _while_gone(
    checker: Checker, server: Server, size: Size, how: str, *, keeps: bool = False, refuses: bool = True
) -> str:
    """Read, then vote too; where it `keeps` or `refuses` votes it may do so, and nothing else."""
    checker.ask_for(server.port, size.fault_seconds, requests=READING)
    before = checker.votes.copy()
    checker.ask_for(server.port, size.fault_seconds, requests=(VOTE,), clients=2)
    new = checker.votes - before
    said = ", ".join(f"{count} {kind}" for kind, count in sorted(new.items()))
    if not (new and set(new) <= {"right" if keeps else "", "refused" if refuses else ""}):
        checker.counts["wrong"] += 1
    return f"{how}: votes {said}"


def _back(checker: Checker, server: Server) -> str:
    """Wait until votes are kept again, without a restart."""
    if wait_until(lambda: checker.ask(server.port, VOTE) == "right", BACK_SECONDS):
        return "back"
    checker.counts["failed"] += 1
    return "NOT BACK"


def _judged(checker: Checker, server: Server, told: list[str], stored: set[str]) -> Result:
    lost = checker.kept - stored
    dropped = server.metric('kb_record_events_total{status="dropped"}') + server.metric(
        'kb_record_events_total{status="failed"}'
    )
    ended = server.logged("ended (")
    text = f"{'; '.join(told)}; in all {checker}; {len(lost)} of {len(checker.kept):,} kept votes lost"
    holds = checker.only("refused") and not lost and not ended
    return Result(f"{text}, {dropped:.0f} questions not recorded", holds)


@contextmanager
def _locked(at: Installation) -> Iterator[None]:
    """Hold the turn to write, as a stuck program would."""
    connection = sqlite3.connect(at.folder / "data" / RECORD, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
    finally:
        connection.close()
