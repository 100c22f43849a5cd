"""What the classifier learnt, on disk: memory-mapped, kept from generation to generation while the same is asked."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from kb_service.index.arrays import open_arrays, write_arrays
from kb_service.index.asked_words import AskedArrays, AskedWords
from kb_service.index.classifying import Coefficients, learn
from kb_service.index.records import link_or_copy
from kb_service.meaning.vectors import open_vectors

FOLDER: Final = "coefficients"
WORDS: Final = "words"
LEARNT: Final = 2  # goes up when the same questions would teach something else


def write_coefficients(
    folder: Path, asked: Sequence[tuple[str, int]], articles: int, *, before: Sequence[Path] = ()
) -> None:
    """Learn from what is asked, beside the vectors that `folder` holds of it; where too little is known write nothing.

    Generations `before` are looked at for what the same questions taught: learning takes up to two seconds.
    """
    vectors = open_vectors(folder / "questions.vectors")
    key = _key(asked, articles, vectors.encoder if vectors else "")
    for other in before:
        if _read_key(other) == key:
            shutil.copytree(other / FOLDER, folder / FOLDER, copy_function=link_or_copy)
            return
    learnt = learn(asked, articles, vectors.all() if vectors else None)
    if learnt is None:
        return
    tables = learnt._asdict()
    words: AskedWords = tables.pop("words")
    write_arrays(folder / FOLDER, tables)
    write_arrays(folder / FOLDER / WORDS, words.arrays._asdict())
    (folder / FOLDER / "key.txt").write_text(key, encoding="utf-8")


def open_coefficients(folder: Path) -> Coefficients | None:
    """Return what write_coefficients wrote, None when it wrote nothing; raise OSError or ValueError on damage."""
    if not (folder / FOLDER).is_dir():
        return None
    words = AskedWords(AskedArrays(**open_arrays(folder / FOLDER / WORDS)))
    return Coefficients(words=words, **open_arrays(folder / FOLDER))


def _key(asked: Sequence[tuple[str, int]], articles: int, encoder: str) -> str:
    return hashlib.sha256(msgspec.msgpack.encode([LEARNT, list(asked), articles, encoder])).hexdigest()


def _read_key(folder: Path) -> str | None:
    path = folder / FOLDER / "key.txt"
    return path.read_text(encoding="utf-8") if path.is_file() else None
