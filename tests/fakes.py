"""Hand-written stand-ins for what tests must not ask: a helpdesk somewhere, and a model of 90 MB."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from kb_service.analysis import analyse, is_stop_word
from kb_service.staff.counter import StaffCount

OBSERVED_AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


class FixedStaffCounter:
    """Says of every helpdesk what it was given, "unreachable" of the others; remembers what it was asked."""

    def __init__(self, counts: Mapping[str, StaffCount] | None = None) -> None:
        self._counts = dict(counts or {})
        self.asked: list[tuple[str, float | None]] = []
        self.is_closed = False

    def count(self, domain: str, *, deadline: float | None = None) -> StaffCount:
        self.asked.append((domain, deadline))
        return self._counts.get(domain, StaffCount("unreachable", domain))

    def close(self) -> None:
        self.is_closed = True


class BagOfWordsEncoder:
    """Texts with the same words mean the same: each word adds one to the dimension that its hash names."""

    def __init__(self, *, name: str = "bag-of-words-1", dimensions: int = 32) -> None:
        self.name = name
        self.dimensions = dimensions

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for term in analyse(text):
                if not is_stop_word(term.word):
                    row[zlib.crc32(term.term.encode()) % self.dimensions] += 1
            row[0] += not row.any()  # a text that says nothing is a unit vector too
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def encode_one(self, text: str) -> NDArray[np.float32]:
        return np.asarray(self.encode([text])[0])
