"""What commands share: JSON, consoles, progress."""

from __future__ import annotations

import pytest

from kb_service.commands.console import PLAIN_WIDTH, console
from kb_service.commands.context import counted, print_json, progress_on_terminal


def test_json_is_indented_and_ends_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": [1, "é"]})

    assert capsys.readouterr().out == '{\n  "a": [\n    1,\n    "é"\n  ]\n}\n'


def test_where_nobody_watches_there_are_no_bars_and_no_colours(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_on_terminal() as progress:
        console().print("plain")

        assert progress is None
    assert (console().width, capsys.readouterr()) == (PLAIN_WIDTH, ("plain\n", ""))


def test_one_is_not_told_as_many() -> None:
    assert [counted(number, "article") for number in (0, 1, 2)] == ["0 articles", "1 article", "2 articles"]
