"""The meanings of phrases that nothing answered, kept in the record: reports then compare and need not compute them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from sqlalchemy import and_, select

from kb_service.meaning.vectors import Encoder, Floats
from kb_service.record.database import Database, insert_new
from kb_service.record.events import LEFT_OPEN
from kb_service.record.schema import intent, meaning

CHUNK: Final = 500  # phrases of one statement
_STORED: Final = np.dtype("<f4")


def missing_meanings(database: Database, encoder: Encoder, *, limit: int) -> list[str]:
    """Return phrases that nothing answered and whose meaning is not kept."""
    is_kept = and_(meaning.c.phrase == intent.c.phrase, meaning.c.model == encoder.name)
    statement = (
        select(intent.c.phrase)
        .distinct()
        .join(meaning, is_kept, isouter=True)
        .where(intent.c.outcome.in_(LEFT_OPEN), intent.c.phrase != "", meaning.c.phrase.is_(None))
        .limit(limit)
    )
    with database.transaction(writes=False) as connection:
        return list(connection.execute(statement).scalars())


def keep_meanings(database: Database, encoder: Encoder, phrases: Sequence[str]) -> Floats:
    """Compute the meanings of phrases, keep and return them."""
    vectors = encoder.encode(phrases)
    rows = [
        {"phrase": phrase, "model": encoder.name, "vector": vector.astype(_STORED).tobytes()}
        for phrase, vector in zip(phrases, vectors, strict=True)
    ]
    with database.transaction() as connection:
        connection.execute(insert_new(connection, meaning), rows)
    return vectors


def meanings_of(
    database: Database, encoder: Encoder, phrases: Sequence[str], *, most_computed: int | None = None
) -> Floats | None:
    """Return the meanings of phrases, float32 [phrases, dimensions]; those that are not kept yet are computed.

    None where that are more than `most_computed`.
    """
    vectors = np.zeros((len(phrases), encoder.dimensions), dtype=np.float32)
    kept = _kept(database, encoder, phrases)
    lacking = [row for row, phrase in enumerate(phrases) if phrase not in kept]
    if most_computed is not None and len(lacking) > most_computed:
        return None
    for row, phrase in enumerate(phrases):
        if phrase in kept:
            vectors[row] = np.frombuffer(kept[phrase], dtype=_STORED)
    for start in range(0, len(lacking), CHUNK):
        rows = lacking[start : start + CHUNK]
        vectors[rows] = keep_meanings(database, encoder, [phrases[row] for row in rows])
    return vectors


def _kept(database: Database, encoder: Encoder, phrases: Sequence[str]) -> dict[str, bytes]:
    kept: dict[str, bytes] = {}
    with database.transaction(writes=False) as connection:
        for start in range(0, len(phrases), CHUNK):
            some = phrases[start : start + CHUNK]
            statement = select(meaning.c.phrase, meaning.c.vector)
            statement = statement.where(meaning.c.model == encoder.name, meaning.c.phrase.in_(some))
            kept.update((row.phrase, row.vector) for row in connection.execute(statement))
    return kept
