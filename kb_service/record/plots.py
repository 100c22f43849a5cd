"""Bars as SVG, made here: no script, no font and no colour but the page's own and those below; each has its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

WIDTH: Final = 720
LABEL: Final = 260
ROW: Final = 24
HEAD: Final = 56
LONGEST_LABEL: Final = 42
# Told apart by anybody, on white and on black alike (Okabe and Ito).
COLOURS: Final = {
    "answered": "#009E73",
    "possible": "#E69F00",
    "found": "#56B4E9",
    "no_answer": "#D55E00",
    "nothing": "#CC79A7",
}
OTHER_COLOUR: Final = "#888888"


def bars(title: str, rows: Sequence[tuple[str, int]]) -> str:
    """Return a bar for each row."""
    return stacked_bars(title, {f"{number}\0{name}": {"": value} for number, (name, value) in enumerate(rows)})


def stacked_bars(title: str, rows: Mapping[str, Mapping[str, int]]) -> str:
    """Return a bar for each row, made of its parts, with a legend where the parts have names."""
    longest = max((sum(parts.values()) for parts in rows.values()), default=0) or 1
    names = list(dict.fromkeys(name for parts in rows.values() for name in parts if name))
    body = [_legend(names), *(_row(at, name, parts, longest) for at, (name, parts) in enumerate(rows.items()))]
    if not rows:
        body.append(_text(LABEL, HEAD + 16, "Nothing is recorded for this period."))
    height = HEAD + ROW * max(1, len(rows)) + 12
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="title" '
        f'font-family="sans-serif" font-size="12" fill="currentColor"><title id="title">{escape(title)}</title>\n'
        f'<text x="8" y="20" font-size="15">{escape(title)}</text>\n' + "\n".join(filter(None, body)) + "\n</svg>\n"
    )


def _row(at: int, name: str, parts: Mapping[str, int], longest: int) -> str:
    y, x = HEAD + at * ROW, float(LABEL)
    name = name.rpartition("\0")[2]
    drawn = [_text(LABEL - 8, y + 15, _short(name), anchor="end", told=name)]
    for part, value in parts.items():
        width = (WIDTH - LABEL - 60) * value / longest
        told = f"<title>{escape(f'{name}: {part} {value}' if part else f'{name}: {value}')}</title>"
        drawn.append(
            f'<rect x="{x:.1f}" y="{y + 3}" width="{width:.1f}" height="{ROW - 6}" fill="{_colour(part)}">{told}</rect>'
        )
        x += width
    drawn.append(_text(x + 6, y + 15, str(sum(parts.values()))))
    return "".join(drawn)


def _legend(names: Sequence[str]) -> str:
    drawn = []
    for at, name in enumerate(names):
        x = 8 + at * 110
        drawn.append(f'<rect x="{x}" y="32" width="12" height="12" fill="{_colour(name)}"/>{_text(x + 17, 42, name)}')
    return "".join(drawn)


def _colour(part: str) -> str:
    return COLOURS.get(part, OTHER_COLOUR if part else "#0072B2")


def _text(x: float, y: float, text: str, *, anchor: str = "start", told: str = "") -> str:
    title = f"<title>{escape(told)}</title>" if told and told != text else ""
    return f'<text x="{x:.1f}" y="{y}" text-anchor="{anchor}">{title}{escape(text)}</text>'


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1] + "…"
