"""Units of meaning among the blocks of a section: what heads, asks or announces, and what belongs to it.

Authors head with a line in bold, ask with `Q:`, tear a list of steps by badly indented text, and announce lists with
or without a colon. Here such blocks are recognised, and parts of passages learn how firmly they are bound together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import Final, Literal, NamedTuple

from kb_service.content.article import PassageKind, Unit, UnitKind
from kb_service.content.passages.as_written import Place
from kb_service.content.passages.html_blocks import QUESTION_MARKS, Block, Line
from kb_service.text import sentence_ends

MAX_HEADING_WORDS: Final = 14  # a longer line in bold is a sentence that somebody found important
MAX_EXCLAMATION_WORDS: Final = 4  # "Don't!" heads a list, "Never delete the last administrator of an account!" does not
MAX_QUESTION_WORDS: Final = 30
MAX_ANNOUNCEMENT: Final = 300  # characters of a sentence that announces
MAX_BETWEEN_STEPS: Final = 8  # blocks below a step that its indentation does not show
_SENTENCE_END: Final = (".", "。", ";", ",", "…", "।", "۔", "！")
_CLOSING: Final = "\"'”’»)]*_ "
_ASKED: Final = re.compile(r"(?:(?:Q|Question|F|Frage|P|Pregunta) ?\d{0,3} ?[:：]|Q ?\d{0,3}[.)])\s+(?=\S)")
_ANSWER: Final = r"(?:(?:A|Answer|Antwort|R|Réponse|Respuesta) ?\d{0,3} ?[:：]|A ?\d{0,3}[.)])\s+(?=\S)"
_ANSWERED: Final = re.compile(rf"\s*{_ANSWER}")
_ANSWER_WITHIN: Final = re.compile(rf"[?？؟]\**\s+{_ANSWER}")
_COLONS: Final = (":", "：")
_ANNOUNCES: Final = re.compile(
    r"\b(?:following|below|as follows|(?:(?<!ed )these|two|three|four|five|several|different) "
    r"(?:steps|instructions|ways|options|methods|types|kinds|reasons|possibilities)|here are"
    r"|folgende[nrms]?|wie folgt|suivant(?:e?s)?|ci-dessous"
    r"|siguientes?|a continuación|seguenti|onderstaande|volgende)\b|以下|下記|如下",
    re.IGNORECASE,
)
_LEANS: Final = re.compile(r"(?:then|else|otherwise|or)\b[\s:,]*", re.IGNORECASE)  # the second half of a pair
_EXPLAINS: Final = re.compile(r"(?:where|this|these|the above|in (?:this|the above) example)\b", re.IGNORECASE)
_MENU: Final = re.compile(r"\S: .*\s[>→»›]\s")  # "Location: Settings > Plans" is a fact, no heading
_PROCEDURE: Final = re.compile(r"to\s", re.IGNORECASE)  # "To change a plan" heads steps, and nothing behind them
_HEADS: Final = frozenset({"heading", "question"})
_IN_RUNS: Final = frozenset({"step", "item", "definition", "row"})
BETWEEN: Final = "\n\n"  # parts of a passage
_NUMBER: Final = re.compile(r"\d+")
_KINDS: Final[dict[str, UnitKind]] = {"prose": "text", "steps": "step", "list": "item", "table": "row", "code": "code"}


class Bond(IntEnum):
    """How firmly a part is bound to the one before it."""

    NONE = 0
    LOOSE = 1  # both under one line in bold or one question, or a list under its paragraph: rather divided elsewhere
    FIRM = 2  # a heading with its first text, a lead-in with its list: never divided if a passage can take both


class Part(NamedTuple):
    """A block, or as much of one as a passage can take; the places of its units are those in its own text.

    `place` is that of its text in the HTML, without a table's header.
    `scope_end` is that of the block, `inside` the pseudo-heading that it stands under, "" without one. `of_section`
    says that it is the heading of a section, which is text among small ones that are put together. `bold` says that
    all of it is bold. `frame_end` is that of the block. What goes on with a block begins with `repeated` characters of
    its header, and is -1 where it has none; 0 is what begins one.
    """

    kind: PassageKind
    text: str
    start: int
    words: int
    for_agents: bool
    place: Place
    units: tuple[Unit, ...] = ()
    bond: Bond = Bond.NONE
    scope_end: int = 0
    inside: str = ""
    of_section: bool = False
    bold: bool = False
    frame_end: int = 0
    repeated: int = 0

    @property
    def heads(self) -> bool:
        """Whether the part is a pseudo-heading or a question, and nothing else."""
        return len(self.units) == 1 and self.units[0].kind in _HEADS

    @property
    def is_unfinished(self) -> bool:
        """Whether the part says nothing without what follows it: a heading in all but name, a sentence with a colon.

        "Most secure: 755" says something.
        """
        if self.kind == "code" or self.text.endswith(_COLONS):
            return self.kind != "code"
        return (self.heads or self.bold) and not any(colon in self.text for colon in _COLONS)

    @property
    def leads_on(self) -> bool:
        """Whether the part is unfinished, or ends with a sentence that announces what follows."""
        return self.is_unfinished or (self.kind == "prose" and _ends_announcing(self))

    @property
    def is_lead_in(self) -> bool:
        """Whether all of it is one sentence that announces with a colon what follows."""
        ends = self.kind == "prose" and not self.heads and self.text.endswith(_COLONS)
        return ends and _ends_announcing(self) and _last_sentence(self) == self.units[0].start


def heading_kind(text: str) -> Literal["heading", "question"]:
    """Tell whether a heading asks.

    >>> heading_kind("Where do I park?"), heading_kind("Parking")
    ('question', 'heading')
    """
    plain = text.rstrip(_CLOSING + ":：")
    return "question" if plain.endswith(QUESTION_MARKS) or _ASKED.match(text) else "heading"


def pseudo_heading(block: Block) -> Literal["", "heading", "question"]:
    """Tell whether a block is a heading in all but name: a short line in bold, a `<summary>`, a question for itself."""
    if block.kind != "prose" or len(block.lines) != 1:
        return ""
    text, label = block.lines[0].text, block.lines[0].label
    if len(text) > 400 or "\n" in text:
        return ""
    whole, count = label >= len(text), len(text.split())
    if heading_kind(text) == "question" and count <= MAX_QUESTION_WORDS and not _ANSWER_WITHIN.search(text):
        return "question" if whole or len(list(sentence_ends(text.rstrip(_CLOSING)))) <= 1 else ""
    if not whole or (not block.scope_end and (count > MAX_HEADING_WORDS or _MENU.search(text))):
        return ""
    plain = text.rstrip(_CLOSING)
    if not block.scope_end and (
        plain.endswith(_SENTENCE_END) or (plain.endswith("!") and count > MAX_EXCLAMATION_WORDS)
    ):
        return ""
    return "heading"


def heading_part(heading: str, place: Place) -> Part:
    """Return the heading of a section as a part of a passage."""
    unit = Unit(heading_kind(heading), 0, len(heading))
    return Part("prose", heading, place.begin.start, 0, for_agents=False, place=place, units=(unit,), of_section=True)


# Steps that were torn


def with_whole_steps(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks, steps that were torn apart joined again: each with what stands between it and the next.

    A list is torn where the next one goes on counting, or where lists of one step each begin anew at the same number.
    Where there is only a picture between two lists, they are one.
    """
    at = 0
    while at < len(blocks):
        block, end = blocks[at], at + 1
        while block.kind == "list" and end < len(blocks) and _goes_on(block, blocks[end]):
            block = block._replace(lines=block.lines + blocks[end].lines, end=blocks[end].end)
            end += 1
        while block.kind == "steps" and (next_at := _next_steps(blocks, end, block)):
            block = _joined_steps(block, blocks[end:next_at], blocks[next_at])
            end = next_at + 1
        yield block
        at = end


