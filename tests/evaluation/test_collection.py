from __future__ import annotations

from pathlib import Path

import pytest

from kb_service.errors import CallerError
from kb_service.evaluation.collection import read_collection
from tests.evaluation.files import a_collection


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
        ("qrels.tsv", "q1\td1\t1\nq1\td2\tmuch\n", "qrels.tsv:2: the score 'much' is no number"),
        ("qrels.tsv", "q1\td1\t1\nq1\td2\tinf\n", "qrels.tsv:2: the score 'inf' is no number"),
        ("qrels.tsv", "q9\td1\t1\n", "qrels.tsv:1: query 'q9' is not in queries.jsonl"),
        ("qrels.tsv", "q1\td9\t1\n", "qrels.tsv:1: document 'd9' is not in corpus.jsonl"),
    ],
)
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, file: str, text: str, error: str) -> None:
    folder = a_collection(tmp_path)
    (folder / file).write_text(text, encoding="utf-8")

    with pytest.raises(CallerError) as raised:
        read_collection(folder)

    assert error in str(raised.value)


def test_missing_files_are_named(tmp_path: Path) -> None:
    (a_collection(tmp_path) / "qrels.tsv").unlink()

    with pytest.raises(CallerError, match=r"qrels\.tsv missing"):
        read_collection(tmp_path)
