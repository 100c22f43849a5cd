"""Vectors of meaning: an encoder makes them of texts, a cache keeps them between builds, a table finds the nearest.

A table has them on disk as 8-bit numbers, memory-mapped and so shared by all workers. What is nearest is found exactly:
what is asked, as 8-bit numbers too, is compared with every row, which tells how near each may be at most; those that
may belong to the nearest are compared again with what is asked as it is. Measurements: docs/model.md.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from kb_service.meaning.pairs import ReadsPairs

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]
Progress = Callable[[int, int], None]
T = TypeVar("T")

GRAPH_FILE: Final = "model.onnx"
TOKENIZER_FILE: Final = "tokenizer.json"

# The length the model was trained on; it takes more, but finds less: nDCG@10 of doc2dial passages .558, with 256 .536.
LONGEST_TOKENS: Final = 128
# 16 characters a token: so much longer than words are that nothing the model would see is cut off.
LONGEST_CHARACTERS: Final = 16 * LONGEST_TOKENS
# Of a passage, token by token, more is read: what follows in windows that begin with as many of its first tokens.
LONGEST_PASSAGE: Final = 1_024
LONGEST_PASSAGE_CHARACTERS: Final = 16 * LONGEST_PASSAGE
REPEATED: Final = 16
WINDOW: Final = 144
REMEMBERED: Final = 256  # the vectors of the last questions: pages and autocompletion ask the same again

BATCH: Final = 64  # texts between two writes: what a killed build loses, about a second
CHECK_BYTES: Final = 4  # CRC-32

_LAYER: Final = re.compile(rb"\bhidden_(\d+)\b")  # the outputs of layers in the graph: quality/sentence_graph.py
_GRAPH_FIELD: Final = 7  # of an ONNX model
_OUTPUT_FIELD: Final = 12  # of its graph

LARGEST: Final = 127
BLOCK_ROWS: Final = 256  # turned into floats at once: fewer or more take longer
FEW_ROWS: Final = 1_000  # of which all are returned as alike
COLUMNS_A_RESULT: Final = 4  # see _reached_by
ALL: Final = slice(None)


class CloseText(NamedTuple):
    """A text's vector, those of its tokens, float32 [tokens, token dimensions], and where each begins in the text."""

    vector: Floats
    tokens: Floats
    starts: NDArray[np.int32]