def _goes_on(block: Block, following: Block) -> bool:
    """Tell whether a list goes on with the next block: no text stands between them."""
    return (
        following.kind == "list"
        and (block.for_agents, block.links, block.frame_end)
        == (following.for_agents, following.links, following.frame_end)
        and not following.header
    )


def _next_steps(blocks: Sequence[Block], begin: int, steps: Block) -> int:
    """Return where the list of steps goes on, 0 if it does not."""
    scope_end = 0
    for at in range(begin, min(begin + MAX_BETWEEN_STEPS + 1, len(blocks))):
        block = blocks[at]
        if block.level or block.for_agents != steps.for_agents:
            return 0
        if block.kind == "steps":
            last, first = _number(steps.lines[-1]), _number(block.lines[0])
            announced = at > begin and blocks[at - 1].text.endswith(_COLONS)
            torn = first == last and len(block.lines) == 1 and not announced
            return at if torn or first == last + 1 else 0
        if block.start >= scope_end and pseudo_heading(block):
            if not block.scope_end:
                return 0
            scope_end = block.scope_end
    return 0


def _number(line: Line) -> int:
    found = _NUMBER.match(line.text)
    return int(found[0]) if found else 0


def _joined_steps(steps: Block, between: Sequence[Block], following: Block) -> Block:
    *before, last = steps.lines
    indent = "\n" + " " * (len(str(_number(last))) + 2)
    text = last.text + "".join(indent + block.text.replace("\n", indent) for block in between)
    end = between[-1].end if between else last.end
    lines = (*before, last._replace(text=text, end=end), *following.lines)
    return steps._replace(lines=lines, end=following.end, links="")


