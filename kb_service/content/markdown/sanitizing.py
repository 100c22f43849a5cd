"""Which HTML an article may have: an allow-list applied by nh3 to what was rendered, the only way out of here."""

from __future__ import annotations

import html
import re
from typing import Final

import nh3

from kb_service.content.source_text import LANGUAGE_CLASS

TAGS: Final = frozenset(
    "a abbr b blockquote br caption cite code dd del details dfn dl dt em h1 h2 h3 h4 h5 h6 hr i img ins "
    "kbd label li mark ol p pre q s samp small strong sub summary sup table tbody td tfoot th thead tr u "
    "ul var".split()
)
SILENT_TAGS: Final = frozenset(  # go with all they contain
    "applet audio canvas embed iframe math noembed noframes noscript object plaintext script select style svg template "
    "textarea title video xmp".split()
)
_NUMBERS: Final = {str(number) for number in range(1, 1000)}
_CELL: Final = {"align": {"left", "center", "right"}, "colspan": _NUMBERS, "rowspan": _NUMBERS}
_PIXELS: Final = {str(number) for number in range(1, 4097)}
_SIZE: Final = {"width": _PIXELS | {f"{number}%" for number in range(1, 101)}, "height": _PIXELS}
CALLOUTS: Final = {f"callout {kind}" for kind in ("note", "tip", "important", "warning", "danger")}
# Of code: those that help centres show, as their authors name them. All others are shown without colours.
LANGUAGES: Final = tuple(
    "apache apacheconf bash bat c c# c++ cfg console cpp cs csharp css diff docker dockerfile go graphql groovy hcl "
    "html http ini java javascript js json json5 jsx kotlin less lua make makefile markdown md nginx objc objective-c "
    "perl php pl powershell properties protobuf ps1 py python r rb ruby rust rs scala scss sh shell sql swift "
    "terraform tf toml ts tsx typescript xml yaml yml zsh".split()
)
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
    tag_attribute_values={
        "blockquote": {"class": CALLOUTS},
        "code": {"class": {LANGUAGE_CLASS + name for name in LANGUAGES}},
        "img": _SIZE,
        "ol": {"start": _NUMBERS},
        "td": _CELL,
        "th": _CELL,
    },
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener noreferrer",
    strip_comments=True,
)
_MAX_PASSES: Final = 4  # one pass has always been enough; a text that never settles is shown as text
_TIGHT: Final = re.compile(
    r"(<(li|td|th|dd|dt|summary|caption)\b[^<>]*>)\s*"
    r"<p>((?:(?!</?(?:p|li|td|th|ul|ol|pre)\b).)*)</p>\s*(?=</\2>)",
    re.DOTALL,
)


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


def tightened(rendered: str) -> str:
    """Return HTML whose cells, items and summaries with one paragraph hold its text alone."""
    return _TIGHT.sub(r"\1\3", rendered)
