from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kb_service.errors import CallerError
from kb_service.evaluation.runs import load_run, save_run
from tests.evaluation.runs import a_row, a_run, a_set_run, unanswerable


def test_a_saved_run_comes_back_as_it_was(tmp_path: Path) -> None:
    run = a_run(a_set_run(a_row("1"), unanswerable("2"), left_out=[unanswerable("1")], foreign=[unanswerable("x")]))
    save_run(run, tmp_path / "new" / "run.json")

    assert load_run(tmp_path / "new" / "run.json") == run


def test_a_file_that_is_no_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"layout": 1}', encoding="utf-8")

    with pytest.raises(CallerError, match="is no saved run"):
        load_run(tmp_path / "run.json")


def test_a_run_of_another_layout_is_refused(tmp_path: Path) -> None:
    save_run(msgspec.structs.replace(a_run(), layout=0), tmp_path / "run.json")

    with pytest.raises(CallerError, match="layout 0"):
        load_run(tmp_path / "run.json")


def test_a_place_that_cannot_be_written_or_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CallerError, match="cannot be saved"):
        save_run(a_run(), tmp_path)
    with pytest.raises(CallerError, match="cannot be read"):
        load_run(tmp_path)


def test_the_first_article_decides_whether_a_row_is_right() -> None:
    assert a_row(ranked=["right", "other"]).is_right
    assert not a_row(ranked=["other", "right"]).is_right
    assert not a_row(ranked=[]).is_right


def test_a_partly_answered_question_without_articles_is_not_judged() -> None:
    assert not a_row(answerable="p", relevant=None).is_judged
    assert a_row().is_judged
    assert unanswerable("q").is_judged
