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
    FEW_ROWS,
    REMEMBERED,
    CloseText,
    OnnxEncoder,
    VectorCache,
    VectorTable,
    floats_of,
    quantize,
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
    return VectorTable(quantize(vectors)._asdict())


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


@pytest.mark.parametrize("dimensions", [3, 64, 384])
@pytest.mark.parametrize("limit", [0, 1, 10, 299, 300, 1_000])
def test_the_nearest_are_those_that_comparing_with_every_row_finds(limit: int, dimensions: int) -> None:
    for rows in (300, 5_000):
        vectors = unit_vectors(rows, dimensions=dimensions)
        table = table_of(vectors)
        for asked in (vectors[7], *unit_vectors(9, dimensions=dimensions)):
            numbers, scores = table.nearest(asked, limit=limit)
            exact = table.scores(asked)
            best = np.argsort(-exact, kind="stable")[:limit]

            assert scores == pytest.approx(exact[best], abs=1e-6)
            assert np.allclose(exact[numbers], exact[best], atol=1e-6)
            assert len(set(numbers.tolist())) == len(best)


def test_what_differs_by_less_than_a_rounding_is_told_apart() -> None:
    asked = unit_vectors(1, dimensions=384)[0]
    rows = np.repeat(asked[np.newaxis], 2_000, axis=0)
    rows += np.random.default_rng(2).normal(size=rows.shape).astype(np.float32) * np.float32(0.004)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    table = table_of(rows)

    numbers = table.nearest(asked, limit=20).numbers

    assert np.allclose(np.sort(table.scores(asked))[::-1][:20], table.scores_of(numbers, asked), atol=1e-6)


def test_nothing_is_as_near_to_one_as_to_another() -> None:
    table = table_of(unit_vectors(500))

    assert table.nearest(np.zeros(64, dtype=np.float32), limit=4).numbers.tolist() == [0, 1, 2, 3]


def test_of_few_rows_all_may_be_alike() -> None:
    vectors = unit_vectors(300)
    table = table_of(vectors)

    numbers, scores = table.alike(vectors[7], count=10)

    assert numbers.tolist() == list(range(300))
    assert np.array_equal(scores, table.scores(vectors[7]))


def test_of_many_rows_about_as_many_are_alike_as_asked_for() -> None:
    vectors = unit_vectors(FEW_ROWS + 1)
    table = table_of(vectors)

    numbers, scores = table.alike(vectors[7], count=50)

    assert 50 <= len(numbers) < 150
    assert set(np.argsort(-table.scores(vectors[7]))[:50].tolist()) <= set(numbers.tolist())
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
