"""What a text asks for and nobody can know here: a variable, a file that is missing. A gap is seen, and is reported."""

from __future__ import annotations

from typing import Final

GAP_SHOWN: Final = "[…]"
GAP: Final = r"\[…\]"  # in Markdown; escaped, so that it never is the beginning of a link
# What stands there is not named: it may stand in words for agents only.
VARIABLE: Final = "Nothing fills in the variable here: readers see […]. Write its value."
UNKNOWN_TAG: Final = (
    "A program that is not here fills in the text of this tag: readers see […]. Write that text, or remove the tag."
)
BRANCHES: Final = "Of this condition only the first branch with text is shown. Keep the one that is meant."
_MOST_REPORTED: Final = 100  # of one article; the hundredth says all there is to say


class Gaps:
    """The gaps of one text, in order, each once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], None] = {}

    def add(self, literal: str, message: str) -> str:
        """Note that `literal` cannot be known, and return the mark to put in its place."""
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
            problems.append((text.count("\n", 0, place), message))
        return problems
