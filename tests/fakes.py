"""Hand-written stand-ins for what tests must not ask: a helpdesk somewhere, and a model of 90 MB."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb_service.analysis import analyse, is_stop_word
from kb_service.meaning.vectors import CloseText
from kb_service.staff.counter import StaffCount
from kb_service.text import tokens

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

    pairs = None

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

    @property
    def token_dimensions(self) -> int:
        return self.dimensions

    def encode_closely(self, texts: Sequence[str]) -> list[CloseText]:
        return [closely(self, text) for text in texts]

    def tokens_of(self, text: str) -> NDArray[np.float32]:
        return closely(self, text).tokens


class _Encodes(Protocol):
    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


def closely(encoder: _Encodes, text: str) -> CloseText:
    """Each word of a text means what it means alone."""
    words = tokens(text)
    return CloseText(
        encoder.encode([text])[0],
        encoder.encode([word.word for word in words]),
        np.asarray([word.start for word in words], dtype=np.int32),
    )
