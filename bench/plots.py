"""Two plots as SVG that read on light and on dark: lines over corpus size, and bars."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 360
LEFT, RIGHT, TOP, BOTTOM = 70, 170, 50, 50
COLOURS: Final = ("#0b62c4", "#c4420b", "#2a8a3e", "#8a3ec4", "#8a7a00", "#0b8a8a")
STYLE: Final = """
svg { color: #1a1a1a; background: #fff }
@media (prefers-color-scheme: dark) { svg { color: #eee; background: #161616 } }
text { font: 12px system-ui, sans-serif; fill: currentColor } .title { font-size: 14px; font-weight: 600 }
.axis { stroke: currentColor; opacity: .3 }
"""
Points = Sequence[tuple[float, float]]


def lines(series: Mapping[str, Points], *, title: str, across: str, up: str) -> str:
    """Return series of points with both axes logarithmic; every value must be positive."""
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    x_low, x_high = math.log10(min(xs)), math.log10(max(xs)) + 1e-9
    y_low, y_high = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))

    def place(x: float, y: float) -> tuple[float, float]:
        right = LEFT + (math.log10(x) - x_low) / (x_high - x_low) * (WIDTH - LEFT - RIGHT)
        return round(right, 1), round(TOP + (y_high - math.log10(y)) / (y_high - y_low) * (HEIGHT - TOP - BOTTOM), 1)

    marks = [_rule(place(10**x_low, 10**power)[1], f"{10.0**power:g}") for power in range(y_low, y_high + 1)]
    marks += [_text(place(x, 10**y_low)[0], HEIGHT - BOTTOM + 18, f"{x:,.0f}", "middle") for x in sorted(set(xs))]
    for number, (name, points) in enumerate(series.items()):
        colour, path = COLOURS[number % len(COLOURS)], [place(*point) for point in points]
        joined = " ".join(f"{x},{y}" for x, y in path)
        marks.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>')
        marks.append(_text(path[-1][0] + 8, path[-1][1] + 4, name, "start", colour))
    return _picture(title, across, up, marks)


def bars(values: Mapping[str, float], *, title: str, across: str) -> str:
    """Return one bar for each value."""
    marks, step = [], (HEIGHT - TOP - BOTTOM) / len(values)
    for number, (name, value) in enumerate(values.items()):
        y, width = TOP + number * step, value / max(values.values()) * (WIDTH - 2 * LEFT)
        colour = COLOURS[number % len(COLOURS)]
        marks.append(f'<rect x="{LEFT}" y="{y:.1f}" width="{width:.1f}" height="{step * 0.45:.1f}" fill="{colour}"/>')
        marks.append(_text(LEFT, y + step * 0.75, f"{name}: {value:,.0f}", "start"))
    return _picture(title, across, "", marks)


def _rule(y: float, label: str) -> str:
    line = f'<line class="axis" x1="{LEFT}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}"/>'
    return line + _text(LEFT - 8, y + 4, label, "end")


def _text(x: float, y: float, text: str, anchor: str, colour: str = "currentColor") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" style="fill: {colour}">{escape(text)}</text>'


def _picture(title: str, across: str, up: str, marks: Sequence[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="title">'
    heading = f'<title id="title">{escape(title)}</title><style>{STYLE}</style><text class="title" x="{LEFT}" y="20">'
    labels = f"{escape(title)}</text>{_text(LEFT, 38, up, 'start')}{_text(WIDTH / 2, HEIGHT - 10, across, 'middle')}"
    return head + heading + labels + "".join(marks) + "</svg>\n"
