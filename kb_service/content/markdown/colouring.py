"""Colours code whose language its author names: Pygments reads it at indexing, the style sheet has the colours."""

from __future__ import annotations

import html
import re
from functools import cache
from itertools import groupby
from typing import Any, Final

from kb_service.content.source_text import LANGUAGE_CLASS

MOST_CHARACTERS: Final = 20_000  # of a piece of code; what is longer stays without colours

_CODE: Final = re.compile(rf'(<pre(?:\s[^<>]*)?><code class="{LANGUAGE_CLASS}([^"]+)">)([^<]*)(?=</code></pre>)')
# The class of an element for the kinds of Pygments that get one, the first that holds a kind.
_CLASSES: Final = (
    ("Comment", "hl-c"),
    ("Keyword", "hl-k"),
    ("Operator.Word", "hl-k"),
    ("Literal.String", "hl-s"),
    ("Literal.Number", "hl-n"),
    ("Name.Tag", "hl-k"),
    ("Name.Attribute", "hl-a"),
    ("Name.Function", "hl-f"),
    ("Name.Class", "hl-f"),
    ("Name.Builtin", "hl-f"),
    ("Name.Variable", "hl-a"),
    ("Generic.Inserted", "hl-s"),
    ("Generic.Deleted", "hl-c"),
    ("Generic.Prompt", "hl-c"),
)


def coloured(article: str) -> str:
    """Return the finished HTML of an article with its code in elements that have classes; its text stays the same.

    >>> coloured('<pre><code class="language-json">{"seats": 60}</code></pre>')
    '<pre><code class="language-json">{<span class="hl-k">"seats"</span>: <span class="hl-n">60</span>}</code></pre>'
    """
    return _CODE.sub(_coloured, article) if LANGUAGE_CLASS in article else article


def _coloured(found: re.Match[str]) -> str:
    code, lexer = html.unescape(found[3]), _lexer(found[2])
    if lexer is None or len(code) > MOST_CHARACTERS:
        return found[0]
    pieces, texts = [], []
    for name, tokens in groupby(lexer.get_tokens(code), key=lambda token: _class_of(token[0])):
        text = "".join(value for _, value in tokens)
        escaped = html.escape(text, quote=False)
        pieces.append(f'<span class="{name}">{escaped}</span>' if name and text.strip() else escaped)
        texts.append(text)
    return found[1] + "".join(pieces) if "".join(texts) == code else found[0]


@cache
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name  # 50 ms, which only whoever indexes code has to wait for
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@cache
def _class_of(kind: Any) -> str:
    name = str(kind).removeprefix("Token.")
    return next((each for beginning, each in _CLASSES if f"{name}.".startswith(f"{beginning}.")), "")
