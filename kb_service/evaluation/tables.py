"""Figures and comparisons as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from kb_service.evaluation.figures import ORDER, Difference, Report, SetComparison, SetFigure, SetReport
from kb_service.text import shortened

SMALLER_IS_BETTER: Final = frozenset({"risk area", "calibration error", "milliseconds"})
_QUESTION_CHARACTERS: Final = 70
_COLUMNS: Final = 3  # with intervals, in a terminal of 100 characters


def tables_of(report: Report) -> Iterator[Table]:
    """Yield the figures, and where there is a comparison what became better or worse and which questions changed."""
    yield from tables_of_figures(report)
    for compared in report.comparison:
        yield table_of_differences(compared)
        if compared.changes:
            yield table_of_changes(compared)


def tables_of_figures(report: Report) -> Iterator[Table]:
    """Yield tables with a row for each figure and a column for each set and mean, few enough to be read."""
    reports = [*report.sets, *report.means]
    for start in range(0, len(reports), _COLUMNS):
        yield _table_of_figures(reports[start : start + _COLUMNS])


def table_of_differences(compared: SetComparison) -> Table:
    """Return a table of what became better or worse; those known to be beyond chance are coloured."""
    unpaired = f", {compared.unpaired} in one run alone" if compared.unpaired else ""
    table = Table(title=f"{compared.name}: {compared.questions} questions in both runs{unpaired}", title_justify="left")
    table.add_column("figure")
    for heading in ("before", "now", "difference", "more / same / less"):
        table.add_column(heading, justify="right")
    for each in compared.differences:
        counts = "" if each.wins is None else f"{each.wins} / {each.ties} / {each.losses}"
        decimals = _decimals(each.name)
        table.add_row(each.name, f"{each.before:.{decimals}f}", f"{each.now:.{decimals}f}", _difference(each), counts)
    return table


def table_of_changes(compared: SetComparison) -> Table:
    """Return a table of the questions that changed most."""
    table = Table(title=f"{compared.name}: changed most", title_justify="left")
    for heading in ("question", "before", "now", "first before", "first now"):
        table.add_column(heading)
    for change in compared.changes:
        table.add_row(
            Text(shortened(change.question, _QUESTION_CHARACTERS)),
            f"{change.before:.2f}",
            f"{change.now:.2f}",
            Text(change.first_before),
            Text(change.first_now),
        )
    return table


def _table_of_figures(reports: Sequence[SetReport]) -> Table:
    resampled = any(figure.low is not None for each in reports for figure in each.figures)
    table = Table(caption="In brackets: 95% bootstrap intervals." if resampled else None, caption_justify="left")
    table.add_column("figure")
    for each in reports:
        table.add_column(Text(each.name), justify="right")
    table.add_row("questions", *(f"{each.questions:,}" for each in reports))
    table.add_row("articles", *(f"{each.documents:,}" for each in reports))
    by_name = [{figure.name: figure for figure in each.figures} for each in reports]
    for name in ORDER:
        if any(name in found for found in by_name):
            table.add_row(name, *(_figure(found.get(name)) for found in by_name))
    return table


def _figure(figure: SetFigure | None) -> str:
    if figure is None:
        return ""
    shown = f"{figure.value:.{_decimals(figure.name)}f}"
    return shown if figure.low is None or figure.high is None else f"{shown} ({figure.low:.3f}–{figure.high:.3f})"


def _difference(each: Difference) -> Text:
    shown = f"{each.difference:+.{_decimals(each.name)}f}"
    if each.low is None or each.high is None:
        return Text(shown)
    better = each.high < 0 if each.name in SMALLER_IS_BETTER else each.low > 0
    worse = each.low > 0 if each.name in SMALLER_IS_BETTER else each.high < 0
    style = "green" if better else "red" if worse else ""
    return Text(f"{shown} ({each.low:+.3f} to {each.high:+.3f})", style=style)


def _decimals(name: str) -> int:
    return 1 if name == "milliseconds" else 3
