"""The only way HTML gets out of here: an allow-list of elements, attributes and link schemes, applied by nh3."""

from __future__ import annotations

import html
from typing import Final

import nh3

_NUMBERS: Final = {str(number) for number in range(1, 1000)}
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": set(),  # without this entry ammonia lets `lang` and `title` through everywhere
    "a": {"href", "title"},
    "abbr": {"title"},
    "details": {"open"},
    "img": {"alt", "src", "title"},
}
_ATTRIBUTE_VALUES: Final[dict[str, dict[str, set[str]]]] = {
    "ol": {"start": _NUMBERS},
    "td": {"align": {"left", "center", "right"}, "colspan": _NUMBERS, "rowspan": _NUMBERS},
    "th": {"align": {"left", "center", "right"}, "colspan": _NUMBERS, "rowspan": _NUMBERS},
}
TAGS: Final = frozenset(
    "a abbr b blockquote br caption cite code dd del details dfn dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd label li "
    "mark ol p pre q s samp small strong sub summary sup table tbody td tfoot th thead tr u ul var".split()
)
SILENT_TAGS: Final = frozenset(  # go with all they contain
    "applet audio canvas embed iframe math noembed noframes noscript object plaintext script select style svg template "
    "textarea title video xmp".split()
)
_UNWRAPPED: Final = frozenset("base body button form frame frameset head html input link meta option source".split())
KNOWN_TAGS: Final = TAGS | SILENT_TAGS | _UNWRAPPED  # all else between angle brackets is text
SCHEMES: Final = frozenset({"http", "https", "mailto"})
_CLEANER: Final = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(SILENT_TAGS),
    attributes=_ATTRIBUTES,
    tag_attribute_values=_ATTRIBUTE_VALUES,
    url_schemes=set(SCHEMES),
    link_rel="noopener noreferrer",
    strip_comments=True,
)
_MAX_PASSES: Final = 4  # one pass has always been enough; a text that never settles is shown as text


def sanitize(rendered: str) -> str:
    """Return harmless HTML: allowed elements only, without ids, and cleaning it again changes nothing."""
    for _ in range(_MAX_PASSES):
        cleaned = _CLEANER.clean(rendered)
        if cleaned == rendered:
            return cleaned
        rendered = cleaned
    return f"<pre>{html.escape(rendered)}</pre>"
