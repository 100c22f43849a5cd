"""Which kind of judged set a path names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from kb_service.content.article import Article
from kb_service.errors import CallerError
from kb_service.evaluation.collection import COLLECTION_FILES, read_collection
from kb_service.evaluation.judgments import JudgedSet
from kb_service.evaluation.question_file import read_question_file, read_question_texts


def read_judged(path: Path, served: Callable[[], Sequence[Article]]) -> JudgedSet:
    """Return the judged set of a folder, of any of its three files, or of a question file.

    `served` gives the articles that are served; it is called for question files alone. Raises CallerError.
    """
    folder = _collection_of(path)
    judged = read_collection(folder) if folder else read_question_file(path, served())
    if not judged.questions:
        raise CallerError(f"{path}: there is no judged question in it.")
    return judged


def read_questions(path: Path) -> tuple[str, ...]:
    """Return the texts of the questions of any judged set. Raises CallerError."""
    folder = _collection_of(path)
    if folder:
        return tuple(question.text for question in read_collection(folder).questions)
    return tuple(read_question_texts(path))


def _collection_of(path: Path) -> Path | None:
    if path.is_dir():
        return path
    return path.parent if path.name in COLLECTION_FILES else None
