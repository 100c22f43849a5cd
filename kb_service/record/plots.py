"""Bars and lines as SVG, made here: no script, no font, no colour but the page's own and those below; with numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from kb_service.text import shortened

WIDTH: Final = 720
LABEL: Final = 260
ROW: Final = 24
HEAD: Final = 56
LONGEST_LABEL: Final = 42
LINE_WIDTH: Final = 480
LINE_HEIGHT: Final = 180
LINE_EDGE: Final = 24
# Told apart by anybody, on white and on black alike (Okabe and Ito).
COLOURS: Final = {
    "answered": "#009E73",
    "possible": "#E69F00",
    "found": "#56B4E9",
    "no_answer": "#D55E00",
    "wants_person": "#0072B2",
    "nothing": "#CC79A7",
}
OUTCOMES: Final = {
    "answered": "answered",
    "possible": "may help",
    "found": "found by a search",
    "no_answer": "not answered",
    "wants_person": "asked for a person",
    "nothing": "nothing found",
}
OTHER_COLOUR: Final = "#888888"


def bars(title: str, rows: Sequence[tuple[str, int]], *, name: str = "plot") -> str:
    """Return a bar for each row; see stacked_bars."""
    parts = {f"{number}\0{label}": {"": value} for number, (label, value) in enumerate(rows)}
    return stacked_bars(title, parts, name=name)


def stacked_bars(title: str, rows: Mapping[str, Mapping[str, int]], *, name: str = "plot") -> str:
    """Return a bar for each row, made of its parts, with a legend where the parts have names.

    Plots of one page need each a `name` of its own.
    """
    longest = max((sum(parts.values()) for parts in rows.values()), default=0) or 1
    names = list(dict.fromkeys(name for parts in rows.values() for name in parts if name))
    body = [_legend(names), *(_row(at, name, parts, longest) for at, (name, parts) in enumerate(rows.items()))]
    if not rows:
        body.append(_text(LABEL, HEAD + 16, "Nothing is recorded for this period."))
    height = HEAD + ROW * max(1, len(rows)) + 12
    head = _head(title, _described(rows), name, f"0 0 {WIDTH} {height}")
    return head + "\n".join(filter(None, body)) + "\n</svg>\n"


def line(title: str, points: Sequence[tuple[str, int]], *, name: str = "plot") -> str:
    """Return a line through numbers in the order of time, each point with its day."""
    values = [value for _, value in points]
    low, high = min(values, default=0), max(values, default=0)
    step = (LINE_WIDTH - 2 * LINE_EDGE) / max(1, len(points) - 1)
    places = [
        (LINE_EDGE + at * step, LINE_HEIGHT - 30 - (LINE_HEIGHT - 85) * (value - low) / max(1, high - low))
        for at, value in enumerate(values)
    ]
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="#0072B2"><title>{escape(f"{day}: {value}")}</title></circle>'
        for (x, y), (day, value) in zip(places, points, strict=True)
    )
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    ends = [(*places[0], *points[0], "start"), (*places[-1], *points[-1], "end")] if points else []
    said = "".join(
        _text(x, round(y) - 10, str(value), anchor=anchor) + _text(x, LINE_HEIGHT - 8, day, anchor=anchor)
        for x, y, day, value, anchor in (ends if len(points) > 1 else ends[:1])
    )
    told = f"{len(points)} days, from {low} to {high}. Last: {values[-1]}." if points else "Nothing is recorded."
    return (
        f"{_head(title, told, name, f'0 0 {LINE_WIDTH} {LINE_HEIGHT}')}"
        f'<polyline points="{drawn}" fill="none" stroke="#0072B2" stroke-width="2"/>{dots}{said}</svg>\n'
    )


def _head(title: str, described: str, name: str, view_box: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view_box}" role="img" '
        f'aria-labelledby="{name}-title" aria-describedby="{name}-desc" '
        f'font-family="sans-serif" font-size="12" fill="currentColor">\n'
        f'<title id="{name}-title">{escape(title)}</title>\n'
        f'<desc id="{name}-desc">{escape(described)}</desc>\n'
        f'<text x="8" y="20" font-size="15">{escape(title)}</text>\n'
    )


def _described(rows: Mapping[str, Mapping[str, int]]) -> str:
    """Return in words what is seen at a glance."""
    totals = {label.rpartition("\0")[2]: sum(parts.values()) for label, parts in rows.items()}
    if not totals:
        return "Nothing is recorded for this period."
    most, least = max(totals, key=totals.__getitem__), min(totals, key=totals.__getitem__)
    said = f"{len(rows)} bars, {sum(totals.values())} together. Most: {most}, {totals[most]}."
    return said if len(totals) == 1 else f"{said} Fewest: {least}, {totals[least]}."


def _row(at: int, name: str, parts: Mapping[str, int], longest: int) -> str:
    y, x = HEAD + at * ROW, float(LABEL)
    name = name.rpartition("\0")[2]
    drawn = [_text(LABEL - 8, y + 15, shortened(name, LONGEST_LABEL), anchor="end", told=name)]
    for part, value in parts.items():
        width = (WIDTH - LABEL - 60) * value / longest
        what = OUTCOMES.get(part, part)
        told = f"<title>{escape(f'{name}: {what} {value}' if part else f'{name}: {value}')}</title>"
        drawn.append(
            f'<rect x="{x:.1f}" y="{y + 3}" width="{width:.1f}" height="{ROW - 6}" fill="{_colour(part)}">{told}</rect>'
        )
        x += width
    drawn.append(_text(x + 6, y + 15, str(sum(parts.values()))))
    return "".join(drawn)


def _legend(names: Sequence[str]) -> str:
    drawn, x = [], 8
    for name in names:
        said = OUTCOMES.get(name, name)
        drawn.append(f'<rect x="{x}" y="32" width="12" height="12" fill="{_colour(name)}"/>{_text(x + 17, 42, said)}')
        x += 40 + 7 * len(said)
    return "".join(drawn)


def _colour(part: str) -> str:
    return COLOURS.get(part, OTHER_COLOUR if part else "#0072B2")


def _text(x: float, y: float, text: str, *, anchor: str = "start", told: str = "") -> str:
    title = f"<title>{escape(told)}</title>" if told and told != text else ""
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{title}{escape(text)}</text>'
