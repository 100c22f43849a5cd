"""A source text taken apart into what the public may read and what agents read. In doubt a text is for agents only."""

from __future__ import annotations

from typing import Final, NamedTuple

from kb_service.content.agent_marks import Mark, find_marks
from kb_service.content.cutting import Cut, cut

UNCLOSED: Final = "This agent-only part is never closed: all text after it is hidden from the public."
NOT_OPENED: Final = "This end of an agent-only part has no beginning: the text before it is hidden from the public."


class Separated(NamedTuple):
    """The two readings of a text (the same one when nothing is marked), and what is wrong with its marks, by line."""

    public: str
    agent: str
    problems: list[tuple[int, str]]


def separate(text: str, *, first_line: int = 1) -> Separated:
    """Return both readings of `text`: the agent's lacks only the marks, the public's all that they enclose."""
    marks = find_marks(text)
    if not marks:
        return Separated(text, text, [])
    walk = _Walk(text, first_line)
    for mark in marks:
        walk.pass_by(mark)
    walk.finish()
    return Separated(cut(text, walk.agent_only), cut(text, walk.marks), walk.problems)


def public_part(text: str) -> str:
    """Return what the public may read of a short text such as a title."""
    return separate(text).public


class _Walk:
    """From mark to mark: text is public only while no mark of either kind is open, however they overlap."""

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.first_line = first_line
        self.agent_only: list[Cut] = []
        self.marks: list[Cut] = []
        self.problems: list[tuple[int, str]] = []
        self.open_tags = 0
        self.open_fences: list[Mark] = []
        self.opened_at: Mark | None = None  # the mark before which the text was last public

    def pass_by(self, mark: Mark) -> None:
        if self.enter(mark) if mark.opens else self.leave(mark):
            self.marks.append(Cut(mark.start, mark.end))
        closed = not self.open_tags and not any(fence.for_agents for fence in self.open_fences)
        if self.opened_at is None and not closed:
            self.opened_at = mark
        elif self.opened_at is not None and closed:
            self.agent_only.append(Cut(self.opened_at.start, mark.end))
            self.opened_at = None

    def enter(self, mark: Mark) -> bool:
        """Count a mark as open; return whether it is one for agents."""
        if mark.kind == "tag":
            self.open_tags += 1
        else:
            self.open_fences.append(mark)
        return mark.for_agents

    def leave(self, mark: Mark) -> bool:
        """Close what a mark closes; return whether that was for agents."""
        if mark.kind == "fence":
            fits = bool(self.open_fences) and mark.colons >= self.open_fences[-1].colons
            return fits and self.open_fences.pop().for_agents
        if self.open_tags:
            self.open_tags -= 1
        elif self.opened_at is None:
            self.hide_what_precedes(mark)
        return True

    def hide_what_precedes(self, mark: Mark) -> None:
        """An end without a beginning: hide back to the part before it, or else the paragraph it stands behind."""
        paragraph = self.text.rfind("\n\n", 0, mark.start) + 1
        start = self.agent_only[-1].end if self.agent_only else paragraph
        self.agent_only.append(Cut(start, mark.end))
        self.report(mark, NOT_OPENED)

    def finish(self) -> None:
        if self.opened_at:
            self.agent_only.append(Cut(self.opened_at.start, len(self.text)))
            self.report(self.opened_at, UNCLOSED)

    def report(self, mark: Mark, message: str) -> None:
        self.problems.append((self.first_line + self.text.count("\n", 0, mark.start), message))
