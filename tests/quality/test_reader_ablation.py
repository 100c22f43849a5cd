"""What is left out of the reader to see what it is worth."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from kb_service.answers.signs import PASSAGE_COLUMNS, SENTENCE_COLUMNS
from kb_service.index.guide import Wording
from quality.reader_ablation import EVERYTHING, OWN, PARTS, Part
from quality.reader_figures import put_between
from quality.reader_fitting import ask
from tests.quality.test_fitting import folders  # noqa: F401  # a fixture


def test_a_part_is_left_out_of_what_was_asked_and_nothing_else(folders: list[Path], tmp_path: Path) -> None:  # noqa: F811
    asked = next(ask(folders[0], tmp_path / "kept", None))
    assert asked.signs is not None
    [headings] = [part for part in PARTS if part.name == "headings"]
    without = headings.left_out_of(asked)
    assert without.signs is not None
    lost = {
        name
        for name, one, other in zip(PASSAGE_COLUMNS, asked.signs.passages.T, without.signs.passages.T, strict=True)
        if not np.array_equal(one, other)
    }

    assert {"title", "with_heads"} <= lost
    assert not lost & {"score", "coverage", "window", "words"}
    assert np.array_equal(EVERYTHING.left_out_of(asked).of_marked, asked.of_marked)


@pytest.mark.parametrize("part", PARTS[1:], ids=lambda part: part.name)
def test_each_part_names_signs_that_there_are_and_leaves_others(part: Part) -> None:
    for pattern, names in ((part.passages, PASSAGE_COLUMNS), (part.sentences, SENTENCE_COLUMNS)):
        matched = [name for name in names if pattern.match(name)]
        assert 0 < len(matched) < len(names) / 2 + 10


def test_what_authors_say_of_sections_is_taken_back() -> None:
    wording = Wording(phrasings=(("where is my bill", "bills#where"), ("what is a seat", "seats")))

    assert OWN[0][1]([], wording)[1] == wording
    assert OWN[1][1]([], wording)[1].phrasings == (("where is my bill", "bills"), ("what is a seat", "seats"))
    assert OWN[2][1]([], wording)[1] == msgspec.structs.replace(wording, phrasings=())


def test_lines_take_the_place_of_what_stands_between_two_marks(tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    document.write_text("Before\n<!-- a -->\nold\n<!-- b -->\nbehind\n")
    put_between(document, "<!-- a -->", "<!-- b -->", ["new", "newer"])

    assert document.read_text() == "Before\n<!-- a -->\nnew\nnewer\n<!-- b -->\nbehind\n"
