"""What the classifier learnt is kept with a generation, and with the next one while the same is asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb_service.index.coefficients import open_coefficients, write_coefficients
from kb_service.meaning.vectors import quantize, write_vectors
from tests.fakes import BagOfWordsEncoder

ASKED = [(f"{verb} a {thing}", number) for number, thing in enumerate(("seat", "card")) for verb in "abcde"]


def a_folder(tmp_path: Path, name: str, *, encoder: str | None = "bag-of-words-1") -> Path:
    folder = tmp_path / name
    folder.mkdir()
    if encoder:
        vectors = BagOfWordsEncoder().encode([text for text, _ in ASKED])
        write_vectors(folder / "questions.vectors", quantize(vectors), encoder=encoder)
    return folder


def test_what_was_learnt_comes_back(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, "one")
    write_coefficients(folder, ASKED, 2)
    found = open_coefficients(folder)

    assert found is not None
    assert found.kept.tolist() == list(range(10))
    assert found.with_meaning is not None
    assert found.with_meaning.shape == found.by_words.shape == (10, 3)


def test_where_too_little_is_asked_nothing_is_kept(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, "one", encoder=None)
    write_coefficients(folder, ASKED[:2], 2)

    assert open_coefficients(folder) is None


@pytest.mark.parametrize(
    ("asked", "encoder", "is_shared"),
    [
        pytest.param(ASKED, "bag-of-words-1", True, id="the same is asked"),
        pytest.param([*ASKED, ("another", 0)], None, False, id="something else is asked"),
        pytest.param(ASKED, "another-model", False, id="another model"),
        pytest.param(ASKED, None, False, id="words alone"),
    ],
)
def test_the_generation_before_hands_on_what_the_same_questions_taught(
    tmp_path: Path, asked: list[tuple[str, int]], encoder: str | None, *, is_shared: bool
) -> None:
    before = a_folder(tmp_path, "before")
    write_coefficients(before, ASKED, 2)
    np.save(before / "coefficients" / "by_words.npy", np.full((10, 3), 7, dtype=np.float32))
    after = a_folder(tmp_path, "after", encoder=encoder)
    write_coefficients(after, asked, 2, before=[before])
    found = open_coefficients(after)

    assert found is not None
    assert bool(np.all(found.by_words == 7)) is is_shared