# The units of one block


def units_of(block: Block, lines: Iterable[Line] = ()) -> tuple[Unit, ...]:
    """Return the units in the text of a block, or in that which some pieces of its lines make behind its header."""
    pieces = [*lines] or [line._replace(text=line.text + "\n") for line in block.lines]
    units: list[Unit] = []
    begin = end = len(block.header) + 1 if block.header else 0
    if block.header:
        units.append(Unit("header" if block.kind == "table" else "heading", 0, len(block.header)))
    kind = _unit_kind(block)
    for line in pieces:
        start, end = end, end + len(line.text)
        last = start + len(line.text.rstrip())
        if kind in {"item", "step", "definition"} and _asks_and_answers(line):
            answer = last - len(line.text[line.label :].strip())
            units += (Unit("question", start, start + line.label), Unit("text", answer, last))
        elif kind not in {"text", "code"} and last > start:
            units.append(Unit(kind, start, last))
    if kind == "text" and not lines:
        units += _units_of_prose(block, begin)
    elif kind in {"text", "code"}:
        units.append(Unit(kind, begin, end - len(pieces[-1].text) + len(pieces[-1].text.rstrip())))
    return tuple(units)


def _unit_kind(block: Block) -> UnitKind:
    if block.kind == "list" and all(0 < line.label < len(line.text) for line in block.lines):
        return "definition"
    return _KINDS.get(block.kind, "text")


def _asks_and_answers(line: Line) -> bool:
    return 0 < line.label < len(line.text.rstrip()) and heading_kind(line.text[: line.label]) == "question"


def _units_of_prose(block: Block, begin: int) -> list[Unit]:
    """Return the units of a paragraph: it may be a question, or hold one with its answer."""
    text, end = block.text[begin:], len(block.text)
    if kind := pseudo_heading(block):
        return [Unit(kind, begin, end)]
    asked = block.lines[0].label if _asks_and_answers(block.lines[0]) else 0
    if not asked and _ASKED.match(text) and (within := _ANSWER_WITHIN.search(text)):
        asked = within.start() + 1
    if not asked:
        answered = _ANSWERED.match(text)
        return [Unit("text", begin + (answered.end() if answered and text[0] in "AaRr" else 0), end)]
    answered = _ANSWERED.match(text, asked)
    start = answered.end() if answered else asked + len(text[asked:]) - len(text[asked:].lstrip())
    return [Unit("question", begin, begin + asked), Unit("text", begin + start, end)]


# The bonds between parts


def bind(parts: Sequence[Part], most_words: int) -> list[Part]:
    """Return the parts of a section, each with its bond to the one before it; sentences that announce are lead-ins.

    A callout of at most `most_words` is one.
    """
    bound: list[Part] = []
    framed: dict[int, int] = {}
    for part in parts:
        if part.frame_end:
            framed[part.frame_end] = framed.get(part.frame_end, 0) + part.words
    heading, scope_end = "", 0
    for part in parts:
        before = bound[-1] if bound else None
        if scope_end and part.start >= scope_end:
            heading, scope_end = "", 0
        if before and before.kind in {"steps", "list"} and part.kind == "prose" and _PROCEDURE.match(heading):
            heading = ""
        asks = bool(part.units) and part.units[0].kind in _HEADS  # a question and its answer in one paragraph
        bond = Bond.NONE
        if before and (before.heads or (before.bold and not asks) or _leans(before, part)):
            bond = Bond.FIRM
        elif before and not asks and _announces(before, part):
            bond = Bond.FIRM
            if before.kind == "prose":
                bound[-1] = before._replace(units=_with_lead_in(before))
        elif before and part.frame_end and part.frame_end == before.frame_end:
            bond = Bond.FIRM if framed[part.frame_end] <= most_words else Bond.LOOSE
        elif (heading and not asks) or (before and _may_lead(before, part)):
            bond = Bond.LOOSE
        bound.append(part._replace(bond=bond, inside="" if asks else heading))
        if asks:
            heading, scope_end = (part.text, part.scope_end) if part.heads else ("", 0)
    return bound


