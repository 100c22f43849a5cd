"""Judged questions with what reads passages together with the question, in folders that it never saw."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kb_service.meaning.pair_reader import open_pair_reader
from kb_service.meaning.pairs import PairText, ReadsPairs
from quality.reader_fitting import Asked


class Remembering:
    """What reads pairs, each once."""

    def __init__(self, pairs: ReadsPairs) -> None:
        self._pairs = pairs
        self._told: dict[PairText, float] = {}

    def answers(self, text: PairText) -> float:
        """See ReadsPairs."""
        if text not in self._told:
            self._told[text] = self._pairs.answers(text)
        return self._told[text]


def learned_on(asked: Sequence[Asked]) -> tuple[list[Asked], list[Asked]]:
    """Return the questions of the folders that are learned from, every other one, and of those that are not."""
    learned = sorted({each.judged.folder for each in asked})[::2]
    return (
        [each for each in asked if each.judged.folder in learned],
        [each for each in asked if each.judged.folder not in learned],
    )


def read_together(asked: Sequence[Asked], content: bytes, model: Path) -> list[Asked]:
    """Return what was asked as it is with what reads pairs."""
    pairs = Remembering(open_pair_reader(content, model))
    return [each._replace(ranked=each.ranked._replace(pairs=pairs)) for each in asked]
