"""Two pictures of how far a confidence can be trusted, as SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import binomtest

from kb_service.errors import CallerError
from kb_service.evaluation.figures import Floats, certainty, reliability
from kb_service.evaluation.runs import Run
from kb_service.text import slug
from quality.intervals import risk_coverage

SIDE: Final = 4.2  # inches
LOOKS: Final[Any] = {"svg.fonttype": "none", "svg.hashsalt": "kb", "axes.grid": True, "grid.alpha": 0.4}


def save_plots(run: Run, folder: Path) -> None:
    """Write both pictures of each set into `folder`. Raises CallerError when that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for each in run.sets:
            confidence, right = certainty(each.rows)
            reliability_diagram(confidence, right, title=f"{each.name}: reliability").save(
                folder / f"{slug(each.name)}-reliability.svg"
            )
            risk_coverage_curve(confidence, right, title=f"{each.name}: risk and coverage").save(
                folder / f"{slug(each.name)}-risk-coverage.svg"
            )
    except OSError as error:
        raise CallerError(f"The pictures cannot be written to {folder}: {error.strerror}.") from error


class Picture:
    """A square of which both axes run from 0 to 1."""

    def __init__(self, title: str, across: str, up: str) -> None:
        with rc_context(LOOKS):
            self._figure = Figure(figsize=(SIDE, SIDE), layout="constrained")
            self.axes: Axes = self._figure.add_subplot(
                title=title, xlabel=across, ylabel=up, xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal"
            )

    def save(self, path: Path) -> None:
        """Write the picture as SVG; the same picture gives the same bytes."""
        with rc_context(LOOKS):
            self._figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def reliability_diagram(confidence: Floats, right: Floats, *, title: str) -> Picture:
    """Return confidence against the share that was right, with 95% score intervals; on the diagonal both agree."""
    picture = Picture(title, "confidence", "share that was right")
    picture.axes.plot([0, 1], [0, 1], linestyle="--", color="grey")
    for sure, true in reliability(confidence, right):
        share = binomtest(int(true.sum()), len(true)).proportion_ci(method="wilson")
        errors = [[true.mean() - share.low], [share.high - true.mean()]]
        picture.axes.errorbar(sure.mean(), true.mean(), yerr=errors, fmt="o", color="tab:blue")
    return picture


def risk_coverage_curve(confidence: Floats, right: Floats, *, title: str) -> Picture:
    """Return the share of wrong answers against the share of questions answered, the surest first."""
    picture = Picture(title, "share of questions answered", "share of answers that are wrong")
    picture.axes.plot(*risk_coverage(confidence, right), color="tab:blue")
    return picture
