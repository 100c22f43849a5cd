from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kb_service.errors import CallerError
from kb_service.evaluation.calibration import Bin, Risk
from kb_service.evaluation.plots import reliability_diagram, risk_coverage_curve, save_plots
from tests.evaluation.runs import a_row, a_run, a_set_run

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_reliability_diagram_shows_each_bin_with_its_interval() -> None:
    svg = reliability_diagram([Bin(10, 0.25, 0.5, 0.25, 0.75), Bin(10, 1.0, 1.0, 0.8, 1.0)], title="A & B")
    circles = [(each.get("cx"), each.get("cy")) for each in ET.fromstring(svg).iter(f"{SVG}circle")]

    assert circles == [("135.0", "190.0"), ("360.0", "40.0")]
    assert {"A & B", "confidence", "share that was right", "0.0", "1.0"} <= set(texts(svg))


def test_the_risk_coverage_curve_runs_through_its_points() -> None:
    svg = risk_coverage_curve([Risk(0.5, 0.0), Risk(1.0, 0.5)], title="mine")
    line = ET.fromstring(svg).find(f"{SVG}polyline")

    assert line is not None
    assert line.get("points", "").split()[:2] == ["210.0,340.0", "360.0,190.0"]
    assert {"share of questions answered", "share of answers that are wrong"} <= set(texts(svg))


def test_a_long_curve_is_thinned_but_ends_where_it_ends() -> None:
    svg = risk_coverage_curve([Risk(n / 5000, n / 10000) for n in range(1, 5001)], title="mine")

    assert svg.count(",") < 1000
    assert "360.0,190.0" in svg


def test_pictures_read_on_dark_and_say_in_words_what_they_show() -> None:
    svg = risk_coverage_curve([Risk(1.0, 0.25)], title="mine")

    assert "prefers-color-scheme: dark" in svg
    assert 'role="img"' in svg
    assert "of all questions answered 0.25 would be wrong" in svg


def test_nothing_judged_gives_empty_pictures() -> None:
    ET.fromstring(reliability_diagram([], title="none"))
    ET.fromstring(risk_coverage_curve([], title="none"))


def test_both_pictures_of_each_set_are_saved_under_its_name(tmp_path: Path) -> None:
    run = a_run(a_set_run(a_row("a"), name="my set"), a_set_run(a_row("a", answerable="p", relevant=None), name="../x"))
    save_plots(run, tmp_path / "new")

    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "my-set-reliability.svg",
        "my-set-risk-coverage.svg",
        "x-reliability.svg",
        "x-risk-coverage.svg",
    ]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")

    with pytest.raises(CallerError, match="taken"):
        save_plots(a_run(), tmp_path / "taken")
