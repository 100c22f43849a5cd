"""Pictures of how far a confidence can be trusted."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from kb_service.errors import CallerError
from quality.plots import reliability_diagram, risk_coverage_curve, save_plots
from tests.evaluation.runs import a_row, a_run, a_set_run

CONFIDENCE = np.array([0.25] * 4 + [0.9] * 4)
RIGHT = np.array([1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0])


def texts(path: Path) -> set[str]:
    return {"".join(element.itertext()) for element in ET.parse(path).iter("{http://www.w3.org/2000/svg}text")}


def test_the_reliability_diagram_shows_each_bin_with_its_interval(tmp_path: Path) -> None:
    picture = reliability_diagram(CONFIDENCE, RIGHT, title="A & B")
    (low, _, (interval,)), (high, _, _) = (container.lines for container in picture.axes.containers)
    picture.save(tmp_path / "a.svg")

    assert (low.get_xydata().tolist(), high.get_xydata().tolist()) == ([[0.25, 0.5]], [[0.9, 1.0]])
    assert interval.get_segments()[0][0][1] == pytest.approx(0.15, abs=0.01)  # Wilson's interval of 2 of 4
    assert {"A & B", "confidence", "share that was right"} <= texts(tmp_path / "a.svg")


def test_the_risk_coverage_curve_runs_through_its_points(tmp_path: Path) -> None:
    picture = risk_coverage_curve(CONFIDENCE, RIGHT, title="mine")
    picture.save(tmp_path / "a.svg")

    assert picture.axes.lines[0].get_xydata().tolist() == [[0.5, 0.0], [1.0, 0.25]]
    assert {"share of questions answered", "share of answers that are wrong"} <= texts(tmp_path / "a.svg")


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        risk_coverage_curve(CONFIDENCE, RIGHT, title="mine").save(tmp_path / name)

    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


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
