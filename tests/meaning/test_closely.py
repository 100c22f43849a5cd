"""Tokens of a question meet those of passages, and what was made of passages is kept between builds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from kb_service.meaning.closely import CloseCache, matches, quantized_tokens
from kb_service.meaning.vectors import LONGEST_TOKENS, Floats, OnnxEncoder, quantize
from tests.fakes import BagOfWordsEncoder

RED, BLUE, GREEN = np.eye(3, dtype=np.float32)
NEARLY = 0.02


class Counting(BagOfWordsEncoder):
    """Remembers what it was to read."""

    def __init__(self, name: str = "counting-1") -> None:
        super().__init__(name=name)
        self.read: list[str] = []

    def encode_closely(self, texts):  # type: ignore[no-untyped-def]
        self.read += texts
        return super().encode_closely(texts)


def met(asked: list[np.ndarray], tokens: list[np.ndarray], starts: list[int]):  # type: ignore[no-untyped-def]
    return matches(np.asarray(asked), quantized_tokens(np.asarray(tokens).reshape(-1, 3)), starts)


def test_each_token_of_the_question_is_met_by_the_one_that_is_likest() -> None:
    found = met([RED, BLUE], [RED, GREEN, BLUE, GREEN], [0, 2, 4])

    assert found.passage == pytest.approx((1, 1))
    assert [sentence[1:] for sentence in found.sentences] == [pytest.approx((0.5, 0))] * 2
    assert found.sentences[0][0] == pytest.approx(0.5)  # of red and green with red and blue


def test_a_sentence_without_tokens_meets_nothing_and_moves_no_other() -> None:
    found = met([RED], [GREEN, RED], [0, 1, 1, 2])

    assert [sentence[1] for sentence in found.sentences] == [0, 0, 1]


@pytest.mark.parametrize(("asked", "tokens"), [([], [RED]), ([RED], [])])
def test_nothing_asked_or_nothing_there_meets_nothing(asked: list[np.ndarray], tokens: list[np.ndarray]) -> None:
    found = matches(
        np.asarray(asked).reshape(-1, 3), np.asarray(tokens, dtype=np.int8).reshape(-1, 3), [0, len(tokens)]
    )

    assert found == ((0, 0), ((0, 0, 0),))


def test_only_directions_of_tokens_are_kept() -> None:
    once = quantized_tokens(np.asarray([RED + BLUE / 3]))

    assert np.array_equal(once, quantized_tokens(np.asarray([5 * RED + 5 * BLUE / 3])))


TEXTS, STARTS = ["T. Red wine. Blue cheese here.", "T. Green.", "T. "], [[3, 13], [3], []]


def kept(path: Path, texts: list[str], starts: list[list[int]], name: str = "counting-1"):  # type: ignore[no-untyped-def]
    encoder = Counting(name)
    with CloseCache(path, encoder) as cache:
        return cache.encode(texts, starts), encoder.read


def test_tokens_are_parted_by_sentence_and_the_heads_are_left_out(tmp_path: Path) -> None:
    found, _ = kept(tmp_path / "cache", TEXTS, STARTS)
    expected = Counting()

    assert found.tokens.starts.tolist() == [0, 2, 5, 6]
    words = ["red", "wine", "blue", "cheese", "here", "green"]
    assert np.array_equal(found.tokens.whole, quantized_tokens(expected.encode(words)))
    assert np.array_equal(found.vectors.whole, quantize(expected.encode(TEXTS)).whole)


def test_only_new_passages_are_read_and_others_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "cache"
    first, read = kept(path, TEXTS, STARTS)
    again, read_again = kept(path, TEXTS, STARTS)

    assert (sorted(read), read_again) == (sorted(TEXTS), [])
    assert np.array_equal(first.tokens.whole, again.tokens.whole)
    assert kept(path, [*TEXTS[:1], "T. New."], [STARTS[0], [3]])[1] == ["T. New."]
    assert sorted(kept(path, TEXTS, STARTS)[1]) == sorted(TEXTS[1:])
    assert sorted(kept(path, TEXTS, STARTS, name="other")[1]) == sorted(TEXTS)


@pytest.mark.parametrize("place", [0, 33, 60, -1])
def test_what_is_damaged_is_read_again(tmp_path: Path, place: int) -> None:
    path = tmp_path / "cache"
    first, _ = kept(path, TEXTS, STARTS)
    data = bytearray(path.read_bytes())
    data[place] ^= 0xFF
    path.write_bytes(data)

    again, read = kept(path, TEXTS, STARTS)

    assert read
    assert np.array_equal(first.tokens.whole, again.tokens.whole)
    assert kept(path, TEXTS, STARTS)[1] == []


def test_a_torn_end_costs_one_passage(tmp_path: Path) -> None:
    path = tmp_path / "cache"
    kept(path, TEXTS, STARTS)
    path.write_bytes(path.read_bytes()[:-3])

    assert len(kept(path, TEXTS, STARTS)[1]) == 1


def test_the_vector_of_a_passage_is_that_of_its_text(tiny_encoder: OnnxEncoder) -> None:
    for text in ("", "how do i pay", "remove seats before renewal " * 100):
        (read,) = tiny_encoder.encode_closely([text])
        assert np.array_equal(read.vector, tiny_encoder.encode([text])[0])


def test_every_token_of_a_long_passage_is_read_in_its_place(tiny_encoder: OnnxEncoder) -> None:
    text = "remove seats before renewal " * 100
    (read,) = tiny_encoder.encode_closely([text])

    assert len(read.tokens) == len(read.starts) == 400 > LONGEST_TOKENS
    assert [text[start : start + 5] for start in read.starts[-4:]] == ["remov", "seats", "befor", "renew"]
    assert np.linalg.norm(read.tokens, axis=1) == pytest.approx(np.ones(400), abs=1e-5)


def test_tokens_of_a_question_are_those_that_a_passage_would_have(tiny_encoder: OnnxEncoder) -> None:
    text = "how do i pay my bill"
    (read,) = tiny_encoder.encode_closely([text])

    assert np.array_equal(tiny_encoder.tokens_of(text), read.tokens)
    assert tiny_encoder.tokens_of("").shape == (0, tiny_encoder.token_dimensions)
    assert tiny_encoder.tokens_of(text) @ read.tokens.T == pytest.approx(read.tokens @ read.tokens.T)


def test_the_mean_of_tokens_points_where_the_vector_does(tiny_encoder: OnnxEncoder) -> None:
    """The vector is the mean over what begins and ends a text too, so they agree nearly."""
    (read,) = tiny_encoder.encode_closely(["how do i pay my bill before renewal where is my card"])
    mean = read.tokens.mean(axis=0)

    assert mean @ read.vector / np.linalg.norm(mean) > 0.9


def test_texts_are_encoded_with_one_thread_of_blas(tiny_encoder: OnnxEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that wait for work would take most of the time that an index with many passages needs."""
    used: list[int] = []
    run = tiny_encoder._run

    def counted(ids: Sequence[int]) -> tuple[Floats, Floats]:
        used.extend(each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas")
        return run(ids)

    monkeypatch.setattr(tiny_encoder, "_run", counted)
    with threadpool_limits(2, user_api="blas"):
        tiny_encoder.encode_closely(["a seat", "an invoice"])
        assert {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"} == {2}

    assert used
    assert {*used} == {1}
