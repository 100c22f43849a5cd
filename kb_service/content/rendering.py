"""One reading of an article, from Markdown to sanitized HTML."""

from __future__ import annotations

from typing import Final, NamedTuple

import markdown

from kb_service.content import dialects, layout, tags
from kb_service.content.code_stash import CodeStash
from kb_service.content.sanitizing import sanitize

MAX_HTML_CHARACTERS: Final = 4 << 20  # four times the largest file: 40 KB can render to 100 MB
_EXTENSIONS: Final = ("tables", "sane_lists", "def_list")


class Rendered(NamedTuple):
    """Sanitized HTML without ids; `unclosed_comment` says that a comment without an end swallowed the rest."""

    html: str
    unclosed_comment: bool


class TooLarge(Exception):  # noqa: N818
    """A text that renders to more HTML than anybody would read."""


class Renderer:
    """Renders any number of texts, one after the other."""

    def __init__(self) -> None:
        self._markdown = markdown.Markdown(extensions=list(_EXTENSIONS), output_format="html")
        self._markdown.parser.blockprocessors.deregister("code")  # code has gone to the stash

    def render(self, text: str) -> Rendered:
        """Return the HTML of a Markdown text; raises TooLarge."""
        stash = CodeStash()
        arranged = layout.arrange(text, stash)
        settled = tags.settle(dialects.resolve(stash.put_spans(arranged.text)), stash)
        rendered = stash.restore(self._markdown.reset().convert(settled.text))
        if len(rendered) > MAX_HTML_CHARACTERS:
            raise TooLarge(f"it renders to more than {MAX_HTML_CHARACTERS >> 20} MiB of HTML")
        return Rendered(sanitize(rendered), arranged.unclosed_comment or settled.unclosed_comment)