def _announces(before: Part, part: Part) -> bool:
    """Tell whether a part ends with words that lead to the next one."""
    if before.kind in {"list", "steps"} and part.kind != before.kind:
        return before.text.endswith(_COLONS)
    if before.kind != "prose" or not before.units or before.units[-1].kind != "text":
        return False
    if before.text.endswith((*_COLONS, ",")):  # a comma: a picture stands within the sentence
        return True
    return part.kind != "prose" and _ends_announcing(before)


def _leans(before: Part, part: Part) -> bool:
    """Tell whether a part says nothing without the one before it: half of a pair, output, what explains code."""
    if part.kind == "code":
        return before.kind == "code"
    if part.kind != "prose" or part.repeated:
        return False
    half = _LEANS.match(part.text)
    if half and (part.bold or part.heads or half.end() == len(part.text)):
        return True
    return before.kind == "code" and bool(_EXPLAINS.match(part.text))


def _ends_announcing(part: Part) -> bool:
    if not part.units or not _ANNOUNCES.search(part.text, max(part.units[-1].start, len(part.text) - MAX_ANNOUNCEMENT)):
        return False
    return bool(_ANNOUNCES.search(part.text, _last_sentence(part)))


def _may_lead(before: Part, part: Part) -> bool:
    """Tell whether a paragraph may well lead to what follows: to a list, or "use these steps" to another paragraph."""
    if before.kind != "prose":
        return False
    return part.kind != "prose" or before.text.endswith(_COLONS) or _ends_announcing(before)


def _last_sentence(part: Part) -> int:
    """Return where the last sentence of a part begins."""
    unit = part.units[-1]
    ends = [end for end in sentence_ends(part.text) if unit.start < end < unit.end]
    line = part.text.rfind("\n", unit.start, unit.end - 1) + 1
    start = max(unit.start, line, *ends[-1:])
    return start + len(part.text[start:]) - len(part.text[start:].lstrip())


def _with_lead_in(part: Part) -> tuple[Unit, ...]:
    *units, last = part.units
    start = _last_sentence(part)
    if start > last.start:
        units.append(Unit("text", last.start, len(part.text[:start].rstrip())))
    return (*units, Unit("lead_in", start, last.end))


# The units of a passage


def joined(parts: Iterable[Part]) -> tuple[str, tuple[Unit, ...]]:
    """Return the text of a passage and its units, each with what it hangs from."""
    texts: list[str] = []
    units: list[Unit] = []
    position = 0
    section = heading = -1
    for number_of_part, part in enumerate(parts):
        if number_of_part and part.repeated:
            position += _join_again(part, texts, units, position)
            continue
        if not part.inside:
            heading = section
        for unit in part.units:
            number, before = len(units), units[-1] if units else None
            under = heading
            if unit.kind in _HEADS:
                under = -1 if part.of_section else section
                heading = number
                section = number if part.of_section else section
            elif before and (before.kind == "lead_in" or (before.kind == "header" and unit.kind == "row")):
                under = number - 1
            elif before and before.kind == unit.kind and unit.kind in _IN_RUNS and unit.start > 0:
                under = before.under
            units.append(Unit(unit.kind, position + unit.start, position + unit.end, under))
        texts += ([BETWEEN] if texts else []) + [part.text]
        position += len(part.text) + len(BETWEEN)
    return "".join(texts), tuple(units)


def _join_again(part: Part, texts: list[str], units: list[Unit], position: int) -> int:
    """Add a part that goes on with the block before it, without its header; return by how much the text grew."""
    skipped = max(part.repeated, 0)
    shift = position - len(BETWEEN) + 1 - skipped
    text = part.text[skipped:]
    for unit in part.units:
        last = units[-1]
        if unit.end <= skipped:
            continue
        if unit.kind == last.kind == "code":
            units[-1] = Unit("code", last.start, unit.end + shift, last.under)
        else:
            units.append(Unit(unit.kind, unit.start + shift, unit.end + shift, last.under))
    texts += ["\n", text]
    return len(text) + 1
