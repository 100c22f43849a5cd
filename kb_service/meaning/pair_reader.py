"""Reads a question together with a passage: three layers of the model, trained to tell whether a passage answers.

They ship with the package in 8 bits, verified by their SHA-256; the tables of words and places are those of the
installed model, read where they lie in its file, which all processes of a machine share. See docs/reader.md.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kb_service.meaning.pairs import Pair, PairText, laid_out
from kb_service.meaning.vectors import GRAPH_FILE, TOKENIZER_FILE, readable

Floats = NDArray[np.float32]

LONGEST_CHARACTERS: Final = 16_000  # of each text

_GRAPH, _INITIALIZER = 7, 5  # fields of an ONNX model, and of its graph
_NAME, _RAW = 8, 9  # of a tensor
_TYPES: Final = {"whole_words": np.int8, "scales": np.float32, "places": np.float32}


class PairLayout:
    """Lays pairs out by a tokenizer, which must neither pad nor cut."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def pair(self, text: PairText) -> Pair:
        """Return a text as a pair of token ids."""
        read = self._encoded(text.passage)
        begins = np.searchsorted([start for start, _ in read.offsets], text.starts).tolist() if text.starts else []
        question, headings = self._encoded(text.question).ids, self._encoded(text.headings).ids
        return laid_out(question, headings, read.ids, begins, text.around)

    def _encoded(self, text: str) -> Any:
        return self._tokenizer.encode(readable(text, LONGEST_CHARACTERS), add_special_tokens=False)


class PairReader:
    """The trained layers on top of the tables of a model; for any number of threads."""

    def __init__(self, content: bytes, model: Path, layout: PairLayout) -> None:
        """Open them; raise ValueError when the model has no such tables, and what the runtime raises."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        self._words, self._scales, self._places = tables_of(model)
        self._layout = layout

    def answers(self, text: PairText) -> float:
        """See ReadsPairs."""
        pair = self._layout.pair(text)
        embedded = self._words[pair.ids] * self._scales[pair.ids] + self._places[: len(pair.ids)]
        (told,) = self._session.run(None, {"embedded": embedded, "kinds": pair.kinds, "parts": parts_of(pair)})
        return float(told[0, 0])


def parts_of(pair: Pair) -> Floats:
    """Return which tokens are averaged: the first one, those of the question, those of the passage."""
    parts = np.zeros((3, len(pair.ids)), dtype=np.float32)
    for row, (start, end) in zip(parts, pair.parts, strict=True):
        row[start:end] = 1 / (end - start)
    return parts


def open_pair_reader(content: bytes, model: Path) -> PairReader:
    """Return what reads pairs, on top of the model in a folder; raise what PairReader raises."""
    return PairReader(content, model / GRAPH_FILE, open_pair_layout(model))


def open_pair_layout(model: Path) -> PairLayout:
    """Return what lays pairs out by the tokenizer of the model in a folder."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(model / TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return PairLayout(tokenizer)


def tables_of(model: Path) -> tuple[NDArray[np.int8], Floats, Floats]:
    """Return the model's words as 8-bit numbers, their scales, and its places, mapped from its ONNX file."""
    with model.open("rb") as file:
        data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    found: dict[str, NDArray[Any]] = {}
    for graph in _fields(data, _GRAPH):
        for tensor in _fields(graph, _INITIALIZER):
            name = b"".join(bytes(each) for each in _fields(tensor, _NAME)).decode("utf-8", "replace")
            if name in _TYPES:
                raw = next(_fields(tensor, _RAW))
                found[name] = np.frombuffer(raw, _TYPES[name])
    try:
        words, scales, places = (found[name] for name in _TYPES)
    except KeyError as missing:
        raise ValueError(f"{model.name} has no {missing.args[0]}") from None
    return words.reshape(len(scales), -1), scales[:, None], places.reshape(-1, len(words) // len(scales))


def _fields(message: memoryview, wanted: int) -> Iterator[memoryview]:
    """Yield the values of a field of a protobuf message that has a length."""
    at = 0
    while at < len(message):
        key, at = _number(message, at)
        field, kind = key >> 3, key & 7
        if kind == 2:
            length, at = _number(message, at)
            if field == wanted:
                yield message[at : at + length]
            at += length
        elif kind == 0:
            _, at = _number(message, at)
        else:
            at += 8 if kind == 1 else 4


def _number(message: memoryview, at: int) -> tuple[int, int]:
    """Return a number of variable length, and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
