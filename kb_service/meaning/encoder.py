"""The port to whatever turns texts into vectors of meaning, and the one that runs an ONNX graph on the processor."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

GRAPH_FILE: Final = "model.onnx"
TOKENIZER_FILE: Final = "tokenizer.json"

# The length the model was trained on; it takes more, but finds less: nDCG@10 of doc2dial passages .558, with 256 .536.
LONGEST_TOKENS: Final = 128
# 16 characters a token: so much longer than words are that nothing the model would see is cut off.
LONGEST_CHARACTERS: Final = 16 * LONGEST_TOKENS
REMEMBERED: Final = 256  # the vectors of the last questions: pages and autocompletion ask the same again


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


class OnnxEncoder:
    """Runs the graph and the tokenizer of one folder; raises what the runtime raises when they do not fit.

    `threads` texts are encoded at once, each by one thread: twice as fast on two cores as two threads a text.
    """

    def __init__(self, folder: Path, *, name: str, threads: int = 1) -> None:
        self.name = name
        self._threads = threads
        self._tokenizer = _open_tokenizer(folder / TOKENIZER_FILE)
        self._session = _open_session(folder / GRAPH_FILE)
        self.dimensions = int(self._session.get_outputs()[0].shape[1])
        self._remembered = lru_cache(REMEMBERED)(self._run_once)

    def encode(self, texts: Sequence[str]) -> Floats:
        if self._threads == 1 or len(texts) < 2:
            rows = [self._run(text) for text in texts]
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                rows = list(pool.map(self._run, texts))
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.dimensions)

    def encode_one(self, text: str) -> Floats:
        """See Encoder; the last questions asked are remembered."""
        return self._remembered(text)

    def _run_once(self, text: str) -> Floats:
        vector = self._run(text)
        vector.flags.writeable = False
        return vector

    def _run(self, text: str) -> Floats:
        ids = self._tokenizer.encode(_readable(text)).ids
        (vectors,) = self._session.run(None, {"input_ids": np.array([ids], dtype=np.int64)})
        vector: Floats = vectors[0]
        return vector


def _readable(text: str) -> str:
    """Cut what is never read, and lone surrogates, which no tokenizer takes."""
    return text[:LONGEST_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _open_tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()  # the published file pads and cuts to 128
    tokenizer.enable_truncation(LONGEST_TOKENS)
    return tokenizer


def _open_session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors only: warnings about the machine are nobody's business here
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
