"""The vectors of texts seen at earlier builds, so that only changed texts are encoded: the slow part of indexing.

One file of records of one length: SHA-256 of the encoder's name and the text, scale, 8-bit numbers, CRC-32 of all that.
A record is added as soon as it is made, so a killed build goes on where it was; a torn or damaged one does not count.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np

from kb_service.meaning.encoder import Encoder
from kb_service.meaning.vectors import Vectors, quantize

BATCH: Final = 64  # texts between two writes: what a killed build loses, about a second
CHECK_BYTES: Final = 4

Progress = Callable[[int, int], None]


class VectorCache:
    """For one builder at a time. A `with` block left without an error drops the texts not asked for inside it."""

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._path = path
        self._encoder = encoder
        self._record = np.dtype([("digest", "V32"), ("scale", "<f4"), ("whole", "i1", (encoder.dimensions,))])
        self._known: dict[bytes, bytes] = {}
        self._used: set[bytes] = set()

    @property
    def encoder_name(self) -> str:
        """What makes the vectors: those of another cannot be compared with them."""
        return self._encoder.name

    def __enter__(self) -> Self:
        """Read what is whole; raise OSError when the file can be neither read nor made."""
        data = self._path.read_bytes() if self._path.exists() else b""
        length = self._record.itemsize
        for start in range(0, len(data), length + CHECK_BYTES):
            record, check = data[start : start + length], data[start + length : start + length + CHECK_BYTES]
            if check == _check(record):
                self._known[record[:32]] = record
        if len(self._known) * (length + CHECK_BYTES) != len(data):
            self._rewrite()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None and len(self._used) < len(self._known):
            self._known = {digest: self._known[digest] for digest in self._known if digest in self._used}
            self._rewrite()

    def encode(self, texts: Sequence[str], *, progress: Progress = lambda done, total: None) -> Vectors:
        """Return the vectors of `texts`, encoding only those not known; `progress` counts these."""
        digests = [self._digest(text) for text in texts]
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in self._known}
        pairs = list(missing.items())
        for start in range(0, len(pairs), BATCH):
            self._add(dict(pairs[start : start + BATCH]))
            progress(min(start + BATCH, len(pairs)), len(pairs))
        self._used.update(digests)
        records = np.frombuffer(b"".join(self._known[digest] for digest in digests), dtype=self._record)
        return Vectors(records["whole"].copy(), records["scale"].copy())

    def _add(self, texts: dict[bytes, str]) -> None:
        vectors = quantize(self._encoder.encode(list(texts.values())))
        records = np.empty(len(texts), dtype=self._record)
        records["digest"] = np.frombuffer(b"".join(texts), dtype="V32")
        records["scale"] = vectors.scales
        records["whole"] = vectors.whole
        added = {digest: record.tobytes() for digest, record in zip(texts, records, strict=True)}
        with self._path.open("ab") as file:
            file.write(_sealed(added.values()))
        self._known |= added

    def _rewrite(self) -> None:
        aside = self._path.with_suffix(".tmp")
        with aside.open("wb") as file:
            file.write(_sealed(self._known.values()))
            os.fsync(file.fileno())
        aside.replace(self._path)

    def _digest(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._encoder.name}\0{text}".encode("utf-8", "surrogatepass")).digest()


def _check(record: bytes) -> bytes:
    return zlib.crc32(record).to_bytes(CHECK_BYTES, "little")


def _sealed(records: Iterable[bytes]) -> bytes:
    return b"".join(record + _check(record) for record in records)
