"""How well texts meet a question word by word: each of its tokens is compared with all tokens of a text.

One pass of the encoder over a passage gives its vector and those of its tokens in their context, projected to fewer
dimensions (quality/token_axes.py) and kept as 8-bit numbers of any length. A token of a question is met as well as the
token that is likest to it; a sentence meets the question as well as its tokens are met on average (MaxSim).
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from hashlib import sha256
from itertools import accumulate, islice
from pathlib import Path
from types import TracebackType
from typing import Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from kb_service.meaning.vectors import (
    BATCH,
    CHECK_BYTES,
    LARGEST,
    Encoder,
    Floats,
    Progress,
    VectorCache,
    Vectors,
    quantize,
)

Whole = NDArray[np.int8]
Integers = NDArray[np.int32]

DIGEST_BYTES: Final = 32
COUNT_BYTES: Final = 4
NO_MATCH: Final = (0.0, 0.0)


class Tokens(NamedTuple):
    """Token vectors of passages, [tokens, dimensions], and where those of each sentence begin, one more at the end."""

    whole: Whole
    starts: Integers


class Matches(NamedTuple):
    """How well a passage meets a question: its tokens on average, and the one that is met least; and each sentence.

    Those of a sentence have before them the cosine of all its tokens with all of the question.
    """

    passage: tuple[float, float]
    sentences: tuple[tuple[float, float, float], ...]


def matches(asked: Floats, tokens: Whole, starts: Sequence[int]) -> Matches:
    """Return how well a passage, whose sentences' tokens begin at `starts`, meets the tokens of a question."""
    return all_matches(asked, [(tokens, starts)])[0]


def all_matches(asked: Floats, passages: Sequence[tuple[Whole, Sequence[int]]]) -> list[Matches]:
    """Return how well passages meet the tokens of a question; of each its tokens, and where those of sentences begin.

    All are compared at once: a third of the time of ten by ten.
    """
    whole = np.concatenate([tokens for tokens, _ in passages]) if len(passages) > 1 else passages[0][0]
    ends = [*accumulate(len(tokens) for tokens, _ in passages)]
    begins = np.asarray([0, *ends[:-1]])
    sentences = [len(starts) - 1 for _, starts in passages]
    found, best = np.zeros((sum(sentences), 3)), np.zeros((len(passages), 2))
    if len(whole) and len(asked):
        rows = whole.astype(np.float32)
        rows /= np.maximum(np.sqrt(np.einsum("ij,ij->i", rows, rows)), 1)[:, None]
        alike = asked @ rows.T
        first, filled = _filled(begins, np.asarray(ends))
        best[filled] = _mean_and_least(np.maximum.reduceat(alike, first, axis=1))
        bounds = [np.asarray(starts) + begin for (_, starts), begin in zip(passages, begins.tolist(), strict=True)]
        first, filled = _filled(
            np.concatenate([each[:-1] for each in bounds]), np.concatenate([each[1:] for each in bounds])
        )
        sums = np.add.reduceat(rows, first, axis=0)
        mean = asked.mean(axis=0)
        scale = np.linalg.norm(sums, axis=1) * np.linalg.norm(mean)
        met = _mean_and_least(np.maximum.reduceat(alike, first, axis=1))
        found[filled] = np.column_stack([sums @ mean / np.maximum(scale, 1e-9), met])
    of_sentences = iter([(a, b, c) for a, b, c in found.tolist()])
    return [
        Matches((mean, least), tuple(islice(of_sentences, count)))
        for (mean, least), count in zip(best.tolist(), sentences, strict=True)
    ]


