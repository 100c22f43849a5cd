"""Texts become vectors, vectors are kept between builds, and the nearest of them are found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.meaning.installation import install_model
from kb_service.meaning.installed_model import open_encoder
from kb_service.meaning.vectors import (
    BATCH,
    CHUNK_VECTORS,
    REMEMBERED,
    SCANNED_ROWS,
    CloseText,
    OnnxEncoder,
    VectorCache,
    VectorTable,
    floats_of,
    nearest_in_sketch,
    quantize,
    sketch,
    vector_arrays,
)
from tests.meaning.conftest import Published

TEXTS = ["how do i pay", "where is my bill", "", "remove seats before renewal " * 100]
RECORD_BYTES = 32 + 4 + 8 + 4
INTERRUPT = "somebody presses Ctrl-C here"


def test_vectors_have_length_one(tiny_encoder: OnnxEncoder) -> None:
    vectors = tiny_encoder.encode(TEXTS)

    assert vectors.shape == (4, 32)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_text_gives_no_rows(tiny_encoder: OnnxEncoder) -> None:
    assert tiny_encoder.encode([]).shape == (0, 32)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\ud800 pay \udfff", id="lone surrogates"),
        pytest.param("pay\0 an\0invoice", id="NUL"),
        pytest.param("\u202e\u0301" * 50, id="marks alone"),
        pytest.param("x" * 1_000_000, id="one endless word"),
        pytest.param(" \n" * 500_000, id="nothing but space"),
    ],
)
def test_any_text_has_a_vector(tiny_encoder: OnnxEncoder, text: str) -> None:
    assert np.isfinite(tiny_encoder.encode([text])).all()


@settings(max_examples=50, deadline=None)
@given(text=st.text(st.characters(), max_size=40))
def test_no_text_makes_it_fail(tiny_encoder: OnnxEncoder, text: str) -> None:
    assert np.linalg.norm(tiny_encoder.encode([text])) == pytest.approx(1, abs=1e-5)


def test_a_vector_does_not_depend_on_its_neighbours(tiny_encoder: OnnxEncoder) -> None:
    together = tiny_encoder.encode(TEXTS)

    assert all(np.array_equal(together[i], tiny_encoder.encode([text])[0]) for i, text in enumerate(TEXTS))


def test_several_threads_give_the_same_vectors(tiny_encoder: OnnxEncoder) -> None:
    expected = tiny_encoder.encode(TEXTS)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: tiny_encoder.encode(TEXTS), range(20)))

    assert all(np.array_equal(vectors, expected) for vectors in found)


def test_a_question_asked_again_is_remembered(tiny_encoder: OnnxEncoder) -> None:
    first = tiny_encoder.encode_one("how do i pay")

    assert tiny_encoder.encode_one("how do i pay") is first
    assert np.array_equal(first, tiny_encoder.encode(["how do i pay"])[0])


def test_a_remembered_vector_cannot_be_spoilt(tiny_encoder: OnnxEncoder) -> None:
    with pytest.raises(ValueError, match="read-only"):
        tiny_encoder.encode_one("how do i pay")[0] = 5


def test_only_the_last_questions_are_remembered(tiny_encoder: OnnxEncoder) -> None:
    first = tiny_encoder.encode_one("pay 0")
    for number in range(1, REMEMBERED + 1):
        tiny_encoder.encode_one(f"pay {number}")

    assert tiny_encoder.encode_one("pay 0") is not first


def test_threads_change_the_speed_alone(published: Published, tiny_encoder: OnnxEncoder, tmp_path: Path) -> None:
    install_model(tmp_path, source=published.folder, model=published.model)
    encoder = open_encoder(tmp_path, threads=3, model=published.model)

    assert encoder is not None
    assert np.array_equal(encoder.encode(TEXTS), tiny_encoder.encode(TEXTS))


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

    token_dimensions = 8
    pairs = None

    def encode_closely(self, texts: Sequence[str]) -> list[CloseText]:
        return [
            CloseText(
                vector, self.encode(text.split()), np.asarray([m.start() for m in re.finditer(r"\S+", text)], "i4")
            )
            for vector, text in zip(self.encode(texts), texts, strict=True)
        ]

    def tokens_of(self, text: str) -> np.ndarray:
        return self.encode(text.split())

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


def unit_vectors(rows: int, *, dimensions: int = 64) -> np.ndarray:
    """Rows in a few groups, as the passages of a help centre are."""
    random = np.random.default_rng(5)
    groups = random.normal(size=(20, dimensions))
    vectors = groups[random.integers(0, 20, rows)] + random.normal(size=(rows, dimensions))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def table_of(vectors: np.ndarray) -> VectorTable:
    return VectorTable(vector_arrays(quantize(vectors)))


def test_scores_are_the_inner_products() -> None:
    vectors = unit_vectors(700)
    table = table_of(vectors)

    scores = table.scores(vectors[3])

    assert (len(table), table.dimensions) == (700, 64)
    assert scores.dtype == np.float32
    assert np.abs(scores - vectors @ vectors[3]).max() < 0.01
    assert np.allclose(table.scores_of(np.array([5, 3, 5]), vectors[3]), scores[[5, 3, 5]], atol=1e-6)
    assert np.allclose(table.scores(vectors[3], rows=slice(2, 9)), scores[2:9], atol=1e-6)
    assert table.scores(vectors[3], rows=slice(4, 4)).tolist() == []


def test_the_nearest_of_few_rows_are_exact() -> None:
    vectors = unit_vectors(300)
    table = table_of(vectors)

    numbers, scores = table.nearest(vectors[7], limit=10)

    assert numbers[0] == 7
    assert numbers.tolist() == np.argsort(-table.scores(vectors[7]), kind="stable")[:10].tolist()
    assert scores.tolist() == sorted(scores.tolist(), reverse=True)


def test_the_nearest_of_many_rows_are_nearly_all_found() -> None:
    vectors = unit_vectors(SCANNED_ROWS * 3)
    table = table_of(vectors)

    found = [
        len(set(np.argsort(-table.scores(asked))[:10]) & set(table.nearest(asked, limit=10).numbers.tolist()))
        for asked in vectors[:50]
    ]

    assert sum(found) >= 0.97 * 500


def test_of_few_rows_all_may_be_alike() -> None:
    vectors = unit_vectors(300)
    table = table_of(vectors)

    numbers, scores = table.alike(vectors[7], count=10)

    assert numbers.tolist() == list(range(300))
    assert np.array_equal(scores, table.scores(vectors[7]))


def test_of_many_rows_about_as_many_are_alike_as_asked_for() -> None:
    vectors = unit_vectors(SCANNED_ROWS + 1)
    table = table_of(vectors)

    numbers, scores = table.alike(vectors[7], count=50)

    assert 50 <= len(numbers) < 100
    assert 7 in numbers
    assert numbers.tolist() == sorted(set(numbers.tolist()))
    assert np.allclose(scores, table.scores(vectors[7])[numbers], atol=1e-6)


def test_equally_near_rows_come_by_number() -> None:
    table = table_of(np.repeat(unit_vectors(1), 50, axis=0))

    assert table.nearest(unit_vectors(1)[0], limit=5).numbers.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("rows", [0, 1])
def test_a_table_may_hold_nothing_or_one(rows: int) -> None:
    table = table_of(unit_vectors(rows))

    assert table.scores(unit_vectors(1)[0]).shape == (rows,)
    assert len(table.nearest(unit_vectors(1)[0], limit=9).numbers) == rows


def test_what_was_quantized_stays_as_it_is() -> None:
    once = quantize(unit_vectors(50))

    again = quantize(floats_of(once))

    assert np.array_equal(once.whole, again.whole)


def test_quantized_rows_come_back_within_half_a_step() -> None:
    rows = unit_vectors(4) * np.float32([[1], [0.001], [1000], [0]])

    whole, scales = quantize(rows)

    assert np.abs(whole).max(axis=1).tolist() == [127, 127, 127, 0]
    assert (np.abs(whole * scales[:, None] - rows) <= scales[:, None] * 0.5001).all()


def random_vectors(rows: int, dimensions: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(rows, dimensions)).astype(np.float32)


@pytest.mark.parametrize(("dimensions", "words"), [(1, 1), (32, 1), (64, 1), (65, 2), (384, 6)])
def test_bits_are_kept_in_whole_words(dimensions: int, words: int) -> None:
    assert sketch(random_vectors(5, dimensions)).shape == (words, 5)


def test_the_nearest_differ_in_the_fewest_large_components() -> None:
    rows = random_vectors(CHUNK_VECTORS + 100, 70)
    asked = rows[CHUNK_VECTORS + 5]
    large = np.abs(asked) >= np.median(np.abs(asked))
    different = (((rows > rows.mean(axis=0)) != (asked > 0)) & large).sum(axis=1)

    found = nearest_in_sketch(sketch(rows), asked, 50)

    assert CHUNK_VECTORS + 5 in found
    assert len(found) >= 50
    assert different[found].max() <= np.delete(different, found).min()


def test_small_components_do_not_count() -> None:
    asked = np.array([1, -1, 0.1, 0.1], np.float32)
    rows = np.array([[1, 1, 1, 1], [1, -1, -1, -1], [-1, 1, 1, 1]], np.float32)

    assert nearest_in_sketch(sketch(rows), asked, 1).tolist() == [1]


@pytest.mark.parametrize("dimensions", [64, 384, 510, 512, 1200])
def test_the_opposite_is_the_furthest_whatever_the_number_of_dimensions(dimensions: int) -> None:
    rows = random_vectors(40, dimensions)
    rows[7] = -rows[3]

    assert 7 not in nearest_in_sketch(sketch(rows), rows[3], 30)


@pytest.mark.parametrize("limit", [3, 4, 100])
def test_a_limit_of_all_gives_all(limit: int) -> None:
    rows = random_vectors(3, 32)

    assert nearest_in_sketch(sketch(rows), rows[0], limit).tolist() == [0, 1, 2]


def test_a_sketch_may_be_of_nothing() -> None:
    assert nearest_in_sketch(sketch(random_vectors(0, 32)), random_vectors(1, 32)[0], 5).tolist() == []
