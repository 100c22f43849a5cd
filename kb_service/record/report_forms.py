"""A report as text for people, as tables for spreadsheets, and as plots for pages."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

import msgspec

from kb_service.record.flags import Flag
from kb_service.record.reports import ArticleCount, Disappointment, OpenQuestion, OutcomeCount, Report, Unopened

SECTIONS: Final[dict[str, tuple[str, type[msgspec.Struct]]]] = {
    "open_questions": ("Asked and not answered", OpenQuestion),
    "disappointing": ("Answered, but voted down or followed by another search", Disappointment),
    "never_opened": ("Shown and never opened", Unopened),
    "most_asked": ("Asked most often", ArticleCount),
    "most_copied": ("Copied most often", ArticleCount),
    "most_solved": ("Solved most often", ArticleCount),
    "overdue": ("Review overdue, and still answering", ArticleCount),
    "flags": ("Flags", Flag),
    "surfaces": ("By surface", OutcomeCount),
    "days": ("By day", OutcomeCount),
}
MOST_DAYS: Final = 62  # of a plot with a bar a day
# A spreadsheet computes what begins so, in a cell, or in what it takes for one: behind another separator or a new line.
_FORMULA: Final = re.compile(r"(^|[;\n\r\t,|])(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r])")


def as_text(report: Report, *, only: str = "") -> str:
    """Return all sections, or `only` one, as lines."""
    lines = [f"{report.since} to {report.until}, surface: {report.surface}, compared by: {report.compared_by}"]
    for name in [only] if only else SECTIONS:
        lines += ["", SECTIONS[name][0]]
        rows = [line for each in getattr(report, name) for line in _lines(each)]
        lines += [f"  {line}" for line in rows] or ["  none"]
    return "\n".join(lines)


def as_csv(section: str, rows: Iterable[msgspec.Struct]) -> str:
    """Return the rows of a section as CSV with a line of names; nothing in it is taken for a formula."""
    kind, out = SECTIONS[section][1], io.StringIO()
    table = csv.writer(out)
    table.writerow(kind.__struct_fields__)
    for each in rows:
        table.writerow([_cell(value) for value in msgspec.structs.astuple(each)])
    return out.getvalue()


def as_svg(report: Report) -> dict[str, str]:
    """Return plots by name: what came of questions by day and by surface, open questions, articles asked most often."""
    made = {name: plot_of(name, getattr(report, name)) for name in ("days", "surfaces", "open_questions", "most_asked")}
    return {name.replace("_", "-"): plot for name, plot in made.items() if plot}


def plot_of(section: str, rows: Sequence[Any]) -> str:
    """Return the plot of a section, "" for one whose rows are no numbers to compare."""
    from kb_service.record.plots import bars, stacked_bars

    title, kind = SECTIONS[section]
    if kind is OutcomeCount:
        if section == "days" and len({row.name for row in rows}) > MOST_DAYS:
            return stacked_bars("Questions by week", _by_outcome(rows, _week_of), name=section)
        return stacked_bars(f"Questions {title.lower()}", _by_outcome(rows, str), name=section)
    if kind is OpenQuestion:
        return bars(title, [(each.examples[0], each.asked) for each in rows], name=section)
    if kind is ArticleCount:
        return bars(title, [(each.article_id, each.count) for each in rows], name=section)
    if kind is Unopened:
        return bars(title, [(each.article_id, each.shown) for each in rows], name=section)
    return ""


def _by_outcome(counts: Iterable[OutcomeCount], name_of: Callable[[str], str]) -> dict[str, dict[str, int]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in counts:
        found[name_of(each.name)][each.outcome] += each.intents
    return {name: dict(parts) for name, parts in found.items()}


def _week_of(day: str) -> str:
    """Return the Monday of the week of a day."""
    found = date.fromisoformat(day)
    return f"week of {found - timedelta(days=found.weekday())}"


def _lines(row: Any) -> Iterator[str]:
    match row:
        case OpenQuestion():
            nearest = f", nearest {row.nearest[0]}" if row.nearest else ""
            yield f"{row.number:3}. {row.asked}× in {_wordings(row.wordings)}{nearest}, last on {row.last_day}"
            yield from (f"       “{' '.join(example.split())}”" for example in row.examples)
        case Disappointment():
            votes = f"{row.voted_down} votes against and {row.voted_up} for it"
            after = f"{row.followed} searches after ({row.expected} expected)"
            yield f"{row.article_id}: {row.answered} answers, {votes}, {after}"
            if row.reasons:
                yield "       " + ", ".join(f"{reason} {times}×" for reason, times in row.reasons.items())
            yield from (f"       “{' '.join(text.split())}”" for text in (*row.examples, *row.comments))
        case Unopened():
            yield f"{row.article_id}: shown {row.shown}×, the answer {row.quoted}×"
        case ArticleCount():
            example = f"  “{' '.join(row.example.split())}”" if row.example else ""
            yield f"{row.count:6}  {row.article_id}{example}"
        case Flag():
            owner = f" by {row.owner}" if row.owner else ""
            yield f"{row.flag_id}: {row.state}{owner}, {row.passage_id}: {row.note}"
        case OutcomeCount():
            yield f"{row.name:12} {row.outcome:12} {row.intents:7}  asked with {row.questions} questions"


def _wordings(number: int) -> str:
    return "1 wording" if number == 1 else f"{number} wordings"


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        text = "\n".join(map(str, value))
    elif isinstance(value, dict):
        text = "\n".join(f"{name} {times}" for name, times in value.items())
    else:
        text = str(value)
    return text if isinstance(value, int | float) else _FORMULA.sub(r"\1'", text)
