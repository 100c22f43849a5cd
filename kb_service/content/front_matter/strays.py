"""Lines about audience and state that no reader of front matter reads: at the wrong place, or wrongly written.

`draft:true`, `# audience: agent` behind another key, a block after a heading, between `----`, in code at the top. What
they say counts as if it were written right, and is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from kb_service.content.agents_only.words import Near, agent_name, normalise
from kb_service.content.front_matter.publication import FALSE, TRUE, meant_key, read_state, squeezed
from kb_service.content.front_matter.readers import is_of_audience, said_of_readers
from kb_service.content.front_matter.strict_yaml import Field

STRAY: Final = (
    "is not read as front matter where and as it is written: the article is not public. Write `key: value` at the "
    "margin, with a blank behind the colon, between two lines of `---` at the top of the file; or reword it."
)
_TOP: Final = 30  # lines of a text that may be front matter
_TOP_CHARACTERS: Final = 4_000
_REPLY: Final = Near(["reply", "replies"], others="rely repay relay replay repl apply".split())
# Dates that say nothing else; `released`, `date` and `expires` are written in texts too.
_DATES: Final = frozenset("publishat publishdate publishon expiresat expirydate unpublishat unpublishdate".split())
_REPLY_BLOCK: Final = re.compile(r"[ \t>]{0,6}repl(?:y|ies)\s{0,2}:\s{0,3}[|>][-+\d]{0,2}\s*")
# A line of front matter, or like one: `key: value`, `"key" = value`, `# key: value`, `{key: value`.
_LINE: Final = re.compile(
    r"[\W_]{0,12}[^\W\d_][\w -]{0,30}?[\"'*_`]{0,4}\s{0,3}[:=|]|[\W_]{0,6}[{\[<]|[ \t]*#{1,6}[ \t]|(?:im|ex)port\s"
    r"|[\]}]"
)
_PAIR: Final = re.compile(
    r"(?<![\w.-])(?P<key>[^\W\d_][\w.-]{2,24}?)[\"'*_`]{0,4}[ \t]{0,3}(?P<sign>[:=;|]{1,3})[\"'*_`\[(> \t]{0,5}"
    r"(?P<value>[\w.-]{1,40})"
)
_WORDS: Final = re.compile(
    r"[\"'*_`>#-]{0,4}(?P<key>[^\W\d_]{5,12})(?P<sign>)(?:[ \t]+|[ \t]*[-=~]{1,2}>?[ \t]*)(?P<value>\w[\w-]{1,20})"
    r"[\"'*_`]{0,4}"
    r"|draft|unpublished"
)
_KEY_FIRST: Final = re.compile(r"[\W_]{0,12}[\w.-]+[\"'*_`]{0,4}\s{0,3}[:=;]")
_IS_FOR_READERS: Final = re.compile(
    r"pending|review|progress|schedul|delet|expire|reject|planned|disabled|removed|inactive"
)
_REPLY_LINE: Final = re.compile(r"[\W_]{0,12}(?P<key>[\w.-]+)[\"'*_`]{0,4}\s{0,3}[:=;]")
_INSIDE: Final = re.compile(r"[#{;]|,(?=[^{}]*\})")  # what begins another pair on the line of one
_MARGIN: Final = re.compile(r"[\"'*_`>#/%;+|<!{\[(, \t-]{0,12}(?:export\s+)?(?:(?:const|let|var)\s+)?")
# `----`, `--- yaml`, `> ---`, `1. ---`, `\\-\\-\\-`, `/*`: signs alone.
_RULE: Final = re.compile(
    r"[ \t>]*(?:\d{1,2}[.)])?[ \t]*(?![|`<\[(])(?:[^\w\s>\"'!?.,#:][ \t]?|_[ \t]?){2,40}!?\w{0,4}[ \t]*(?:#.*)?"
)
_RULES: Final = re.compile(r"^[ \t>]*(?:[^\w\s]|_)(?:[^\w\n]|_){1,12}\n[^\n]{1,40}?[:=]", re.MULTILINE)
_FENCE: Final = re.compile(r"[ \t>]*(`{3,}|~{3,})")


class Stray(NamedTuple):
    """A key with its value, as it would be read if it were written right, and how it is written."""

    key: str
    field: Field
    written: str


def strays_of_block(block: str, fields: Mapping[str, Field], *, broken: bool) -> Iterator[Stray]:
    """Yield what the lines of front matter, from line 2 on, say beside the `fields` that were read of them."""
    for number, line in enumerate(normalise(block).split("\n"), 2):
        read = {normalise(key) for key, field in fields.items() if field.line == number}
        for found in _pairs(line, anywhere=broken):
            is_inside = (not broken and line[: found.start()].rstrip(" \t")[-1:] in {"{", ",", "("}) or line[:1] in {
                " ",
                "\t",
            }
            if (found["key"] or "").replace("-", "_") in read:
                continue
            is_comment = "#" in line[: found.start()]  # nobody's state, but a word about readers counts
            if stray := _stray(found, number, state=not (is_inside or is_comment), dates=True):
                yield stray


def strays_of_body(body: str, first_line: int) -> Iterator[Stray]:
    """Yield what lines like front matter say at the top of a text, and wherever they follow a rule."""
    is_all = _RULES.search(body, _TOP_CHARACTERS) is not None
    is_top = in_block = True
    code = ""
    for number, line in enumerate(normalise(body if is_all else body[:_TOP_CHARACTERS]).split("\n")):
        if number >= _TOP and not is_all:
            return
        fence = _FENCE.match(line)
        if fence and (not code or fence[1].startswith(code)):
            code = "" if code else fence[1]
            in_block = is_top  # code that begins an article may be its front matter
        elif _RULE.fullmatch(line):
            in_block = not code
        elif not _LINE.match(line) and not (in_block and _WORDS.fullmatch(line.strip())):
            in_block &= not line.strip() and is_top
            is_top &= not line.strip()
        elif in_block or (number < _TOP and not code):
            reply = _REPLY_LINE.match(line) if in_block or _REPLY_BLOCK.fullmatch(line) else None
            if reply and _REPLY.word(squeezed(reply["key"])):
                yield Stray("audience", Field("agent", first_line + number), f"{reply['key']}:")
            for found in _pairs(line, anywhere=in_block):
                if not in_block and not _is_whole_line(found, line, is_top=is_top):
                    continue
                if (found["sign"] or found["key"]) and (stray := _stray(found, first_line + number)):
                    yield stray


def _is_whole_line(found: re.Match[str], line: str, *, is_top: bool) -> bool:
    """Return whether a line of a text says nothing else, of what only an author says: `Role: Agent` is for readers.

    `Status: Draft` behind the first text of an article is for them too.
    """
    is_all = bool(found["sign"]) and not line[found.end() :].strip("\"'*_`}]>)|,;- \t/")
    name = squeezed(found["key"])
    is_state = meant_key(name) != "" and not _IS_FOR_READERS.search(found["value"])
    is_authors = is_top or line.lstrip().startswith("<!--") or found["value"] in TRUE | FALSE
    return is_all and (is_of_audience(name) or (is_state and is_authors))


def _pairs(line: str, *, anywhere: bool) -> Iterator[re.Match[str]]:
    """Yield keys with values: those at the beginning of a line and of what stands in its brackets, or all."""
    if found := _WORDS.fullmatch(line.rstrip()):
        yield found
    if anywhere and _KEY_FIRST.match(line):
        yield from _PAIR.finditer(line)
        return
    for start in (0, *(mark.end() for mark in _INSIDE.finditer(line))):
        if found := _PAIR.match(line, _MARGIN.match(line, start).end()):  # type: ignore[union-attr]
            yield found


def _stray(found: re.Match[str], number: int, *, state: bool = True, dates: bool = False) -> Stray | None:
    key, sign, value = found["key"] or found[0], found["sign"], found["value"] or "true"
    written = f"{key}{sign or ' '}{value}"
    if sign and _REPLY.word(squeezed(key)):
        return Stray("audience", Field("agent", number), f"{key}{sign}")
    said = said_of_readers(key, value) if sign != "|" or "audience" in key else "nothing"
    if said == "agents" or (said == "doubtful" and agent_name(value)):
        return Stray("audience", Field("agent", number), written)
    meant = meant_key(key)
    if not state or not meant or sign == "|":
        return None
    found_state = read_state({meant: Field(value, number)}, "")
    is_date = meant in _DATES or (dates and found_state.publish_at is not None)
    if found_state.errors or not (found_state.left_out or found_state.unlisted or is_date):
        return None
    return Stray(meant, Field(value, number), written)
