"""A report as text, as tables that no spreadsheet computes, and as plots that no page has to trust."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import msgspec
import pytest

from kb_service.record.database import Database
from kb_service.record.events import Done, Vote
from kb_service.record.flags import raise_flag
from kb_service.record.plots import bars, stacked_bars
from kb_service.record.report_forms import SECTIONS, as_csv, as_svg, as_text
from kb_service.record.reports import Period, Report, make_report
from kb_service.record.votes import save_vote
from kb_service.record.writing import DAY_MS, Writer
from tests.record.builders import KEY, NOON, a_database, an_asked

HOSTILE = "=1+1 <script>alert(1)</script> & \"quoted\" 'text'"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Every section has something to say."""
    folder: Path = tmp_path_factory.mktemp("report")
    database: Database = a_database(folder)
    database.prepare()
    writer = Writer(database, key=KEY, keep_days=365)
    asked = an_asked("add a seat", article_id="seats")
    writer.write([asked, *(an_asked(HOSTILE, NOON + at, outcome="no_answer", asker=f"{at}") for at in range(7))])
    writer.write([Done(asked.query_id, NOON, "copied", "seats"), Done(asked.query_id, NOON, "solved", "seats")])
    save_vote(database, Vote(asked.query_id, helpful=False, passage_id="seats#a", reasons=("wrong",)), at=NOON)
    raise_flag(database, passage_id="seats#a", note=HOSTILE, at=NOON)
    made = make_report(database, Period(NOON - DAY_MS, NOON + DAY_MS), overdue={"seats"})
    database.close()
    return made


def test_the_sections_are_those_of_a_report() -> None:
    fields = Report.__struct_fields__

    assert tuple(SECTIONS) == fields[fields.index("open_questions") :]


def test_the_text_has_every_section_with_a_line_or_more(report: Report) -> None:
    text = as_text(report)

    for title, _ in SECTIONS.values():
        assert f"\n{title}\n  " in text
    assert "  none" not in text
    assert "1. 7× in 1 wording, nearest seats, last on 2026-11-25" in text
    assert "seats: 1 answers, 1 votes against and 0 for it, 0 searches after (0.0 expected)" in text
    assert as_text(report, only="flags").splitlines()[2:] == ["Flags", f"  1: open, seats#a: {HOSTILE}"]


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_as_csv_has_its_names_and_a_row_each(report: Report, section: str) -> None:
    names, *rows = csv.reader(io.StringIO(as_csv(section, getattr(report, section))))

    assert names == list(SECTIONS[section][1].__struct_fields__)
    assert len(rows) == len(getattr(report, section)) > 0
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_a_text_that_a_spreadsheet_would_compute_is_marked_as_text(report: Report) -> None:
    assert "'=1+1 <script>" in as_csv("open_questions", report.open_questions)


@pytest.mark.parametrize(
    "asked", ["=1", " =1", "\n=1", "a;=1", "a\n@b", "\uff1dHYPERLINK", "a, +1", "-1+1"], ids=range(8)
)
def test_so_is_what_it_would_take_for_a_cell_of_its_own(asked: str, report: Report) -> None:
    told = msgspec.structs.replace(report.open_questions[0], examples=(asked,))
    [row] = csv.DictReader(io.StringIO(as_csv("open_questions", [told])))

    parts = re.split(r"[;,\n\t]", row["examples"])
    assert [each for each in parts if each.strip()[:1] in {"=", "+", "-", "@", "\uff1d"}] == []


def test_plots_are_svg_without_anything_that_runs(report: Report) -> None:
    plots = as_svg(report)

    assert set(plots) == {"days", "surfaces", "open-questions", "most-asked"}
    for plot in plots.values():
        tags = {each.tag.rpartition("}")[2] for each in ET.fromstring(plot).iter()}
        assert tags <= {"svg", "title", "desc", "text", "rect"}
    assert "&lt;script&gt;" in plots["open-questions"]


def test_bars_are_as_long_as_their_numbers() -> None:
    root = ET.fromstring(
        stacked_bars("Days", {"Monday": {"answered": 30, "no_answer": 10}, "Sunday": {"answered": 20}})
    )
    widths = [float(each.attrib["width"]) for each in root.iter() if each.attrib.get("height") == "18"]

    assert widths[0] == pytest.approx(3 * widths[1], abs=0.2)
    assert widths[2] == pytest.approx(2 * widths[1], abs=0.2)


def test_two_bars_may_have_one_name_and_none_is_said() -> None:
    assert bars("Title", [("same", 1), ("same", 2)]).count(">same<") == 2
    assert "Nothing is recorded" in bars("Title", [])


def test_a_report_is_json(report: Report) -> None:
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report
