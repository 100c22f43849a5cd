"""What a text asks for and nobody can know here: a variable, a file that is missing. A gap is seen, and is reported."""

from __future__ import annotations

from typing import Final

GAP_SHOWN: Final = "[…]"
GAP: Final = r"\[…\]"  # in Markdown; escaped, so that it never is the beginning of a link
VARIABLE: Final = "`{}` is a variable that nothing fills in here: readers see […]. Write its value."
UNKNOWN_TAG: Final = "`{}` is filled in by the program that made these pages: readers see […]. Write its text instead."
BRANCHES: Final = "`{}` has several branches: only the first with text is shown. Keep the one that is meant."
_MAX_SHOWN: Final = 60
_MOST_REPORTED: Final = 100  # of one article; the hundredth says all there is to say


class Gaps:
    """The gaps of one text, in order, each once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], None] = {}

    def add(self, literal: str, message: str) -> str:
        """Note that `literal` cannot be known, and return the mark to put in its place.

        `message` has a `{}` where the beginning of the literal goes.
        """
        if len(self._found) < _MOST_REPORTED:
            self._found[literal, message] = None
        return GAP

    def problems(self, text: str) -> list[tuple[int, str]]:
        """Return what is wrong, by the line (from 0) of `text` in which each literal stands first."""
        problems = []
        for literal, message in self._found:
            place = text.find(literal)
            if place < 0:
                place = max(text.find(literal.split("\n")[0].strip()), 0)
            shown = " ".join(literal.split())
            shown = shown if len(shown) <= _MAX_SHOWN else shown[: _MAX_SHOWN - 1] + "…"
            problems.append((text.count("\n", 0, place), message.format(shown)))
        return problems
