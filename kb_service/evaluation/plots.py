"""Two small pictures of how far a confidence can be trusted, as SVG that reads on light and on dark."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

from kb_service.errors import CallerError
from kb_service.evaluation.calibration import Bin, Risk, reliability, risk_coverage
from kb_service.evaluation.runs import Run
from kb_service.evaluation.set_figures import certainty
from kb_service.text import slug

_SIDE: Final = 300  # of the square that is plotted in, from its own corner
_LEFT: Final = 60
_TOP: Final = 40
_WIDTH: Final = _LEFT + _SIDE + 30
_HEIGHT: Final = _TOP + _SIDE + 60
_ABOUT: Final = f'width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-labelledby="title about"'
_TICKS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_MOST_POINTS: Final = 400  # of a curve: more cannot be seen on 300 pixels
_STYLE: Final = """
svg { color: #1a1a1a; background: #fff; --data: #0b62c4; --grid: #d9d9d9 }
@media (prefers-color-scheme: dark) { svg { color: #eee; background: #161616; --data: #7db4ff; --grid: #3d3d3d } }
text { font: 12px system-ui, sans-serif; fill: currentColor }
.title { font-size: 14px; font-weight: 600 }
.grid { stroke: var(--grid) } .axis { stroke: currentColor; fill: none }
.ideal { stroke: currentColor; stroke-dasharray: 4 4; opacity: .6 }
.data { stroke: var(--data); stroke-width: 2; fill: none } .dot { fill: var(--data) }
"""


def reliability_diagram(bins: Sequence[Bin], *, title: str) -> str:
    """Return confidence against the share that was right, with 95% intervals; on the diagonal both agree."""
    marks = [_line(0, 0, 1, 1, kind="ideal")]
    for each in bins:
        marks.append(_line(each.confidence, each.low, each.confidence, each.high, kind="data"))
        about = f"{each.questions} questions: confidence {each.confidence:.2f}, right {each.right:.2f}"
        x, y = _x(each.confidence), _y(each.right)
        marks.append(f'<circle class="dot" cx="{x}" cy="{y}" r="4"><title>{about}</title></circle>')
    summary = "; ".join(f"at {each.confidence:.2f} right {each.right:.2f}" for each in bins)
    return _picture(title, f"Reliability diagram: {summary}.", "confidence", "share that was right", marks)


def risk_coverage_curve(points: Sequence[Risk], *, title: str) -> str:
    """Return the share of wrong answers against the share of questions answered, the surest first."""
    step = max(1, -(-len(points) // _MOST_POINTS))
    kept = [*points[::step], *points[-1:]]
    path = " ".join(f"{_x(point.coverage)},{_y(point.risk)}" for point in kept)
    summary = f"of all questions answered {points[-1].risk:.2f} would be wrong" if points else "no question"
    return _picture(
        title,
        f"Risk-coverage curve: {summary}.",
        "share of questions answered",
        "share of answers that are wrong",
        [f'<polyline class="data" points="{path}"/>'],
    )


def save_plots(run: Run, folder: Path) -> None:
    """Write both pictures of each set into `folder`. Raises CallerError when that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for each in run.sets:
            confidence, right = certainty(each.rows)
            start = folder / slug(each.name)
            diagram = reliability_diagram(reliability(confidence, right), title=f"{each.name}: reliability")
            start.with_name(f"{start.name}-reliability.svg").write_text(diagram, encoding="utf-8")
            curve = risk_coverage_curve(risk_coverage(confidence, right), title=f"{each.name}: risk and coverage")
            start.with_name(f"{start.name}-risk-coverage.svg").write_text(curve, encoding="utf-8")
    except OSError as error:
        raise CallerError(f"The pictures cannot be written to {folder}: {error.strerror}.") from error


def _picture(title: str, about: str, across: str, up: str, marks: Sequence[str]) -> str:
    middle = _TOP + _SIDE / 2
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" {_ABOUT}>',
            f'<title id="title">{escape(title)}</title><desc id="about">{escape(about)}</desc>',
            f"<style>{_STYLE}</style>",
            f'<text class="title" x="{_LEFT}" y="22">{escape(title)}</text>',
            *(_tick(at) for at in _TICKS),
            f'<rect class="axis" x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}"/>',
            f'<text x="{_LEFT + _SIDE / 2}" y="{_HEIGHT - 14}" text-anchor="middle">{escape(across)}</text>',
            f'<text transform="translate(16 {middle}) rotate(-90)" text-anchor="middle">{escape(up)}</text>',
            *marks,
            "</svg>\n",
        ]
    )


def _tick(at: float) -> str:
    return (
        _line(at, 0, at, 1, kind="grid")
        + _line(0, at, 1, at, kind="grid")
        + f'<text x="{_x(at)}" y="{_TOP + _SIDE + 18}" text-anchor="middle">{at:.1f}</text>'
        + f'<text x="{_LEFT - 8}" y="{_y(at) + 4}" text-anchor="end">{at:.1f}</text>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, *, kind: str) -> str:
    return f'<line class="{kind}" x1="{_x(x1)}" y1="{_y(y1)}" x2="{_x(x2)}" y2="{_y(y2)}"/>'


def _x(share: float) -> float:
    return round(_LEFT + share * _SIDE, 1)


def _y(share: float) -> float:
    return round(_TOP + (1 - share) * _SIDE, 1)
