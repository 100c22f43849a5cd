from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from kb_service.content.article import Article
from kb_service.errors import CallerError
from kb_service.evaluation.judged_files import read_judged, read_questions
from kb_service.evaluation.judgments import JudgedQuestion, JudgedSet, sample
from tests.builders import an_article
from tests.evaluation.files import QUERIES, a_collection, json_lines


def nothing_served() -> Sequence[Article]:
    raise AssertionError("a collection brings its own documents")


@pytest.mark.parametrize("name", ["", "corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_collection_is_named_by_its_folder_or_any_of_its_files(tmp_path: Path, name: str) -> None:
    folder = a_collection(tmp_path / "small")

    assert read_judged(folder / name, nothing_served).name == "small"


def test_another_file_holds_questions_about_what_is_served(tmp_path: Path) -> None:
    path = json_lines(tmp_path / "mine.jsonl", {"question": "how?", "article": "seats"})
    judged = read_judged(path, lambda: [an_article("seats", "About seats.")])

    assert (judged.name, judged.documents) == ("mine", None)


def test_a_set_without_questions_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")

    with pytest.raises(CallerError, match="no judged question"):
        read_judged(tmp_path / "empty.jsonl", list)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(CallerError, match="not UTF-8"):
        read_judged(tmp_path / "binary.jsonl", list)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match="gone"):
        read_judged(tmp_path / "gone.jsonl", list)


def test_foreign_questions_come_from_either_kind(tmp_path: Path) -> None:
    path = json_lines(tmp_path / "mine.jsonl", {"question": "how?", "article": "gone"})

    assert read_questions(path) == ("how?",)
    assert read_questions(a_collection(tmp_path / "small")) == (QUERIES[0]["text"],)


@pytest.mark.parametrize(
    ("limit", "names"), [(None, "abcdefg"), (9, "abcdefg"), (3, "ace"), (1, "a")], ids=["all", "more", "three", "one"]
)
def test_a_sample_is_taken_at_equal_distances(limit: int | None, names: str) -> None:
    judged = JudgedSet(name="set", questions=tuple(JudgedQuestion(id=name, text=name) for name in "abcdefg"))

    assert "".join(question.id for question in sample(judged, limit).questions) == names
