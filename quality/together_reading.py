"""Judged questions with what reads passages together with the question, in folders that it never saw.

Two networks are trained for that, each on every other folder, and each reads the folders of the other. They stay with
the indexes: what ships is trained on all folders, so it has seen every one of them.
"""

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


def halves(asked: Sequence[Asked]) -> tuple[list[Asked], list[Asked]]:
    """Return the questions of every other folder by name, the first among them, and those of the others."""
    first = sorted({each.judged.folder for each in asked})[::2]
    return (
        [each for each in asked if each.judged.folder in first],
        [each for each in asked if each.judged.folder not in first],
    )


def network_of_half(kept: Path, half: int) -> Path:
    """Return where the network lies that was trained on a half, 0 or 1."""
    return kept / f"pair-reader-{half}.onnx"


def read_by_others(asked: Sequence[Asked], kept: Path, model: Path) -> list[Asked]:
    """Return questions with what reads pairs and was trained on the other half of the folders."""
    found = []
    for half, mine in enumerate(halves(asked)):
        pairs = Remembering(open_pair_reader(network_of_half(kept, 1 - half).read_bytes(), model))
        found += [each._replace(ranked=each.ranked._replace(pairs=pairs)) for each in mine]
    return found
