"""The parts of a text that are for agents only: every spelling of `<supportagent>` and of `:::agent` fences.

Marks are looked for in a normalised copy of the text (compatibility forms, case, character references and invisible
characters undone), and reported at their places in the text itself. In doubt a text is for agents only.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

from kb_service.content.source_text import Cut, cut

AGENT_WORDS: Final = frozenset(
    {"agent", "agents", "agentonly", "agentsonly", "supportagent", "supportagents", "support", "internal"}
    | {"internalonly", "private", "staff", "staffonly", "restricted", "confidential", "hidden"}
)
UNCLOSED: Final = "This agent-only part is never closed: all text after it is hidden from the public."
NOT_OPENED: Final = "This end of an agent-only part has no beginning: the text before it is hidden from the public."
_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_REFERENCE: Final = re.compile(r"&(?:amp;?)*(?:#\d{1,7};?|#[xX][\da-fA-F]{1,6};?|[lgLG][tT];?|[a-zA-Z]{2,8};)")
_BRACKETS: Final = str.maketrans("‹〈⟨《«❮❰›〉⟩》»❯❱", "<<<<<<<>>>>>>>")
# Category Cf, the characters that are not seen: a name with one of them inside is still that name.
_INVISIBLE: Final = re.compile(
    "[\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f]"
)
# `<supportagent>`, `</ support-agent >`, `[supportagent]`, `{% endsupportagent %}`; _is_agent_tag judges the name.
_TAG: Final = re.compile(
    r"([<\[{])[\s%{<]{0,8}(/|end)?[\s%]{0,8}(support[\s_.:-]+agents?|[^\W\d_][\w-]{8,15})(?![\w-])"
)
_REST_OF_TAG: Final = re.compile(r"[^<>\[\]{}\n]*[>\]}]+")
_FENCE: Final = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?"
    r"(?P<colons>:{3,})[ \t{.]*(?P<name>[\w-]*)[ \t}]*(?P<rest>[^\n]*)\n?",
    re.MULTILINE,
)
_NAME: Final = "supportagent"
_NEARLY: Final = 0.9  # one letter lost, doubled, swapped or from another alphabet; in doubt it is a mark


class AgentMark(NamedTuple):
    """One mark at [start, end) of the text: a tag, or a fence of `colons` colons (fences of any kind nest)."""

    start: int
    end: int
    kind: Literal["tag", "fence"]
    opens: bool
    for_agents: bool
    colons: int = 0


class Separated(NamedTuple):
    """The two readings of a text (the same one when nothing is marked), and what is wrong with its marks, by line."""

    public: str
    agent: str
    problems: list[tuple[int, str]]


def separate(text: str, *, first_line: int = 1) -> Separated:
    """Return both readings of `text`: the agent's lacks only the marks, the public's all that they enclose.

    >>> separate("Ask us. <supportagent>Refund code: 7</supportagent>")
    Separated(public='Ask us. ', agent='Ask us. Refund code: 7', problems=[])
    """
    marks = find_marks(text)
    if not marks:
        return Separated(text, text, [])
    walk = _Walk(text, first_line)
    for mark in marks:
        walk.pass_by(mark)
    walk.finish()
    return Separated(cut(text, walk.agent_only), cut(text, walk.marks), walk.problems)


def is_agent_word(text: str) -> bool:
    """Return whether a word such as an `audience:` value means agents only, in any case, spacing or punctuation."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold()) in AGENT_WORDS