class Encoder(Protocol):
    """Turns texts into vectors; the inner product of two is how alike they mean, at most 1."""

    @property
    def name(self) -> str:
        """What made the vectors: those of different names cannot be compared."""

    @property
    def dimensions(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """Return unit vectors, float32 [texts, dimensions]. Any text will do; from several threads at once too."""

    def encode_one(self, text: str) -> Floats:
        """Return the unit vector of a question, float32 [dimensions], not to be written to."""

    @property
    def token_dimensions(self) -> int: ...

    def encode_closely(self, texts: Sequence[str]) -> list[CloseText]:
        """Return the vectors of texts with those of their tokens, further than encode reads."""

    def tokens_of(self, text: str) -> Floats:
        """Return the vectors of a question's tokens, not to be written to; none of a text without words."""

    @property
    def pairs(self) -> ReadsPairs | None:
        """What reads a question together with a passage, if that is installed."""


class OnnxEncoder:
    """Runs the graph and the tokenizer of one folder; raises what the runtime raises when they do not fit.

    `threads` texts are encoded at once, each by one thread: twice as fast on two cores as two threads a text.
    """

    def __init__(self, folder: Path, *, name: str, threads: int = 1, axes: Floats | None = None) -> None:
        """Open the folder; `axes` are those that token vectors are projected on, [dimensions, token dimensions]."""
        self.name = name
        self.pairs: ReadsPairs | None = None
        self._threads = threads
        self._tokenizer, self._tokenizer_of_passages = (
            _open_tokenizer(folder / TOKENIZER_FILE, longest) for longest in (LONGEST_TOKENS, LONGEST_PASSAGE)
        )
        self._session = _open_session(folder / GRAPH_FILE)
        self.dimensions = int(self._session.get_outputs()[0].shape[1])
        self._axes = np.eye(self.dimensions, dtype=np.float32) if axes is None else axes
        self.token_dimensions = self._axes.shape[1]
        self._remembered = lru_cache(REMEMBERED)(self._ask)

    def encode(self, texts: Sequence[str]) -> Floats:
        rows = self._each(self._vector, texts)
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dimensions)

    def encode_one(self, text: str) -> Floats:
        """See Encoder; the last questions asked are remembered."""
        return self._remembered(text).vector

    def encode_closely(self, texts: Sequence[str]) -> list[CloseText]:
        """See Encoder.

        The vector is that of `encode`. What it does not read is read in windows that begin with the first words again.
        """
        return self._each(self._closely, texts)

    def tokens_of(self, text: str) -> Floats:
        """See Encoder; the last questions asked are remembered."""
        return self._remembered(text).tokens

    def _each(self, encode: Callable[[str], T], texts: Sequence[str]) -> list[T]:
        """Encode texts. Products are small: threads of BLAS that wait for work would take half of the time."""
        with threadpool_limits(1, user_api="blas"):
            if self._threads == 1 or len(texts) < 2:
                return [encode(text) for text in texts]
            with ThreadPoolExecutor(self._threads) as pool:
                return list(pool.map(encode, texts))

    def _vector(self, text: str) -> Floats:
        return self._run(self._tokenizer.encode(readable(text)).ids)[0]

    def _ask(self, text: str) -> CloseText:
        vector, hidden = self._run(self._tokenizer.encode(readable(text)).ids)
        tokens = self._projected(hidden[1:-1])
        vector.flags.writeable = tokens.flags.writeable = False
        return CloseText(vector, tokens, np.zeros(0, dtype=np.int32))

    def _closely(self, text: str) -> CloseText:
        read = self._tokenizer_of_passages.encode(readable(text, LONGEST_PASSAGE_CHARACTERS))
        (first, *ids, last), offsets = read.ids, read.offsets[1:-1]
        seen = LONGEST_TOKENS - 2
        vector, hidden = self._run([first, *ids[:seen], last])
        found = [hidden[1:-1]]
        for start in range(seen, len(ids), WINDOW):
            _, hidden = self._run([first, *ids[:REPEATED], *ids[start : start + WINDOW], last])
            found.append(hidden[1 + REPEATED : -1])
        return CloseText(
            vector, self._projected(np.concatenate(found)), np.asarray([start for start, _ in offsets], dtype=np.int32)
        )

    def _projected(self, hidden: Floats) -> Floats:
        rows = hidden @ self._axes
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)

    def _run(self, ids: Sequence[int]) -> tuple[Floats, Floats]:
        """Return the vector of a text, and those of its tokens."""
        vectors, hidden = self._session.run(None, {"input_ids": np.array([ids], dtype=np.int64)})
        return vectors[0], hidden[0]


def readable(text: str, most: int = LONGEST_CHARACTERS) -> str:
    """Cut what is never read, and lone surrogates, which no tokenizer takes."""
    return text[:most].encode("utf-8", "replace").decode("utf-8")


def _open_tokenizer(path: Path, longest: int) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()  # the published file pads and cuts to 128
    tokenizer.enable_truncation(longest)
    return tokenizer


def _open_session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: warnings about the machine are nobody's business here
    return onnxruntime.InferenceSession(with_hidden(path.read_bytes()), options, providers=["CPUExecutionProvider"])


def with_hidden(graph: bytes) -> bytes:
    """Return an ONNX file whose graph has one more output: what its last layer makes of each token.

    What is appended to a protobuf message is merged with it, so only this output is written, without its shape.
    """
    layer = max(map(int, _LAYER.findall(graph)))
    output = _field(1, b"hidden_%d" % layer) + _field(2, _field(1, b"\x08\x01"))  # a tensor of 32-bit floats
    return graph + _field(_GRAPH_FIELD, _field(_OUTPUT_FIELD, output))


def _field(number: int, value: bytes) -> bytes:
    """Return a field of a protobuf message, shorter than 128 bytes."""
    return bytes([number << 3 | 2, len(value)]) + value


class Vectors(NamedTuple):
    """Vectors as 8-bit numbers [rows, dimensions] times a scale for each row."""

    whole: NDArray[np.int8]
    scales: Floats


class Alike(NamedTuple):
    """Row numbers and their inner products with what was asked."""

    numbers: Numbers
    scores: Floats


