"""The weights by which passages are read, fitted on judged questions (docs/reader.md): with the model, and without.

weights.json    {"meaning": {"passage": {sign: weight}, "sentence": {…}, "quoted": {…}, "known": {…}}, "words": {…}}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from kb_service.answers.signs import PASSAGE_COLUMNS, SENTENCE_COLUMNS

FILE: Final = "weights.json"


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """What each sign is worth, by its name: of a passage, of a sentence, and for the chance that the quote answers.

    `quoted` is for folders that are nothing but text, `together` for the same where the first passage is read
    together with the question (together.py), `known` for those where ways to ask are known; there
    `belonging` is what it is worth to a passage that the question belongs to its article, `section` that it belongs to
    its section, and `known_passage` and `known_sentence` are the weights of passages and sentences.
    """

    passage: Mapping[str, float]
    sentence: Mapping[str, float]
    quoted: Mapping[str, float]
    known: Mapping[str, float]
    together: Mapping[str, float] = {}
    belonging: float = 0.0
    section: float = 0.0
    known_passage: Mapping[str, float] = {}
    known_sentence: Mapping[str, float] = {}

    @cached_property
    def of_passages(self) -> NDArray[np.float64]:
        """The weights in the order of signs.PASSAGE_COLUMNS."""
        return in_order(self.passage, PASSAGE_COLUMNS)

    @cached_property
    def of_known_passages(self) -> NDArray[np.float64]:
        """The same for folders where ways to ask are known."""
        return in_order(self.known_passage or self.passage, PASSAGE_COLUMNS)

    @cached_property
    def of_sentences(self) -> NDArray[np.float64]:
        """The weights in the order of signs.SENTENCE_COLUMNS."""
        return in_order(self.sentence, SENTENCE_COLUMNS)

    @cached_property
    def of_known_sentences(self) -> NDArray[np.float64]:
        """The same for folders where ways to ask are known."""
        return in_order(self.known_sentence or self.sentence, SENTENCE_COLUMNS)


def in_order(weights: Mapping[str, float], names: Sequence[str]) -> NDArray[np.float64]:
    """Return weights in the order of the signs' names; one that is not there is worth nothing."""
    return np.asarray([weights.get(name, 0.0) for name in names])


@lru_cache(maxsize=1)
def all_weights() -> Mapping[str, Weights]:
    """Return the weights by what is compared: "meaning" or "words"."""
    return msgspec.json.decode(files(__package__).joinpath(FILE).read_bytes(), type=dict[str, Weights])


def weights_of(*, by_meaning: bool) -> Weights:
    """Return the weights with the model that compares meanings, or without."""
    return all_weights()["meaning" if by_meaning else "words"]
