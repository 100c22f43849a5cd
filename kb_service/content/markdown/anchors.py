"""Places that a source names itself: `<a name="refunds"></a>`, `<h2 id="refunds">`. Links lead there.

Sanitizing takes all ids away. So these are carried through it as text between two characters that no source has, as
those of headings (`## Refunds {#refunds}`) are, and become ids again when an article's HTML is finished.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from typing import Final

from kb_service.content.agents_only.marks import code_ranges
from kb_service.content.markdown.inline_markup import ANCHOR_END, ANCHOR_START
from kb_service.content.passages.html_blocks import ANCHOR

PAGE_IDS: Final = "kb:"  # what the ids of our pages' own parts begin with; no heading's id has a colon
# Inside these elements text may stand; an `<a>` without text is nothing but its name.
_NAMED: Final = re.compile(
    r"""<(?:(?P<a>a)|div|span|section|p|h[1-6]|td|th|li|dt|dd|strong|b|em)\b(?=[^<>]*?\s(?:id|name)\s*=\s*"""
    r"""(?:"(?P<double>[^"<>]*)"|'(?P<single>[^'<>]*)'|(?P<bare>[^\s"'<>=`/]+)))[^<>]*?(?P<ends>/)?>(?P<empty>\s*</a\s*>)?""",
    re.IGNORECASE,
)
# Of sanitized HTML: the values of attributes are in double quotes.
_TAG_OR_NAME: Final = re.compile(
    rf"""(?P<tag></?[a-z](?:[^"<>]|"[^"]*")*>)|{ANCHOR_START}(?P<name>[^{ANCHOR_END}]*){ANCHOR_END}"""
)
_NAME: Final = re.compile(r"[^\s\"'<>&\ue000-\ue00f]{1,200}")


def carry_anchors(text: str) -> str:
    """Return Markdown whose named places are written as text that rendering leaves alone; lines stay what they are.

    >>> carry_anchors('<a name="vat"></a>VAT') == f"{ANCHOR_START}vat{ANCHOR_END}VAT"
    True
    """
    if "<" not in text:
        return text
    named = list(_NAMED.finditer(text))
    code = code_ranges(text) if named else []
    pieces: list[str] = []
    position = 0
    for found in named:
        name = html.unescape(found["double"] or found["single"] or found["bare"] or "").strip()
        if not _is_name(name) or any(start <= found.start() < end for start, end in code):
            continue
        carried = f"{ANCHOR_START}{name}{ANCHOR_END}"
        is_name_alone = found["a"] and (found["empty"] or found["ends"])
        kept = re.sub(r"[^\n]", "", found[0]) if is_name_alone else found[0]
        pieces += [text[position : found.start()], kept, carried]
        position = found.end()
    return "".join([*pieces, text[position:]])


def as_ids(finished: str, taken: Collection[str]) -> str:
    """Return HTML whose carried names are ids, each once, and none that is `taken` by an element."""
    given = set(taken)

    def replace(found: re.Match[str]) -> str:
        if found["tag"]:  # a name within the text of a picture
            return ANCHOR.sub("", found["tag"])
        name = html.unescape(found["name"])
        if name in given or not _is_name(name):
            return ""
        given.add(name)
        return f'<a id="{html.escape(name)}"></a>'

    return _TAG_OR_NAME.sub(replace, finished) if ANCHOR_START in finished else finished


def _is_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and not text.startswith(PAGE_IDS)
