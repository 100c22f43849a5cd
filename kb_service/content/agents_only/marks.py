"""The parts of a text that are for agents only: every spelling of `<supportagent>` and of `:::agent` fences.

Marks are looked for in a normalised copy of the text (compatibility forms, case, character references and invisible
characters undone), and reported at their places in the text itself. In doubt a text is for agents only: what looks like
a mark and is not one of those understood (`find_suspect`) keeps its whole article from the public.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from kb_service.content.agents_only.lookalikes import NOT_UNDERSTOOD, find_suspect
from kb_service.content.agents_only.unseen import find_unseen
from kb_service.content.agents_only.words import NOT_LETTERS, is_agent_word, normalise, normalise_with_places
from kb_service.content.source_text import Cut, cut

UNCLOSED: Final = "This agent-only part is never closed: all text after it is hidden from the public."
NOT_OPENED: Final = (
    "This end of an agent-only part has no beginning: the article is kept for agents. Put `<supportagent>` or "
    "`:::agent` on a line of its own where that part begins."
)
END_IN_CODE: Final = (
    "This end of an agent-only part stands in code: the article is kept for agents. Put the end on a line of its own "
    "outside the code."
)
# `<supportagent>`, `</ support-agent >`, `[supportagent]`, `{% endsupportagent %}`; _is_agent_tag judges the name.
_TAG: Final = re.compile(
    r"([<\[{])[\s%{<#~+-]{0,8}(/|end)?[\s%_-]{0,8}(support[\s_.:-]+agents?|[^\W\d_][\w-]{8,15})(?![\w-])"
)
_REST_OF_TAG: Final = re.compile(r"[^<>\[\]{}\n]*[>\]}]+")
# What may stand before a fence on its line: quotes, list items and task boxes, in any order.
_FENCE: Final = re.compile(
    r"^(?P<before>(?:[ \t>]|[-*+][ \t]+|\d{1,9}[.)][ \t]+|\[[ x]\][ \t]+){0,40})"
    r"(?P<colons>(?:\\?:){3,})[ \t]*(?:(?P<braces>\\?\{[^{}\n]*\}?)|(?P<name>[\w-]*))[ \t]*(?P<rest>[^\n]*)\n?",
    re.MULTILINE,
)
_IN_BRACES: Final = re.compile(r"[^\s{}.#=\"'\\]+")
_NAME: Final = "supportagent"
_NEARLY: Final = 0.9  # one letter lost, doubled, swapped or from another alphabet; in doubt it is a mark


class AgentMark(NamedTuple):
    """One mark at [start, end) of the text: a tag, or a fence of `colons` colons (fences of any kind nest).

    `indent` is the column of a fence.
    """

    start: int
    end: int
    kind: Literal["tag", "fence"]
    opens: bool
    for_agents: bool
    colons: int = 0
    indent: int = 0


class Separated(NamedTuple):
    """The two readings of a text (the same one when nothing is marked), and what is wrong with its marks, by line.

    `doubtful` says that the marks do not tell what is for agents: then nothing of the article may be public.
    """

    public: str
    agent: str
    problems: list[tuple[int, str]]
    doubtful: bool = False


def separate(text: str, *, first_line: int = 1, code: bool = True) -> Separated:
    """Return both readings of `text`: the agent's lacks only the marks, the public's all that they enclose.

    Marks count in code too unless `code` is False.

    >>> separate("Ask us. <supportagent>Refund code: 7</supportagent>")
    Separated(public='Ask us. ', agent='Ask us. Refund code: 7', problems=[], doubtful=False)
    """
    searched = text if code else without_code(text)
    marks = find_marks(searched)
    walk = _Walk(text, first_line)
    for mark in marks:
        walk.pass_by(mark)
    walk.finish()
    understood = [*walk.agent_only, *walk.marks]
    if suspect := find_suspect(_blank(searched, understood), prose=_blank(text, [*understood, *walk.code])):
        walk.doubtful = True
        walk.problems.append((first_line + suspect[0], f"`{suspect[1]}` {NOT_UNDERSTOOD}"))
    unseen = find_unseen(text, walk.code)
    if not marks and not any(unseen):
        return Separated(text, text, walk.problems, walk.doubtful)
    comments = [Cut(*span) for span in unseen.comments]
    public = sorted([*walk.agent_only, *comments, *(Cut(*span) for span in unseen.hidden)])
    return Separated(cut(text, public), cut(text, sorted([*walk.marks, *comments])), walk.problems, walk.doubtful)


class _Walk:
    """From mark to mark: text is public only while no mark of either kind is open, however they overlap."""

    def __init__(self, text: str, first_line: int) -> None:
        self.text = text
        self.first_line = first_line
        self.agent_only: list[Cut] = []
        self.marks: list[Cut] = []
        self.problems: list[tuple[int, str]] = []
        self.doubtful = False
        self.open_tags = 0
        self.open_fences: list[AgentMark] = []
        self.opened_at: AgentMark | None = None  # the mark before which the text was last public
        self.code = code_ranges(text)

    def pass_by(self, mark: AgentMark) -> None:
        if self.follow(mark):
            self.marks.append(Cut(mark.start, mark.end))
        closed = not self.open_tags and not any(fence.for_agents for fence in self.open_fences)
        if self.opened_at is None and not closed:
            self.opened_at = mark
        elif self.opened_at is not None and closed:
            self.agent_only.append(Cut(self.opened_at.start, mark.end))
            if self.ends_elsewhere(self.opened_at, mark):
                self.doubt(mark, END_IN_CODE)
            self.opened_at = None

    def follow(self, mark: AgentMark) -> bool:
        """Open or close what a mark opens or closes; return whether that is for agents."""
        if mark.kind == "fence":
            if mark.opens:
                self.open_fences.append(mark)
                return mark.for_agents
            if not self.open_fences:
                self.doubt(mark, NOT_OPENED)
                return True
            return mark.colons >= self.open_fences[-1].colons and self.open_fences.pop().for_agents
        if mark.opens or self.open_tags:
            self.open_tags += 1 if mark.opens else -1
        elif self.opened_at is None:
            self.doubt(mark, NOT_OPENED)
        return True

    def ends_elsewhere(self, opening: AgentMark, ending: AgentMark) -> bool:
        """Return whether an end is in code where its beginning is not: some would read on to a later end."""
        if ending.kind == "fence" and ending.indent > opening.indent + 3:
            return True
        return any(start <= ending.start < end and not start <= opening.start < end for start, end in self.code)

    def doubt(self, mark: AgentMark, message: str) -> None:
        self.doubtful = True
        self.report(mark, message)

    def finish(self) -> None:
        if self.opened_at:
            self.agent_only.append(Cut(self.opened_at.start, len(self.text)))
            self.report(self.opened_at, UNCLOSED)

    def report(self, mark: AgentMark, message: str) -> None:
        self.problems.append((self.first_line + self.text.count("\n", 0, mark.start), message))


# Finding marks

_CODE: Final = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^[ \t>]*(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?<!`)(?P<span>`+)(?!`)(?:[^\n]|\n(?![ \t]*\n))+?(?<!`)(?P=span)(?!`)"
    r"|<(?P<tag>pre|code)\b.*?(?:</(?P=tag)>|\Z)|<!--.*?(?:-->|\Z)",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)


# Behind a paragraph or a heading at the margin, where no list can go on.
_INDENTED_CODE: Final = re.compile(
    r"(?:\A(?:[ \t]*\n)*|^(?![-*+:>|!?=\[<]|\d+[.)])\S[^\n]*\n(?:[ \t]*\n)+)"
    r"(?P<code>(?:(?:[ ]{4}|\t)[^\n]*(?:\n|\Z)){1,200})",
    re.MULTILINE,
)


@lru_cache(8)
def code_ranges(text: str) -> Sequence[tuple[int, int]]:
    """Return [start, end) of what is code or a comment of a Markdown text.

    >>> code_ranges("Write `x`.")
    ((6, 9),)
    """
    if "`" not in text and "<" not in text and "~~~" not in text:
        return ()
    return tuple(found.span() for found in _CODE.finditer(text))


def without_code(text: str) -> str:
    """Return a Markdown text whose code is blank where it is surely code; all else stays where it is."""
    surely = [found.span() for found in _CODE.finditer(text) if _is_surely_code(found)]
    return _blank(text, [*surely, *(found.span("code") for found in _INDENTED_CODE.finditer(text))])


def _is_surely_code(found: re.Match[str]) -> bool:
    """Return whether all readers of Markdown agree on what is code: no fence that a list or quote ends before it."""
    if found["span"]:
        return "\n" not in found[0] and "|" not in found[0]
    if not found["fence"]:
        return True
    first, *lines = found[0].split("\n")
    margin = len(first) - len(first.lstrip(" \t>-*+.)0123456789"))
    is_quoted = ">" in first[:margin]
    inside = all(not line.strip() or not line[:margin].strip(" \t>") for line in lines)
    quoted = all(line.lstrip().startswith(">") == is_quoted for line in lines if line.strip() or is_quoted)
    return inside and quoted and lines[-1].strip(" \t>").startswith(found["fence"])


def _blank(text: str, ranges: Sequence[tuple[int, int] | Cut]) -> str:
    if not ranges:
        return text
    pieces = []
    position = 0
    for start, end, *_ in sorted(ranges):
        start, end = max(start, position), max(end, position)
        pieces += [text[position:start], _NOT_LINE_END.sub(" ", text[start:end])]
        position = end
    return "".join([*pieces, text[position:]])


def find_marks(text: str) -> list[AgentMark]:
    """Return all marks of a text in order; tags that are cut off before their `>` end behind their name."""
    if not _marks(normalise(text)):
        return []
    normal, places = normalise_with_places(text)
    return [mark._replace(start=places[mark.start], end=places[mark.end]) for mark in _marks(normal)]


def _marks(normal: str) -> list[AgentMark]:
    marks = sorted([*_tags(normal), *_fences(normal)])
    return marks if any(mark.for_agents for mark in marks) or _has_lone_end(marks) else []


def _has_lone_end(marks: Sequence[AgentMark]) -> bool:
    """Return whether a fence ends that nothing began: what stands before it may have been for agents."""
    depth = 0
    for mark in marks:
        depth += 1 if mark.opens else -1
        if depth < 0:
            return True
    return False


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
    letters = NOT_LETTERS.sub("", name)
    if letters.rstrip("s") == _NAME:
        return True
    return (
        abs(len(letters) - len(_NAME)) <= 2 and SequenceMatcher(None, letters, _NAME, autojunk=False).ratio() >= _NEARLY
    )


def _fences(normal: str) -> Iterator[AgentMark]:
    if ":::" not in normal:
        return
    for found in _FENCE.finditer(normal):
        braces, name, rest = found["braces"], found["name"], found["rest"]
        for_agents = any(map(is_agent_word, _IN_BRACES.findall(braces) if braces else [name]))
        end = found.start("rest") if rest else found.end()
        colons, indent = found["colons"].count(":"), len(found["before"].expandtabs(4))
        yield AgentMark(found.start(), end, "fence", bool(braces or name or rest), for_agents, colons, indent)


_NOT_LINE_END: Final = re.compile(r"[^\n]")
