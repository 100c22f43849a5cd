"""One reading of an article, from Markdown to sanitized HTML."""

from __future__ import annotations

import re
import string
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

import markdown
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from kb_service.content import dialects, layout, tags
from kb_service.content.brackets import tame_brackets
from kb_service.content.code_stash import CodeStash
from kb_service.content.sanitizing import sanitize

MAX_HTML_CHARACTERS: Final = 4 << 20  # four times the largest file: 40 KB can render to 100 MB
_MARK: Final = re.compile(r"[\\\[!<&*_]| {2}\n")
_BEFORE_INLINE: Final = 25  # "inline" has 20
_EXTENSIONS: Final = ("tables", "sane_lists", "def_list")


class Rendered(NamedTuple):
    """Sanitized HTML without ids, and what is wrong with its source, by line (from 0)."""

    html: str
    problems: list[tuple[int, str]]


class TooLarge(Exception):
    """A text that renders to more HTML than anybody would read."""


class _PlainTextProcessor(Treeprocessor):
    """Spares text without any mark the search for each of 15 kinds of them: a third of the time of all rendering."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.text and not _MARK.search(element.text):
                element.text = AtomicString(element.text)
            if element.tail and not _MARK.search(element.tail):
                element.tail = AtomicString(element.tail)


class Renderer:
    """Renders any number of texts, one after the other."""

    def __init__(self) -> None:
        self._markdown = _markdown()

    def render(self, text: str) -> Rendered:
        """Return the HTML of a Markdown text; raises TooLarge."""
        stash = CodeStash()
        arranged = layout.arrange(text, stash)
        settled = tags.settle(dialects.resolve(stash.put_spans(arranged.text)), stash)
        rendered = stash.restore(self._markdown.reset().convert(tame_brackets(settled.text)))
        if len(rendered) > MAX_HTML_CHARACTERS:
            raise TooLarge(f"it renders to more than {MAX_HTML_CHARACTERS >> 20} MiB of HTML")
        problems = arranged.problems
        if settled.unclosed_comment:
            start = text.find("<!--", text.rfind("-->") + 1)
            problems.append((text.count("\n", 0, start), layout.UNCLOSED_COMMENT))
        return Rendered(sanitize(rendered), problems)


def _markdown() -> markdown.Markdown:
    """Return a Markdown parser without what has been done before it (code) and what nobody sees (indented HTML)."""
    parser = markdown.Markdown(extensions=list(_EXTENSIONS), output_format="html")
    parser.ESCAPED_CHARS = list(string.punctuation)  # as in CommonMark; Python-Markdown knows half of them
    parser.parser.blockprocessors.deregister("code")
    parser.inlinePatterns.deregister("backtick")
    parser.treeprocessors.deregister("prettify")
    parser.treeprocessors.register(_PlainTextProcessor(parser), "plain_text", _BEFORE_INLINE)
    # Nothing is registered after this: plain lists, because a Registry sorts itself for each block and mark.
    parser.parser.blockprocessors = list(parser.parser.blockprocessors)  # type: ignore[assignment]
    parser.treeprocessors["inline"].inlinePatterns = list(parser.inlinePatterns)  # type: ignore[attr-defined]
    return parser
