"""The record as a process that answers has it: events go in, votes are stored, and what is popular comes out."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from kb_service.errors import DependencyFailed
from kb_service.meaning.vectors import Encoder
from kb_service.record.events import Event, Vote
from kb_service.record.recorder import Recorder, RecorderObserver
from kb_service.settings import RecordMode

if TYPE_CHECKING:
    from kb_service.record.database import Database
    from kb_service.record.writing import Writer

POPULAR_DAYS: Final = 30
POPULAR_FEWEST: Final = 3  # one curious reader makes nothing popular
CHORES_SECONDS: Final = 60.0
MEANINGS_AT_ONCE: Final = 64  # about 0.1 s of one processor, once in CHORES_SECONDS


class Record:
    """With the mode `votes` no question is kept; with `off` there is no record, and so no Record.

    `open_database` is called where the database is needed first, in a thread of our own or for a vote: what it imports
    takes a third of a second.
    """

    def __init__(
        self,
        open_database: Callable[[], Database],
        *,
        key: bytes,
        keep_days: int,
        mode: RecordMode = "on",
        encoder: Encoder | None = None,
        observer: RecorderObserver | None = None,
    ) -> None:
        self._open_database = open_database
        self._key = key
        self._keep_days = keep_days
        self.mode = mode
        self._keeps_questions = mode == "on"
        self._encoder = encoder
        self._database: Database | None = None
        self._is_ready = False
        self._opening = threading.Lock()
        self._popular: tuple[str, ...] = ()
        self._chores_at = 0.0
        self._recorder = Recorder(self._open_writer, observer=observer, idle=self._do_chores)
        forked = weakref.WeakMethod(self._forked)
        os.register_at_fork(after_in_child=lambda: (method := forked()) and method())

    def start(self) -> Record:
        """Start to write, in the process that records; return self."""
        self._recorder.start()
        return self

    def put(self, event: Event) -> bool:
        """Take an event; return whether it is kept, as far as anybody knows. Never waits, never raises."""
        return self._keeps_questions and self._recorder.put(event)

    def save_vote(self, vote: Vote, *, at: int) -> bool:
        """Store a vote; return whether it is the first on its question. Raises DependencyFailed."""
        from kb_service.record.votes import save_vote

        try:
            database = self._opened()
            if not self._is_ready:
                database.prepare()
                self._is_ready = True
            return save_vote(database, vote, at=at)
        except DependencyFailed:
            self._is_ready = False
            raise

    def popular(self) -> tuple[str, ...]:
        """Return ids of the public's articles by how often they answered of late; at once, maybe a minute old."""
        return self._popular

    def waiting(self) -> int:
        """Return how many events are not written yet."""
        return self._recorder.waiting()

    def close(self) -> None:
        """Write what waits, within seconds, and end."""
        self._recorder.close()
        if self._database:
            self._database.close()

    def _forked(self) -> None:
        """A server may load the application before it forks its workers: connections are the parent's."""
        self._database, self._is_ready, self._opening = None, False, threading.Lock()
        self._recorder.forked()

    def _opened(self) -> Database:
        with self._opening:
            if self._database is None:
                self._database = self._open_database()
            return self._database

    def _open_writer(self) -> Writer:
        from kb_service.record.writing import Writer

        return Writer(self._opened(), key=self._key, keep_days=self._keep_days)

    def _do_chores(self) -> None:
        if time.monotonic() < self._chores_at or not self._keeps_questions:
            return
        self._chores_at = time.monotonic() + CHORES_SECONDS
        from kb_service.record.meanings import keep_meanings, missing_meanings
        from kb_service.record.reports import last_days, popular_articles

        database = self._opened()
        period = last_days(POPULAR_DAYS, now=datetime.now(UTC))
        self._popular = popular_articles(database, period, fewest=POPULAR_FEWEST)
        if self._encoder and (phrases := missing_meanings(database, self._encoder, limit=MEANINGS_AT_ONCE)):
            keep_meanings(database, self._encoder, phrases)
