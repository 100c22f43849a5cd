"""Vectors of meaning in a generation: one a passage, one for each thing asked, and kept for the next build."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kb_service.errors import EngineUnavailable
from kb_service.index.building import VECTOR_CACHE
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.meaning.vectors import CloseText
from tests.builders import an_article
from tests.index.questions import found, words


class HashingEncoder:
    """Gives each text a vector of its own, and counts what it was asked for."""

    name = "hashing-1"
    dimensions = 64

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.encoded += texts
        rows = [np.frombuffer(hashlib.sha512(text.encode()).digest(), dtype=np.int8) for text in texts]
        vectors = np.asarray(rows, dtype=np.float32).reshape(len(texts), self.dimensions)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def encode_one(self, text: str) -> NDArray[np.float32]:
        return np.asarray(self.encode([text])[0])

    token_dimensions = 64
    pairs = None

    def encode_closely(self, texts: Sequence[str]) -> list[CloseText]:
        return [CloseText(vector, vector[None], np.zeros(1, dtype=np.int32)) for vector in self.encode(texts)]

    def tokens_of(self, text: str) -> NDArray[np.float32]:
        return self.encode([text])


def test_only_changed_texts_are_encoded_again(tmp_path: Path) -> None:
    encoder = HashingEncoder()
    engine = WhooshEngine(tmp_path, encoder=encoder)
    engine.replace_all([an_article("a", "red"), an_article("b", "blue")])
    encoder.encoded.clear()

    engine.replace_all([an_article("a", "red"), an_article("b", "green")])

    assert encoder.encoded == ["B. green"]


def test_kept_vectors_that_cannot_be_used_are_reported_and_what_is_served_stays(tmp_path: Path) -> None:
    WhooshEngine(tmp_path).replace_all([an_article("a", "red")])
    (tmp_path / VECTOR_CACHE).mkdir()
    engine = WhooshEngine(tmp_path, encoder=HashingEncoder())

    with pytest.raises(EngineUnavailable, match="kept vectors"):
        engine.replace_all([an_article("a", "blue")])

    assert found(engine.snapshot(audience="public"), words("red")) == ["a"]


def test_an_encoder_that_fails_leaves_what_is_served(tmp_path: Path) -> None:
    class Broken(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
            raise RuntimeError("out of memory")

    WhooshEngine(tmp_path).replace_all([an_article("a", "red")])
    engine = WhooshEngine(tmp_path, encoder=Broken())

    with pytest.raises(EngineUnavailable, match="out of memory"):
        engine.replace_all([an_article("a", "blue")])

    assert found(engine.snapshot(audience="public"), words("red")) == ["a"]
