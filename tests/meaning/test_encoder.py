from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.meaning.encoder import REMEMBERED, OnnxEncoder
from kb_service.meaning.installation import install_model
from kb_service.meaning.installed_model import open_encoder
from tests.meaning.conftest import Published

TEXTS = ["how do i pay", "where is my bill", "", "remove seats before renewal " * 100]


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
