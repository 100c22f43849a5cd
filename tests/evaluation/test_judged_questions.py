"""Judged questions are read from question files and from collections; a bad line is named by its number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import pytest

from kb_service.content.article import Article
from kb_service.errors import CallerError
from kb_service.evaluation.judged_questions import (
    JudgedQuestion,
    JudgedSet,
    read_collection,
    read_judged,
    read_question_file,
    read_questions,
    sample,
)
from tests.builders import an_article
from tests.evaluation.files import QUERIES, a_collection, json_lines

SERVED = [
    msgspec.structs.replace(an_article("seats", "About seats.", redirects_from=["licences"]), sources=("K1", "K2")),
    msgspec.structs.replace(an_article("cards", "About cards."), sources=("K2",)),
]


def read_one(folder: Path, **row: object) -> JudgedQuestion:
    path = json_lines(folder / "set.jsonl", {"question": "how?", **row})
    return read_question_file(path, SERVED).questions[0]


@pytest.mark.parametrize(
    ("row", "relevant"),
    [
        pytest.param({"articles": ["cards", "seats"]}, {"cards", "seats"}, id="articles by id"),
        pytest.param({"article": "cards"}, {"cards"}, id="one article"),
        pytest.param({"articles": ["licences"]}, {"seats"}, id="an id of before"),
        pytest.param({"sources": ["K2"]}, {"seats", "cards"}, id="every article with the source"),
        pytest.param({"sources": ["K1", "K9"]}, {"seats"}, id="any of the sources will do"),
    ],
)
def test_answers_are_named_by_id_or_by_source(tmp_path: Path, row: Mapping[str, object], relevant: set[str]) -> None:
    assert read_one(tmp_path, **row).relevant == dict.fromkeys(relevant, 1.0)


def test_without_an_answer_there_is_nothing_to_find(tmp_path: Path) -> None:
    assert read_one(tmp_path, answerable="n", sources=[]).relevant is None
    assert read_one(tmp_path, answerable="p").relevant is None


def test_tags_and_the_labelled_text_are_kept(tmp_path: Path) -> None:
    found = read_one(tmp_path, article="seats", text="About seats.", kind="sentence", topic="seats", note="unread")

    assert found.span == "About seats."
    assert found.tags == {"kind": "sentence", "topic": "seats"}


def test_a_source_that_no_article_has_counts_as_missed_with_a_warning(tmp_path: Path) -> None:
    path = json_lines(tmp_path / "set.jsonl", {"question": "how?", "sources": ["K9"]})
    judged = read_question_file(path, SERVED)

    assert judged.questions[0].relevant == {}
    assert judged.warnings == (f"{path}:1: no article has the source K9: counted as missed.",)


@pytest.mark.parametrize(
    ("row", "error"),
    [
        pytest.param({"articles": ["gone"]}, ":1: there is no article 'gone' in the index", id="unknown id"),
        pytest.param({}, ":1: name what answers", id="answerable and nothing named"),
        pytest.param({"answerable": "maybe"}, ":1: Invalid enum value 'maybe'", id="unknown kind"),
        pytest.param({"articles": "seats"}, ":1: Expected `array`, got `str`", id="no list"),
    ],
)
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, row: Mapping[str, object], error: str) -> None:
    with pytest.raises(CallerError) as raised:
        read_one(tmp_path, **row)

    assert error in str(raised.value)


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


def test_a_collection_becomes_questions_and_articles_of_one_passage(tmp_path: Path) -> None:
    judged = read_collection(a_collection(tmp_path / "small"))

    assert judged.name == "small"
    assert [(q.id, q.text, q.relevant) for q in judged.questions] == [("q1", "remove a seat", {"d1": 2.0})]
    assert judged.documents is not None
    view = judged.documents[0].public
    assert view is not None
    assert [(p.article_id, p.title, p.text) for p in view.passages] == [("d1", "Seats", "Remove a seat in the portal.")]


def test_a_grade_of_zero_is_not_relevant_and_a_query_without_relevant_documents_is_left_out(tmp_path: Path) -> None:
    folder = a_collection(tmp_path, qrels="q1\td1\t1\nq1\td2\t0\nq2\td1\t0\n")

    assert [q.relevant for q in read_collection(folder).questions] == [{"d1": 1.0}]


def test_a_header_line_windows_line_ends_and_empty_lines_are_no_judgments(tmp_path: Path) -> None:
    folder = a_collection(tmp_path, qrels="query-id\tcorpus-id\tscore\r\n\r\nq1\td1\t1\r\n")

    assert [q.relevant for q in read_collection(folder).questions] == [{"d1": 1.0}]


@pytest.mark.parametrize(
    ("file", "text", "error"),
    [
        (
            "corpus.jsonl",
            '{"_id": "d1", "text": "a"}\n{"_id": "d1", "text": "b"}\n',
            "corpus.jsonl:2: the id 'd1' stands",
        ),
        ("corpus.jsonl", '\n{"_id": "d1"}\n', "corpus.jsonl:2: Object missing required field `text`"),
        ("queries.jsonl", "{broken\n", "queries.jsonl:1: JSON is malformed"),
        ("queries.jsonl", '{"_id": 7, "text": "a"}\n', "queries.jsonl:1: Expected `str`, got `int` - at `$._id`"),
        ("qrels.tsv", "q1 d1 1\n", "qrels.tsv:1: 1 columns"),
        ("qrels.tsv", "q1\td1\t1\nq1\td2\tmuch\n", "qrels.tsv:2: the score 'much' is not a number"),
        ("qrels.tsv", "q1\td1\t1\nq1\td2\tinf\n", "qrels.tsv:2: the score 'inf' is not a number"),
        ("qrels.tsv", "q9\td1\t1\n", "qrels.tsv:1: query 'q9' is not in queries.jsonl"),
        ("qrels.tsv", "q1\td9\t1\n", "qrels.tsv:1: document 'd9' is not in corpus.jsonl"),
    ],
)
def test_a_bad_line_of_a_collection_is_named_by_its_number(tmp_path: Path, file: str, text: str, error: str) -> None:
    folder = a_collection(tmp_path)
    (folder / file).write_text(text, encoding="utf-8")

    with pytest.raises(CallerError) as raised:
        read_collection(folder)

    assert error in str(raised.value)


def test_missing_files_are_named(tmp_path: Path) -> None:
    (a_collection(tmp_path) / "qrels.tsv").unlink()

    with pytest.raises(CallerError, match=r"qrels\.tsv missing"):
        read_collection(tmp_path)
