"""Markdown to sanitized HTML: code is taken out, layout, dialects and tags are settled, Python-Markdown renders."""

from __future__ import annotations

import re
import string
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

import markdown
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString
from pymdownx.emoji import gemoji, to_alt

from kb_service.content.assets.asset_folder import line_of
from kb_service.content.markdown import embeds, html_tags, inline_markup, layout, mdx, sanitizing, templates
from kb_service.content.markdown.footnotes import NotesInSections
from kb_service.content.markdown.gaps import Gaps
from kb_service.content.source_text import CodeStash

MAX_HTML_CHARACTERS: Final = 4 << 20  # four times the largest file: 40 KB can render to 100 MB
MAX_OPEN: Final = 200  # brackets in a paragraph up to which its search costs nothing; real ones stay far below
MAX_NESTED: Final = 4
_EXTENSIONS: Final = ("tables", "sane_lists", "def_list")
MAX_MARKS: Final = 500  # of one kind; in a text with more of them they are not read: their search takes n² time
# Extensions that only texts with their marks pay for, behind what a text must hold to be searched for these.
_OPTIONAL: Final[tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]] = (
    ("++", re.compile(r"\+\+[\w\"][\w\"+ -]*\+\+"), ("pymdownx.keys",)),
    ("^", re.compile(r"\^[^\s\^]+\^|\^\^\S"), ("pymdownx.caret",)),
    ("~", re.compile(r"~~(?<![~\\]~~)(?=[^\s~])|[^\W\d_]~[\w+-]+~"), ("pymdownx.tilde",)),
    ("==", re.compile(r"==(?<![\w=]==)(?=[^\s=])"), ("pymdownx.mark",)),
    (":", re.compile(r":(?<![\w:]:)[a-z][a-z0-9_+-]*:(?![\w:])"), ("pymdownx.emoji",)),
    ("*[", re.compile(r"^\*\[[^\]\n]+\]:", re.MULTILINE), ("abbr",)),
    ("[^", re.compile(r"\[\^[^\]\s]+\]"), ("footnotes",)),
    ("){: ", re.compile(r"\)\{: (?:width|height)="), ("attr_list",)),
)
_CONFIGS: Final = {
    "pymdownx.emoji": {"emoji_index": gemoji, "emoji_generator": to_alt},
    "pymdownx.caret": {"smart_insert": True},
}
# What a text must hold for a pattern of Python-Markdown to be searched in it.
_CHARACTERS: Final = {
    "escape": "\\",
    "reference": "[",
    "link": "[",
    "image_link": "![",
    "image_reference": "![",
    "short_reference": "[",
    "short_image_ref": "![",
    "autolink": "<",
    "automail": "<",
    "linebreak": "  \n",
    "html": "<",
    "entity": "&",
}
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
        self._parsers: dict[tuple[str, ...], markdown.Markdown] = {}

    def render(self, text: str) -> Rendered:
        """Return the HTML of a Markdown text; raises TooLarge."""
        stash = CodeStash()
        arranged, problems = layout.arrange(text, stash)
        gaps = Gaps()
        arranged = stash.put_spans(arranged)
        templates.resolve_in_code(stash.pieces, arranged, gaps)
        plain = inline_markup.resolve(mdx.plain_tags(arranged), gaps)
        linked, embedded = embeds.as_links(plain)
        problems += [(line_of(text, each.address or f"<{each.tag}"), each.message) for each in embedded]
        settled, unclosed_comment = html_tags.settle(linked, stash, gaps)
        parser = self._parser(settled)
        rendered = stash.restore(parser.reset().convert(tame_brackets(settled)))
        if stash.pieces:
            rendered = sanitizing.tightened(rendered)
        if len(rendered) > MAX_HTML_CHARACTERS:
            raise TooLarge(f"it renders to more than {MAX_HTML_CHARACTERS >> 20} MiB of HTML")
        if unclosed_comment:
            start = text.find("<!--", text.rfind("-->") + 1)
            problems.append((text.count("\n", 0, start), layout.UNCLOSED_COMMENT))
        return Rendered(sanitizing.sanitize(rendered), [*problems, *gaps.problems(text)])

    def _parser(self, text: str) -> markdown.Markdown:
        """Return a parser with the extensions whose marks a text has; few sets of them are ever needed."""
        names = tuple(
            name
            for needle, marks, extensions in _OPTIONAL
            if needle in text and _count(marks, text) > 0
            for name in extensions
        )
        if names not in self._parsers:
            self._parsers[names] = _markdown(names)
        return self._parsers[names]


def _count(marks: re.Pattern[str], text: str) -> int:
    """Return how often marks stand in a text, 0 if too often to search for them all."""
    if not marks.search(text):
        return 0
    count = sum(1 for _ in islice(marks.finditer(text), MAX_MARKS + 1))
    return count if count <= MAX_MARKS else 0


def _markdown(optional: Sequence[str]) -> markdown.Markdown:
    """Return a Markdown parser without what has been done before it (code) and what nobody sees (indented HTML)."""
    extensions = [NotesInSections() if name == "footnotes" else name for name in (*_EXTENSIONS, *optional)]
    parser = markdown.Markdown(extensions=extensions, extension_configs=_CONFIGS, output_format="html")
    parser.ESCAPED_CHARS = list(string.punctuation)  # as in CommonMark; Python-Markdown knows half of them
    parser.parser.blockprocessors.deregister("code")
    parser.inlinePatterns.deregister("backtick")
    parser.treeprocessors.deregister("prettify")
    # Nothing is registered after this: plain lists, because a Registry sorts itself for each block and mark.
    parser.parser.blockprocessors = list(parser.parser.blockprocessors)  # type: ignore[assignment]
    parser.treeprocessors.register(_QuickInline(parser), "inline", 20)
    parse_blocks = parser.parser.parseBlocks
    parser.parser.parseBlocks = (  # type: ignore[method-assign]
        lambda parent, blocks: parse_blocks(parent, _Blocks(blocks))  # type: ignore[arg-type]
    )
    return parser


class _Blocks(deque[str]):
    """Blocks of a text, taken from their beginning and put back there: a list moves all the others each time."""

    def pop(self, index: int = -1) -> str:
        return super().pop() if index else self.popleft()


class _QuickInline(InlineProcessor):
    """Looks for a mark only in texts that have its character: that halves the time of most articles."""

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(md)
        self.inlinePatterns = list(md.inlinePatterns)  # type: ignore[assignment]
        known = {id(md.inlinePatterns[name]): each for name, each in _CHARACTERS.items() if name in md.inlinePatterns}
        self.characters = [known.get(id(pattern), "") for pattern in self.inlinePatterns]

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        if isinstance(data, AtomicString):
            return data
        start = 0
        while patternIndex < len(self.characters):
            if self.characters[patternIndex] not in data:
                patternIndex, start = patternIndex + 1, 0  # noqa: N806
                continue
            data, matched, start = self._InlineProcessor__applyPattern(  # type: ignore[attr-defined]
                self.inlinePatterns[patternIndex], data, patternIndex, start
            )
            if not matched:
                patternIndex += 1  # noqa: N806
        return data


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