def quantize(vectors: Floats) -> Vectors:
    """Return [rows, dimensions] as 8-bit numbers: a quarter of the size, and no loss in ranking that shows."""
    scales = np.abs(vectors).max(axis=1) / LARGEST
    scales[scales == 0] = 1
    return Vectors(np.rint(vectors / scales[:, None]).astype(np.int8), scales.astype(np.float32))


def floats_of(vectors: Vectors) -> Floats:
    """Return vectors as floats, [rows, dimensions]."""
    return vectors.whole * vectors.scales[:, None]


class VectorCache:
    """The vectors of texts seen at earlier builds, so that only changed texts are encoded: the slow part of indexing.

    One file of records of one length: SHA-256 of the encoder's name and the text, scale, 8-bit numbers, CRC-32 of all
    that. A record is added as soon as it is made, so a killed build goes on where it was; a torn or damaged one does
    not count. For one builder at a time. A `with` block left without an error drops the texts not asked for inside it.
    """

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


class VectorTable:
    """Vectors of an index; for any number of threads. `arrays` are the fields of Vectors by name.

    What is asked, and rows, have a length of at most 1, but for the rounding of rows.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        self._whole: NDArray[np.int8] = arrays["whole"]
        self._scales: Floats = arrays["scales"]
        self.dimensions = self._whole.shape[1]

    def __len__(self) -> int:
        return len(self._whole)

    def scores(self, asked: Floats, *, rows: slice = ALL) -> Floats:
        """Return the inner products of a run of rows with `asked`: 0.13 ms for each 1,000 rows."""
        return _products(self._whole[rows], asked) * self._scales[rows]

    def scores_of(self, numbers: NDArray[np.integer[Any]], asked: Floats) -> Floats:
        """Return the inner products of these rows with `asked`, in their order."""
        rows = self._whole.take(numbers, axis=0)
        return _products(rows, asked) * self._scales.take(numbers)

    def alike(self, asked: Floats, *, count: int) -> Alike:
        """Return the nearest rows, ascending: all of few, of many the best `count` and those nearly as good."""
        if len(self) <= FEW_ROWS:
            return Alike(np.arange(len(self), dtype=np.int32), self.scores(asked))
        numbers = self._near(asked, count)
        return Alike(numbers, self.scores_of(numbers, asked))

    def nearest(self, asked: Floats, *, limit: int) -> Alike:
        """Return the best `limit`, best first, ties by number."""
        numbers = self._near(asked, limit)
        scores = self.scores_of(numbers, asked)
        best = np.argsort(-scores, kind="stable")[:limit]
        return Alike(numbers[best], scores[best])

    def _near(self, asked: Floats, count: int) -> Numbers:
        """Return, ascending, the best `count` rows among others that are nearly as near: 0.02 ms for each 1,000 rows.

        Rounding what is asked changes an inner product by no more than the length of what was rounded off, times the
        length of the row.
        """
        if not 0 < count < len(self):
            return np.arange(len(self) if count else 0, dtype=np.int32)
        from simsimd import cdist  # only where meanings are compared

        step = float(np.abs(asked).max()) / LARGEST or 1.0
        rounded = np.rint(asked / step).astype(np.int8)
        products = np.asarray(cdist(rounded[np.newaxis], self._whole, "dot", out_dtype="float32"))[0] * self._scales
        longest = 1 + math.sqrt(self.dimensions) / (2 * LARGEST)  # a row of length 1 with every number rounded
        off = float(np.linalg.norm(asked / step - rounded)) * longest
        return np.flatnonzero(products >= _reached_by(products, count) - 2 * off).astype(np.int32)


def _reached_by(scores: Floats, count: int) -> float:
    """Return what at least `count` of the scores reach, and not many more.

    Each of the columns has a maximum; as many columns as are counted reach the least of their maxima.
    """
    columns = COLUMNS_A_RESULT * count
    rows = len(scores) // columns
    maxima = scores[: rows * columns].reshape(rows, columns).max(axis=0) if rows else scores
    return float(np.partition(maxima, len(maxima) - count)[len(maxima) - count])


def _products(rows: NDArray[np.int8], asked: Floats) -> Floats:
    """Return the inner products of 8-bit rows, as they are, with `asked`."""
    products = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), BLOCK_ROWS):
        block = slice(start, start + BLOCK_ROWS)
        np.dot(rows[block].astype(np.float32), asked, out=products[block])
    return products
