from __future__ import annotations

import io

from rich.console import Console, RenderableType

from kb_service.evaluation.figures import report_on
from kb_service.evaluation.tables import tables_of
from tests.evaluation.runs import a_row, a_run, a_set_run


def printed(*tables: RenderableType, colour: bool = False) -> str:
    console = Console(file=io.StringIO(), width=100, force_terminal=colour, color_system="standard" if colour else None)
    for table in tables:
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_figure_stands_under_its_set() -> None:
    rows = [a_row(f"q{n}", ranked=["right" if n % 2 else "wrong"]) for n in range(100)]
    shown = printed(*tables_of(report_on(a_run(a_set_run(*rows, name="mine")))))

    assert "mine" in shown
    assert "│ hit@1               │ 0.500 │" in shown
    assert "intervals" not in shown


def test_many_sets_are_spread_over_tables_that_fit() -> None:
    sets = [a_set_run(a_row("a"), name=f"a set with a longer name {n}") for n in range(7)]
    tables = list(tables_of(report_on(a_run(*sets))))

    assert len(tables) == 3
    assert max(len(line) for line in printed(*tables).splitlines()) <= 100


def test_what_changed_is_told_question_by_question() -> None:
    poor = a_run(a_set_run(*(a_row(f"q{n}", ranked=["wrong"]) for n in range(9))))
    good = a_run(a_set_run(*(a_row(f"q{n}") for n in range(9))))
    shown = printed(*tables_of(report_on(good, poor)))

    assert "+1.000 │" in shown
    assert "9 / 0 / 0" in shown


def test_questions_are_shown_as_text_and_not_as_markup() -> None:
    question = "[red]why[/red] " + "so long " * 20
    before, now = a_row(question, ranked=["[b]wrong[/b]"]), a_row(question)
    shown = printed(*tables_of(report_on(a_run(a_set_run(now)), a_run(a_set_run(before)))))

    assert "[red]why[/red]" in shown
    assert "…" in shown
    assert "[b]wrong" in shown