class _Walk:
    """From mark to mark: text is public only while no mark of either kind is open, however they overlap."""

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.first_line = first_line
        self.agent_only: list[Cut] = []
        self.marks: list[Cut] = []
        self.problems: list[tuple[int, str]] = []
        self.open_tags = 0
        self.open_fences: list[AgentMark] = []
        self.opened_at: AgentMark | None = None  # the mark before which the text was last public

    def pass_by(self, mark: AgentMark) -> None:
        if self.follow(mark):
            self.marks.append(Cut(mark.start, mark.end))
        closed = not self.open_tags and not any(fence.for_agents for fence in self.open_fences)
        if self.opened_at is None and not closed:
            self.opened_at = mark
        elif self.opened_at is not None and closed:
            self.agent_only.append(Cut(self.opened_at.start, mark.end))
            self.opened_at = None

    def follow(self, mark: AgentMark) -> bool:
        """Open or close what a mark opens or closes; return whether that is for agents."""
        if mark.kind == "fence":
            if mark.opens:
                self.open_fences.append(mark)
                return mark.for_agents
            fits = bool(self.open_fences) and mark.colons >= self.open_fences[-1].colons
            return fits and self.open_fences.pop().for_agents
        if mark.opens or self.open_tags:
            self.open_tags += 1 if mark.opens else -1
        elif self.opened_at is None:
            # An end without a beginning: hide back to the part before it, or else the paragraph it stands behind.
            paragraph = self.text.rfind("\n\n", 0, mark.start) + 1
            start = self.agent_only[-1].end if self.agent_only else paragraph
            self.agent_only.append(Cut(start, mark.end))
            self.report(mark, NOT_OPENED)
        return True

    def finish(self) -> None:
        if self.opened_at:
            self.agent_only.append(Cut(self.opened_at.start, len(self.text)))
            self.report(self.opened_at, UNCLOSED)

    def report(self, mark: AgentMark, message: str) -> None:
        self.problems.append((self.first_line + self.text.count("\n", 0, mark.start), message))


# Finding marks


def find_marks(text: str) -> list[AgentMark]:
    """Return all marks of a text in order; tags that are cut off before their `>` end behind their name."""
    expected = _marks(_normalise(text))
    if not expected:
        return []
    normal, places = _normalise_with_places(text)
    marks = [mark._replace(start=places[mark.start], end=places[mark.end]) for mark in _marks(normal)]
    if len(marks) != len(expected):  # letters and accents that only together look like a mark
        return [AgentMark(0, 0, "tag", opens=True, for_agents=True)]
    return marks


def _marks(normal: str) -> list[AgentMark]:
    marks = sorted([*_tags(normal), *_fences(normal)])
    return marks if any(mark.for_agents for mark in marks) else []


def _tags(normal: str) -> Iterator[AgentMark]:
    for found in _TAG.finditer(normal):
        if not _is_agent_tag(found[3], exactly=found[1] != "<"):
            continue
        rest = _REST_OF_TAG.match(normal, found.end())
        if found[2] and not rest:  # an end that is not finished ends nothing
            continue
        yield AgentMark(found.start(), rest.end() if rest else found.end(), "tag", not found[2], for_agents=True)


def _is_agent_tag(name: str, *, exactly: bool) -> bool:
    if exactly:
        return name.rstrip("s") == _NAME
    letters = _NOT_LETTERS.sub("", name)
    if letters.rstrip("s") == _NAME:
        return True
    return (
        abs(len(letters) - len(_NAME)) <= 2 and SequenceMatcher(None, letters, _NAME, autojunk=False).ratio() >= _NEARLY
    )


def _fences(normal: str) -> Iterator[AgentMark]:
    if ":::" not in normal:
        return
    for found in _FENCE.finditer(normal):
        name, rest = found["name"], found["rest"]
        if name or not rest:
            end = found.start("rest") if rest else found.end()
            yield AgentMark(found.start(), end, "fence", bool(name), is_agent_word(name), len(found["colons"]))


def _normalise(text: str) -> str:
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_BRACKETS)
    if "&" in text:
        text = _REFERENCE.sub(_dereference, text)
    return text.casefold()


def _dereference(reference: re.Match[str]) -> str:
    text = reference[0]
    while text != (text := html.unescape(text)):
        pass
    return text


def _normalise_with_places(text: str) -> tuple[str, list[int]]:
    """Normalise character by character, remembering for each result where in `text` it came from."""
    normal: list[str] = []
    places: list[int] = []
    position = 0
    while position < len(text):
        reference = _REFERENCE.match(text, position) if text[position] == "&" else None
        piece = reference[0] if reference else text[position]
        for character in _normalise(piece):
            normal.append(character)
            places.append(position)
        position += len(piece)
    return "".join(normal), [*places, len(text)]
