"""Markdown to sanitized HTML: code is taken out, layout, dialects and tags are settled, Python-Markdown renders."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from typing import Final, NamedTuple

import markdown

from kb_service.content import commonmark, dialects, embeds, sanitizing
from kb_service.content.assets import line_of
from kb_service.content.source_text import CodeStash

MAX_HTML_CHARACTERS: Final = 4 << 20  # four times the largest file: 40 KB can render to 100 MB
MAX_OPEN: Final = 200  # brackets in a paragraph up to which its search costs nothing; real ones stay far below
MAX_NESTED: Final = 4
_EXTENSIONS: Final = ("tables", "sane_lists", "def_list")
_BRACKET: Final = re.compile(r"\\.|\[|\]\(?|\(|\)", re.DOTALL)
_PARAGRAPH_END: Final = re.compile(r"\n[ \t]*\n")


class Rendered(NamedTuple):
    """Sanitized HTML without ids, and what is wrong with its source, by line (from 0)."""

    html: str
    problems: list[tuple[int, str]]


class TooLarge(Exception):
    """A text that renders to more HTML than anybody would read."""


class Renderer:
    """Renders any number of texts, one after the other.

    >>> Renderer().render("**Seats** cost `<PRICE>`").html
    '<p><strong>Seats</strong> cost <code>&lt;PRICE&gt;</code></p>'
    """

    def __init__(self) -> None:
        self._markdown = _markdown()

    def render(self, text: str) -> Rendered:
        """Return the HTML of a Markdown text; raises TooLarge."""
        stash = CodeStash()
        arranged, problems = commonmark.arrange(text, stash)
        plain = dialects.resolve(stash.put_spans(arranged))
        linked, embedded = embeds.as_links(plain)
        problems += [(line_of(text, each.address or f"<{each.tag}"), each.message) for each in embedded]
        settled, unclosed_comment = sanitizing.settle(linked, stash)
        rendered = stash.restore(self._markdown.reset().convert(tame_brackets(settled)))
        if len(rendered) > MAX_HTML_CHARACTERS:
            raise TooLarge(f"it renders to more than {MAX_HTML_CHARACTERS >> 20} MiB of HTML")
        if unclosed_comment:
            start = text.find("<!--", text.rfind("-->") + 1)
            problems.append((text.count("\n", 0, start), commonmark.UNCLOSED_COMMENT))
        return Rendered(sanitizing.sanitize(rendered), problems)


def _markdown() -> markdown.Markdown:
    """Return a Markdown parser without what has been done before it (code) and what nobody sees (indented HTML)."""
    parser = markdown.Markdown(extensions=list(_EXTENSIONS), output_format="html")
    parser.ESCAPED_CHARS = list(string.punctuation)  # as in CommonMark; Python-Markdown knows half of them
    parser.parser.blockprocessors.deregister("code")
    parser.inlinePatterns.deregister("backtick")
    parser.treeprocessors.deregister("prettify")
    # Nothing is registered after this: plain lists, because a Registry sorts itself for each block and mark.
    parser.parser.blockprocessors = list(parser.parser.blockprocessors)  # type: ignore[assignment]
    parser.treeprocessors["inline"].inlinePatterns = list(parser.inlinePatterns)  # type: ignore[attr-defined]
    return parser


def tame_brackets(text: str) -> str:
    """Return `text` with the brackets of overcrowded paragraphs escaped where they pair with nothing.

    Python-Markdown reads on from each `[` to the end, so 10 KB can take 8 s.
    """
    if text.count("[") <= MAX_OPEN:
        return text
    return "\n\n".join(map(_tame, _PARAGRAPH_END.split(text)))


def _tame(paragraph: str) -> str:
    if paragraph.count("[") <= MAX_OPEN or paragraph.count("]:") > MAX_OPEN:  # a list of link targets is not searched
        return paragraph
    escaped = sorted(_unpaired(paragraph))
    ends = [0, *escaped]
    return "\\".join(paragraph[start:end] for start, end in zip(ends, [*escaped, None], strict=True))


def _unpaired(paragraph: str) -> set[int]:
    """Return the places of square brackets without an end or nested too deep, and of `(` behind `]` without an end."""
    square: list[int] = []
    round_: list[int] = []
    pairs: list[tuple[int, int]] = []
    for found in _BRACKET.finditer(paragraph):
        mark, place = found[0], found.start()
        if mark == "[":
            square.append(place)
        elif mark[0] == "]" and square:
            pairs.append((square.pop(), place))
        if mark.endswith("("):
            round_.append(found.end() - 1)
        elif mark == ")" and round_:
            round_.pop()
    return {*square, *_too_deep(pairs), *(place for place in round_ if paragraph[place - 1] == "]")}


def _too_deep(pairs: list[tuple[int, int]]) -> Iterator[int]:
    open_ends: list[int] = []
    for start, end in sorted(pairs):
        while open_ends and open_ends[-1] < start:
            open_ends.pop()
        if len(open_ends) >= MAX_NESTED:
            yield from (start, end)
        open_ends.append(end)
