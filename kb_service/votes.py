"""Readers' votes on answers, kept in one SQLite file: one a question, the last wins, without personal data."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

import msgspec

from kb_service.errors import DependencyFailed

FEEDBACK_FILE: Final = Path(".kb/feedback.sqlite3")
MAX_COMMENT_CHARACTERS: Final = 1_000  # of what is kept: longer ones are cut
KEPT: Final = timedelta(days=365)  # long enough to compare a season with the one before
WAIT_SECONDS: Final = 2.0  # for other writers; a vote is one short transaction, so nobody holds the file that long

FEWEST_PHONE_DIGITS: Final = 7
FEWEST_CARD_DIGITS: Final = 13
MOST_CARD_DIGITS: Final = 19  # ISO/IEC 7812

Reason = Literal["wrong", "outdated", "unclear", "other_question"]

_VERSION: Final = 1  # of the table, in the file's user_version
_CREATE: Final = """
CREATE TABLE IF NOT EXISTS vote (
    query_id   TEXT PRIMARY KEY,
    helpful    INTEGER NOT NULL CHECK (helpful IN (0, 1)),
    passage_id TEXT NOT NULL,
    reasons    TEXT NOT NULL,  -- a JSON array
    comment    TEXT NOT NULL,  -- masked and cut
    voted_at   TEXT NOT NULL   -- RFC 3339, UTC
) STRICT
"""

# The bounds are those of RFC 5321: with them no input makes the expression run longer than its length.
_EMAIL: Final = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"]{1,255}")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}")
_NUMBER: Final = re.compile(r"(?<![\w.])[+(]?\d(?:[ ().\-/\u00a0\u2010-\u2013]{0,3}\d){6,40}(?!\w)")


class Vote(msgspec.Struct, frozen=True):
    """Whether the answer to the question `query_id` helped; `passage_id` is empty when it is about the whole answer."""

    query_id: str
    helpful: bool
    passage_id: str = ""
    reasons: tuple[Reason, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class VoteStore:
    """Votes in `file`, made with its folder at the first vote. Safe to share between threads and processes.

    A vote is rare, so each has a connection of its own (0.5 ms) and nothing is shared.

        >>> VoteStore(Path("votes.sqlite3")).save(Vote("q_1", helpful=True), at=datetime.now(UTC))
        True
    """

    file: Path = FEEDBACK_FILE

    def save(self, vote: Vote, *, at: datetime) -> bool:
        """Store `vote`, its comment masked and cut, and delete those older than KEPT.

        Returns whether it is the first vote on its question, once it is on the disk. Raises DependencyFailed.
        """
        comment = mask_personal(vote.comment)[:MAX_COMMENT_CHARACTERS]
        row = (vote.query_id, vote.helpful, vote.passage_id, json.dumps(vote.reasons), comment, at.isoformat())
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM vote WHERE voted_at < ?", ((at - KEPT).isoformat(),))
            found = connection.execute("SELECT 1 FROM vote WHERE query_id = ?", (vote.query_id,)).fetchone()
            connection.execute("INSERT OR REPLACE INTO vote VALUES (?, ?, ?, ?, ?, ?)", row)
            connection.execute("COMMIT")
        return found is None

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Closing without COMMIT takes back what was written."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self.file, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
                _prepare(connection)
                yield connection
        except (sqlite3.Error, OSError) as error:
            raise DependencyFailed(f"Feedback cannot be kept in {self.file}: {error}.") from error


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the table where there is none; refuse one of a newer version."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == _VERSION:
        return
    if version > _VERSION:
        raise sqlite3.DatabaseError(f"it is of version {version}, this program knows {_VERSION}")
    connection.execute("PRAGMA journal_mode = WAL")  # stays with the file; its default, synchronous = FULL, is kept
    connection.execute(_CREATE)
    connection.execute(f"PRAGMA user_version = {_VERSION}")


def mask_personal(text: str) -> str:
    """Return `text` with [email], [card] and [phone] where those stood; dates and ordinary numbers stay.

    >>> mask_personal("call +44 20 7946 0958 about the 60 seats")
    'call [phone] about the 60 seats'
    """
    return _NUMBER.sub(_masked_number, _EMAIL.sub("[email]", text))


def _masked_number(match: re.Match[str]) -> str:
    found = match[0]
    digits = re.sub(r"\D", "", found)
    if _DATE.fullmatch(found):
        return found
    if FEWEST_CARD_DIGITS <= len(digits) <= MOST_CARD_DIGITS and _has_check_digit(digits):
        return "[card]"
    is_written_like_one = found[0] in "+(0" or len(digits) < len(found) or len(digits) > FEWEST_PHONE_DIGITS + 1
    return "[phone]" if is_written_like_one else found


def _has_check_digit(digits: str) -> bool:
    """Tell whether the last digit is that of the Luhn algorithm."""
    doubled = (2 * int(digit) if place % 2 else int(digit) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
