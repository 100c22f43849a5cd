from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from kb_service.meaning.vector_cache import BATCH, VectorCache

RECORD_BYTES = 32 + 4 + 8 + 4
INTERRUPT = "somebody presses Ctrl-C here"


class CountingEncoder:
    """Gives each text a vector made of its letters, and counts what it is asked."""

    dimensions = 8

    def __init__(self, name: str = "counting-1") -> None:
        self.name = name
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        if INTERRUPT in texts:
            raise KeyboardInterrupt
        self.encoded.extend(texts)
        return np.array([self.encode_one(text) for text in texts], dtype=np.float32).reshape(len(texts), 8)

    def encode_one(self, text: str) -> np.ndarray:
        vector = np.array([1 + sum(map(ord, text[i::8])) for i in range(8)], dtype=np.float32)
        return vector / np.linalg.norm(vector)


def encode(path: Path, texts: list[str], *, name: str = "counting-1") -> tuple[np.ndarray, list[str]]:
    encoder = CountingEncoder(name)
    with VectorCache(path, encoder) as cache:
        vectors = cache.encode(texts)
    return vectors.whole * vectors.scales[:, None], encoder.encoded


def test_vectors_come_in_the_order_of_the_texts(tmp_path: Path) -> None:
    texts = [f"text {number % 90}" for number in range(2 * BATCH)]

    vectors, encoded = encode(tmp_path / "cache", texts)

    assert encoded == texts[:90]
    assert np.abs(vectors - CountingEncoder().encode(texts)).max() < 0.01


def test_only_changed_texts_are_encoded_again(tmp_path: Path) -> None:
    before, _ = encode(tmp_path / "cache", ["a", "b", "c"])

    after, encoded = encode(tmp_path / "cache", ["a", "changed", "c"])

    assert encoded == ["changed"]
    assert np.array_equal(before[[0, 2]], after[[0, 2]])


def test_texts_no_longer_used_are_dropped(tmp_path: Path) -> None:
    encode(tmp_path / "cache", ["a", "b", "c"])

    encode(tmp_path / "cache", ["b"])

    assert (tmp_path / "cache").stat().st_size == RECORD_BYTES
    assert encode(tmp_path / "cache", ["a", "b"])[1] == ["a"]


def test_an_interrupted_build_keeps_what_was_known_and_what_it_made(tmp_path: Path) -> None:
    made = [str(number) for number in range(BATCH)]
    encode(tmp_path / "cache", ["a"])

    with pytest.raises(KeyboardInterrupt):
        encode(tmp_path / "cache", [*made, INTERRUPT])

    assert encode(tmp_path / "cache", ["a", *made])[1] == []


@pytest.mark.parametrize(
    "kept", [pytest.param(RECORD_BYTES + 5, id="torn"), pytest.param(3 * RECORD_BYTES - 1, id="torn in its last byte")]
)
def test_a_torn_record_does_not_count(tmp_path: Path, kept: int) -> None:
    encode(tmp_path / "cache", ["a", "b", "c"])
    data = (tmp_path / "cache").read_bytes()
    (tmp_path / "cache").write_bytes(data[:kept])

    _, encoded = encode(tmp_path / "cache", ["a", "b", "c"])

    assert encoded == ["b", "c"][kept // RECORD_BYTES - 1 :]
    assert (tmp_path / "cache").read_bytes() == data


def test_a_damaged_record_does_not_count(tmp_path: Path) -> None:
    encode(tmp_path / "cache", ["a", "b"])
    data = bytearray((tmp_path / "cache").read_bytes())
    data[40] ^= 1
    (tmp_path / "cache").write_bytes(data)

    assert encode(tmp_path / "cache", ["a", "b"])[1] == ["a"]


def test_another_encoder_starts_anew(tmp_path: Path) -> None:
    encode(tmp_path / "cache", ["a"])

    assert encode(tmp_path / "cache", ["a"], name="counting-2")[1] == ["a"]
    assert (tmp_path / "cache").stat().st_size == RECORD_BYTES


def test_progress_counts_what_is_encoded(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    with VectorCache(tmp_path / "cache", CountingEncoder()) as cache:
        cache.encode([str(number) for number in range(BATCH + 6)], progress=lambda *done: told.append(done))
        cache.encode(["0"], progress=lambda *done: told.append(done))

    assert told == [(BATCH, BATCH + 6), (BATCH + 6, BATCH + 6)]


def test_nothing_to_encode_writes_nothing(tmp_path: Path) -> None:
    vectors, _ = encode(tmp_path / "cache", [])

    assert vectors.shape == (0, 8)
    assert not (tmp_path / "cache").exists()
