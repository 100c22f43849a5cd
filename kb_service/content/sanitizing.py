"""Which HTML an article may have.

`settle` works on the source: each `<` is a tag that we serve, a comment or component that goes, or simply a character.
`sanitize` works on the rendered HTML, and is the only way it gets out of here: an allow-list applied by nh3.
"""

from __future__ import annotations

import html
import re
from typing import Final

import nh3

from kb_service.content.dialects import label
from kb_service.content.source_text import CodeStash

TAGS: Final = frozenset(
    "a abbr b blockquote br caption cite code dd del details dfn dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd label li "
    "mark ol p pre q s samp small strong sub summary sup table tbody td tfoot th thead tr u ul var".split()
)
SILENT_TAGS: Final = frozenset(  # go with all they contain
    "applet audio canvas embed iframe math noembed noframes noscript object plaintext script select style svg template "
    "textarea title video xmp".split()
)
_UNWRAPPED: Final = frozenset("base body button form frame frameset head html input link meta option source".split())
_KNOWN: Final = TAGS | SILENT_TAGS | _UNWRAPPED  # all else between angle brackets is text
_NUMBERS: Final = {str(number) for number in range(1, 1000)}
_CELL: Final = {"align": {"left", "center", "right"}, "colspan": _NUMBERS, "rowspan": _NUMBERS}
_PIXELS: Final = {str(number) for number in range(1, 4097)}
_SIZE: Final = {"width": _PIXELS | {f"{number}%" for number in range(1, 101)}, "height": _PIXELS}
_CLEANER: Final = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(SILENT_TAGS),
    attributes={
        "*": set(),  # without this entry ammonia lets `lang` and `title` through everywhere
        "a": {"href", "title"},
        "abbr": {"title"},
        "details": {"open"},
        "img": {"alt", "src", "title"},
    },
    tag_attribute_values={"img": _SIZE, "ol": {"start": _NUMBERS}, "td": _CELL, "th": _CELL},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer",
    strip_comments=True,
)
_MAX_PASSES: Final = 4  # one pass has always been enough; a text that never settles is shown as text

_ANGLE: Final = re.compile(
    r"<!--(?P<comment>.*?(?:-->|\Z))"
    r"|(?P<link>(?<=\]\()<[^<>\n]*>|<(?:https?://|mailto:)[^\s<>]+>|<[\w.+-]+@[\w-]+(?:\.[\w-]+)+>)"
    r"""|<(?P<close>/?)(?P<name>[A-Za-z][\w.:-]*)(?P<rest>(?:[\s/](?:[^<>"']|"[^"<>]*"|'[^'<>]*')*)?)>"""
    r"|\\?<",
    re.DOTALL,
)
# They say where a text stands on a page, not what it is; inside them Python-Markdown would read no Markdown.
_LAYOUT_TAGS: Final = frozenset(
    "div section article main header footer nav aside center span font figure picture hgroup tt big".split()
)
_COMPONENT: Final = re.compile(r"[A-Z][a-z][\w.]*$")
_TITLE: Final = re.compile(r"""\b(?:label|title)=["{]?["']([^"'<>]*)["']""")
_NOTE: Final = re.compile(r"(Tip|Note|Warning|Caution|Important)$")
_SUMMARY: Final = re.compile(r"<summary[^<>]*>(.{0,2000}?)</summary\s*>", re.DOTALL | re.IGNORECASE)
_EMPTY_ANCHOR: Final = re.compile(r"<a\s+(?:name|id)=[\"']?[^<>\"']*[\"']?\s*(?:/>|>\s*</a>)", re.IGNORECASE)


def sanitize(rendered: str) -> str:
    """Return harmless HTML: allowed elements only, without ids, and cleaning it again changes nothing.

    >>> sanitize("<p onclick=x() id=a>a<script>b</script>")
    '<p>a</p>'
    """
    for _ in range(_MAX_PASSES):
        cleaned = _CLEANER.clean(rendered)
        if cleaned == rendered:
            return cleaned
        rendered = cleaned
    return f"<pre>{html.escape(rendered)}</pre>"


def settle(text: str, stash: CodeStash) -> tuple[str, bool]:
    """Return `text` in which every `<` is a tag, a link or escaped, and whether a comment without an end took the rest.

    `<details>` wait in the stash, as blocks.
    `<HOST>` and `<https://<yourdomain>.example.com/x>` are content: they are escaped, so that no HTML parser eats them.
    """
    if "<" not in text:
        return text, False
    text = _SUMMARY.sub(lambda found: f"\n\n{stash.put_html(found[0])}\n\n", _EMPTY_ANCHOR.sub("", text))
    judge = _Judge(text, stash)
    return _ANGLE.sub(judge.replace, text), judge.unclosed_comment


class _Judge:
    def __init__(self, text: str, stash: CodeStash) -> None:
        self.text = text
        self.stash = stash
        self.unclosed_comment = False

    def replace(self, found: re.Match[str]) -> str:
        if found["comment"] is not None:
            self.unclosed_comment |= not found[0].endswith("-->")
            return ""
        if found["link"]:
            return found[0]
        return self.tag(found, found["name"]) if found["name"] else "&lt;"

    def tag(self, found: re.Match[str], name: str) -> str:
        tag, rest, plain = found[0], found["rest"], name.lower()
        as_text = "&lt;" + tag[1:]
        if plain == "details":
            return f"\n\n{self.stash.put_html(tag)}\n\n"
        if plain in _LAYOUT_TAGS:  # at the margin it ended a block
            at_margin = found.start() == 0 or self.text[found.start() - 1] == "\n"
            return "\n\n" if at_margin and plain != "span" else ""
        if plain in SILENT_TAGS:
            return tag if found["close"] or f"</{plain}" in self.text.lower() else as_text
        if plain in _KNOWN:
            return tag
        ends = found["close"] or rest.endswith("/")
        if not _COMPONENT.match(name) or not (ends or "=" in rest or f"</{name}>" in self.text):
            return as_text  # a placeholder such as `<Username>`, not `<TabItem label="x">`
        if title := not ends and _TITLE.search(rest):
            return f"**{title[1]}:**"
        note = not ends and _NOTE.search(name)
        return f"**{label(note[1])}:**" if note else ""
