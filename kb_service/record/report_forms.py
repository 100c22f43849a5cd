"""A report as text for people, as tables for spreadsheets, and as plots for pages."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
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
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet computes what begins so


def as_text(report: Report, *, only: str = "") -> str:
    """Return all sections, or `only` one, as lines."""
    lines = [f"{report.since} to {report.until}, surface: {report.surface}, compared by: {report.compared_by}"]
    for name in [only] if only else SECTIONS:
        lines += ["", SECTIONS[name][0]]
        rows = [line for each in getattr(report, name) for line in _lines(each)]
        lines += [f"  {line}" for line in rows] or ["  none"]
    return "\n".join(lines)


def as_csv(report: Report, section: str) -> str:
    """Return a section as CSV with a line of names; nothing in it is taken for a formula."""
    kind, out = SECTIONS[section][1], io.StringIO()
    table = csv.writer(out)
    table.writerow(kind.__struct_fields__)
    for each in getattr(report, section):
        table.writerow([_cell(value) for value in msgspec.structs.astuple(each)])
    return out.getvalue()


def as_svg(report: Report) -> dict[str, str]:
    """Return plots by name: what came of questions by day and by surface, open questions, articles asked most often."""
    from kb_service.record.plots import bars, stacked_bars

    return {
        "days": stacked_bars("Questions by day", _by_outcome(report.days)),
        "surfaces": stacked_bars("Questions by surface", _by_outcome(report.surfaces)),
        "open-questions": bars(
            SECTIONS["open_questions"][0], [(e.examples[0], e.asked) for e in report.open_questions]
        ),
        "most-asked": bars(SECTIONS["most_asked"][0], [(e.article_id, e.count) for e in report.most_asked]),
    }


def _by_outcome(counts: Sequence[OutcomeCount]) -> dict[str, dict[str, int]]:
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for each in counts:
        found[each.name][each.outcome] = each.intents
    return dict(found)


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
    is_number = isinstance(value, int | float)
    return f"'{text}" if text.startswith(_FORMULA) and not is_number else text
