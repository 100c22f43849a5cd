"""Code taken out of a Markdown text before anything else looks at it, and put back as HTML after rendering.

Nothing that stands in code is markup, and Python-Markdown reads fences at the left margin only.
"""

from __future__ import annotations

import html
import re
from typing import Final

# Two private-use characters around a number; `encoding.clean` takes them out of every source.
_TOKEN: Final = re.compile("\ue000(\\d+)\ue001")
_PLACE: Final = re.compile('<p>\\s*\ue000(\\d+)\ue001\\s*</p>|(="[^"<>]*\ue000[^"<>]*")|\ue000(\\d+)\ue001')
# A run of backticks up to the next run of the same length, within a paragraph.
_SPAN: Final = re.compile(r"(?<![`\\])(`+)(?!`)((?:[^\n]|\n(?![ \t]*\n))+?)(?<!`)\1(?!`)")


class CodeStash:
    """The code of one text; `put_block` and `put_html` return the token that stands for it meanwhile."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def put_block(self, code: str) -> str:
        """Keep a code block."""
        return self.put_html(f"<pre><code>{html.escape(code, quote=False)}\n</code></pre>")

    def put_html(self, piece: str) -> str:
        """Keep HTML as it is."""
        self.pieces.append(piece)
        return f"\ue000{len(self.pieces) - 1}\ue001"

    def put_spans(self, text: str) -> str:
        """Keep all inline code of a text."""
        return _SPAN.sub(self._put_span, text) if "`" in text else text

    def restore(self, rendered: str) -> str:
        """Return rendered HTML with all code back in its place."""
        return _PLACE.sub(self._restore_one, rendered) if self.pieces else rendered

    def _put_span(self, span: re.Match[str]) -> str:
        code = span[2].replace("\n", " ")
        if code[0] == code[-1] == " " and code.strip():
            code = code[1:-1]
        return self.put_html(f"<code>{html.escape(code, quote=False)}</code>")

    def _restore_one(self, place: re.Match[str]) -> str:
        if attribute := place[2]:
            return _TOKEN.sub(lambda token: _as_text(self.pieces[int(token[1])]), attribute)
        return self.pieces[int(place[1] or place[3])]


def _as_text(piece: str) -> str:
    return html.escape(re.sub(r"<[^>]*>", "", piece).replace('"', "&quot;"), quote=False).replace("&amp;", "&")
