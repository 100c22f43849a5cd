"""A question read together with a passage: how they are laid out, and whether the passage answers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb_service.meaning.installed_model import MINILM, Shipped
from kb_service.meaning.pair_reader import tables_of
from kb_service.meaning.pairs import CLS, LONGEST, SECOND, SEP, SHARED, PairText, laid_out
from kb_service.meaning.vectors import GRAPH_FILE, OnnxEncoder
from tests.meaning.conftest import REAL_MODEL


def test_a_question_stands_before_headings_and_passage() -> None:
    pair = laid_out([1, 2], [3], [4, 2, 5, 6], [0, 2], 0)

    assert pair.ids.tolist() == [CLS, 1, 2, SEP, 3, SEP, 4, 2, 5, 6, SEP]
    assert [pair.ids[start:end].tolist() for start, end in pair.parts] == [[CLS], [1, 2], [4, 2, 5, 6, SEP]]
    assert (pair.sentences, pair.bounds) == ([0, 1], [6, 8, 10])


def test_tokens_of_both_sides_are_told_apart_from_others() -> None:
    pair = laid_out([1, 2], [3], [4, 2], [0], 0)

    assert pair.kinds.tolist() == [0, 0, SHARED, SHARED, *[SECOND] * 1, SECOND + SHARED, SECOND, *[SECOND + SHARED] * 2]


@pytest.mark.parametrize("around", [0, 4, 9])
def test_of_a_long_passage_whole_sentences_around_one_are_read(around: int) -> None:
    passage = [*range(1_000, 1_500)]
    pair = laid_out([1], [2], passage, [*range(0, 500, 50)], around, longest=176)

    assert len(pair.ids) <= 176
    assert around in pair.sentences
    assert len(pair.sentences) == 3
    assert pair.ids[pair.body] == 1_000 + 50 * pair.sentences[0]


def test_of_a_sentence_that_is_too_long_the_beginning_is_read() -> None:
    pair = laid_out([1], [2], [*range(1_000, 1_500)], [0], 0)

    assert len(pair.ids) == LONGEST
    assert pair.ids[pair.body] == 1_000


def test_a_passage_that_answers_is_told_from_one_that_does_not(real_encoder: OnnxEncoder) -> None:
    assert real_encoder.pairs is not None
    told = [
        real_encoder.pairs.answers(PairText("how long does a refund take", "Refunds", text, (0,), 0))
        for text in (
            "A refund is on your card within ten working days.",
            "Refunds are explained in the terms, which you can download as a PDF.",
        )
    ]

    assert told[0] > told[1]


def test_words_and_places_are_those_of_the_model(real_encoder: OnnxEncoder) -> None:
    words, scales, places = tables_of(REAL_MODEL / MINILM.name / GRAPH_FILE)

    assert words.shape == (30_522, real_encoder.dimensions)
    assert places.shape == (512, real_encoder.dimensions)
    assert scales.shape == (30_522, 1)
    assert np.abs(words).max(axis=1).min() == 127


def test_a_model_without_tables_is_refused(tmp_path: Path) -> None:
    (tmp_path / GRAPH_FILE).write_bytes(b"\x08\x09")

    with pytest.raises(ValueError, match="whole_words"):
        tables_of(tmp_path / GRAPH_FILE)


def test_damaged_layers_are_not_used(tmp_path: Path) -> None:
    assert MINILM.pair_reader is not None
    damaged = tmp_path / "pairs.onnx"
    damaged.write_bytes(MINILM.pair_reader.path.read_bytes()[:-1])

    with pytest.raises(ValueError, match="SHA-256"):
        Shipped(damaged, MINILM.pair_reader.sha256).read()