def _filled(begins: NDArray[np.intp], ends: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where runs that are not empty begin, and which they are."""
    filled = (begins < ends).nonzero()[0]
    return begins[filled], filled


def _mean_and_least(met: Floats) -> Floats:
    """Return of how a question's tokens are met, [tokens, texts], the mean and the least of each text."""
    return np.column_stack([met.mean(axis=0), met.min(axis=0)])


class ClosePassages(NamedTuple):
    """Vectors of passages, and the vectors of their tokens."""

    vectors: Vectors
    tokens: Tokens


class CloseCache:
    """What the encoder made of passages at earlier builds, so that only changed ones are read.

    One file of records: SHA-256 of the encoder's name and the text, how many tokens it has, the vector's scale and
    8-bit numbers, each token's place in the text and 8-bit numbers, CRC-32 of all that. Behind a damaged record nothing
    counts. For one builder at a time. A `with` block left without an error drops the texts not asked for inside it.
    """

    def __init__(self, path: Path, encoder: Encoder) -> None:
        self._path = path
        self._encoder = encoder
        self._vector = np.dtype([("scale", "<f4"), ("whole", "i1", (encoder.dimensions,))])
        self._token = np.dtype([("at", "<i4"), ("whole", "i1", (encoder.token_dimensions,))])
        self._places: dict[bytes, slice] = {}
        self._used: set[bytes] = set()

    def __enter__(self) -> Self:
        """Read what is whole; raise OSError when the file can be neither read nor made."""
        self._path.touch()
        data = self._data()
        at = 0
        while at < len(data):
            digest = bytes(data[at : at + DIGEST_BYTES])
            end = at + self._length(int.from_bytes(data[at + DIGEST_BYTES : at + DIGEST_BYTES + COUNT_BYTES], "little"))
            if end > len(data) or bytes(data[end - CHECK_BYTES : end]) != _check(data[at : end - CHECK_BYTES]):
                break
            self._places[digest] = slice(at, end)
            at = end
        if at < len(data):
            self._rewrite()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None and len(self._used) < len(self._places):
            self._places = {digest: place for digest, place in self._places.items() if digest in self._used}
            self._rewrite()

    def encode(
        self, texts: Sequence[str], starts: Sequence[Sequence[int]], *, progress: Progress = lambda done, total: None
    ) -> ClosePassages:
        """Return what texts are made of, whose sentences begin at `starts`; `progress` counts those not known."""
        digests = [self._digest(text) for text in texts]
        missing = list({d: text for d, text in zip(digests, texts, strict=True) if d not in self._places}.items())
        missing.sort(key=lambda item: len(item[1]))  # texts of like length are done at the same time
        for start in range(0, len(missing), BATCH):
            self._add(dict(missing[start : start + BATCH]))
            progress(min(start + BATCH, len(missing)), len(missing))
        self._used.update(digests)
        data = self._data()
        records = [self._record(data, digest) for digest in digests]
        vectors = np.concatenate([np.zeros(0, self._vector), *(vector for vector, _ in records)])
        tokens = [np.zeros((0, self._encoder.token_dimensions), dtype=np.int8)]
        begins: list[int] = []
        count = 0
        for (_, mine), bounds in zip(records, starts, strict=True):
            inside = mine[mine["at"] >= bounds[0]] if len(bounds) else mine[:0]
            begins += (count + np.searchsorted(inside["at"], bounds)).tolist()
            tokens.append(inside["whole"])
            count += len(inside)
        whole = np.concatenate(tokens)
        return ClosePassages(
            Vectors(vectors["whole"].copy(), vectors["scale"].copy()), Tokens(whole, np.asarray([*begins, count], "i4"))
        )

    def _add(self, texts: dict[bytes, str]) -> None:
        read = self._encoder.encode_closely(list(texts.values()))
        vectors = quantize(np.asarray([each.vector for each in read]))
        with self._path.open("ab") as file:
            for digest, each, whole, scale in zip(texts, read, *vectors, strict=True):
                vector = np.asarray([(scale, whole)], dtype=self._vector)
                tokens = np.empty(len(each.tokens), dtype=self._token)
                tokens["at"], tokens["whole"] = each.starts, quantized_tokens(each.tokens)
                record = digest + len(tokens).to_bytes(COUNT_BYTES, "little") + vector.tobytes() + tokens.tobytes()
                at = file.tell()
                file.write(record + _check(record))
                self._places[digest] = slice(at, file.tell())

    def _record(self, data: memoryview, digest: bytes) -> tuple[NDArray[np.void], NDArray[np.void]]:
        place = self._places[digest]
        begin = place.start + DIGEST_BYTES + COUNT_BYTES
        middle = begin + self._vector.itemsize
        vector = np.frombuffer(data[begin:middle], self._vector)
        return vector, np.frombuffer(data[middle : place.stop - CHECK_BYTES], self._token)

    def _data(self) -> memoryview:
        with self._path.open("rb") as file:
            empty = self._path.stat().st_size == 0
            return memoryview(b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def _rewrite(self) -> None:
        data, aside = self._data(), self._path.with_suffix(".tmp")
        places: dict[bytes, slice] = {}
        with aside.open("wb") as file:
            for digest, place in self._places.items():
                at = file.tell()
                file.write(data[place])
                places[digest] = slice(at, file.tell())
        aside.replace(self._path)
        self._places = places

    def _length(self, tokens: int) -> int:
        return DIGEST_BYTES + COUNT_BYTES + self._vector.itemsize + tokens * self._token.itemsize + CHECK_BYTES

    def _digest(self, text: str) -> bytes:
        return sha256(f"{self._encoder.name}\0{text}".encode("utf-8", "surrogatepass")).digest()


class MeaningCache:
    """What is kept between builds below two paths: of what is asked, and of passages."""

    def __init__(self, asked: Path, passages: Path, encoder: Encoder) -> None:
        self.encoder_name = encoder.name
        self.asked = VectorCache(asked, encoder)
        self.passages = CloseCache(passages, encoder)
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        """Read both; raise OSError when one can be neither read nor made."""
        with ExitStack() as opened:
            opened.enter_context(self.asked)
            opened.enter_context(self.passages)
            self._opened = opened.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._opened.__exit__(kind, error, at)


def quantized_tokens(tokens: Floats) -> Whole:
    """Return token vectors as 8-bit numbers; only their directions are kept."""
    largest = np.abs(tokens).max(axis=1, keepdims=True, initial=1e-9)
    return np.asarray(np.rint(tokens / largest * LARGEST), dtype=np.int8)


def _check(record: bytes | memoryview) -> bytes:
    return zlib.crc32(record).to_bytes(CHECK_BYTES, "little")
