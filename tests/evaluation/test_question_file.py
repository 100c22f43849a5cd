from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from kb_service.errors import CallerError
from kb_service.evaluation.judgments import JudgedQuestion
from kb_service.evaluation.question_file import read_question_file, read_question_texts
from tests.builders import an_article
from tests.evaluation.files import json_lines

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


def test_texts_alone_need_no_articles(tmp_path: Path) -> None:
    path = json_lines(tmp_path / "set.jsonl", {"question": "one?", "articles": ["gone"]}, {"question": "two?"})

    assert list(read_question_texts(path)) == ["one?", "two?"]
