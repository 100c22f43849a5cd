"""What no reader of a page sees: comments of every dialect, and HTML that is hidden.

Comments are nobody's text. What is hidden may be meant for a program or for agents: the public does not read it.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

# Each with what every text with it has.
_COMMENTS: Final = tuple(
    (needle, re.compile(pattern, re.DOTALL | re.MULTILINE | re.IGNORECASE))
    for needle, pattern in (
        ("{#", r"\{#(?![\w-]+\})(?:[^#]|#(?!\}))*#\}"),
        ("{{", r"\{\{-?[ ]?!--.*?--\}\}|\{\{!(?!\[)[^{}]*\}\}|\{\{-?\s*/\*.*?\*/\s*-?\}\}"),
        ("{{", r"\{\{([<%])\s*comment\b.*?\{\{[<%]\s*/\s*comment\s*[>%]\}\}"),
        ("{%", r"\{%-?\s*comment\b.*?\{%-?\s*endcomment\s*-?%\}"),
        ("<%", r"<%(?:#|--).*?%>"),
        ("<#", r"<#--.*?-->"),
        ("<!", r"<!\[CDATA\[.*?\]\]>|<!(?:DOCTYPE|ENTITY|ELEMENT)\b[^<>]*>"),
        ("<?", r"<\?[a-z][^<>]*\?>"),
        ("{:", r"\{::comment\}.*?\{:/(?:comment)?\}"),
        (
            "%%",
            r"^[ \t>]*%%[ \t]*\n.*?\n[ \t>]*%%[ \t]*$|(?<![\w%)])%%(?!%)(?:[^\n]|\n(?![ \t]*\n)){0,2000}?%%(?![\w%])",
        ),
    )
)
_COMMENT_MARK: Final = re.compile(r"<!--|-->")
_HIDDEN_TAG: Final = re.compile(
    r"<(?P<name>(?!(?:input|br|hr|meta|link|source)\b)[a-z][\w.-]*)(?P<rest>(?:[\s\"'/](?:[^<>]|(?<==)>)*)?)>",
    re.IGNORECASE,
)
_HIDDEN_NAMES: Final = frozenset({"hidden", "comment", "dialog", "template"})
_HIDES: Final = re.compile(
    r"(?<=[\s\"'])hidden(?=[\s/=]|$)(?!\s*=\s*[\"'{]?false)"
    r"|style\s*=\s*[\"'{]*[^<>]*?(?:display[\"']?\s*:\s*[\"']?none|visibility[\"']?\s*:\s*[\"']?hidden)"
    r"|style\s*=\s*(?:display:none|visibility:hidden)"
    r"|class(?:name)?\s*=\s*[\"'{]*(?:[^\"'<>]*\s)?(?:is-|visually-)?(?:hidden|d-none)(?=[\s\"'}])"
    r"(?![^\"'<>]*:(?:block|flex|grid|inline|table))",
    re.IGNORECASE,
)
_CSS_COMMENT: Final = re.compile(r"/\*.*?\*/")
_HIDDEN_NEEDLES: Final = ("hidden", "display", "d-none", "<comment", "<dialog", "<template", "noindex")
_NOT_INDEXED: Final = re.compile(r"<!--\s*noindex\s*-->.*?(?:<!--\s*/noindex\s*-->|\Z)", re.DOTALL | re.IGNORECASE)


class Unseen(NamedTuple):
    """[start, end) of comments and of hidden parts of a text."""

    comments: tuple[tuple[int, int], ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()


def find_unseen(text: str, code: Sequence[tuple[int, int]]) -> Unseen:
    """Return what of a Markdown text nobody sees; in code all is seen.

    >>> find_unseen("a {# b #} <p hidden>c</p>", [])
    Unseen(comments=((2, 9),), hidden=((10, 25),))
    """
    starts = [start for start, _ in code]

    def in_code(place: int) -> bool:
        number = bisect_right(starts, place) - 1
        return number >= 0 and place < code[number][1] and not text.startswith("<!--", starts[number])

    comments = [found.span() for needle, form in _COMMENTS if needle in text for found in form.finditer(text)]
    comments += _nested_comments(text)
    lower = text.lower() if "<" in text else ""
    hidden = _hidden(text) if any(needle in lower for needle in _HIDDEN_NEEDLES) else ()
    return Unseen(
        tuple(span for span in sorted(comments) if not in_code(span[0])),
        tuple(span for span in hidden if not in_code(span[0])),
    )


def _nested_comments(text: str) -> Iterator[tuple[int, int]]:
    """Yield comments that hold comments, up to their own ends: programs end them at the first, people do not."""
    if text.count("<!--") < 2:
        return
    depth = start = deepest = 0
    for mark in _COMMENT_MARK.finditer(text):
        if mark[0] == "<!--":
            start = start if depth else mark.start()
            depth += 1
            deepest = max(deepest, depth)
        elif depth:
            depth -= 1
            if not depth:
                if deepest > 1:
                    yield start, mark.end()
                deepest = 0


def _hidden(text: str) -> Iterator[tuple[int, int]]:
    yield from (found.span() for found in _NOT_INDEXED.finditer(text))
    end = 0
    for tag in _HIDDEN_TAG.finditer(text):
        name, rest = tag["name"].lower(), tag["rest"]
        is_hidden = name in _HIDDEN_NAMES or _HIDES.search(_CSS_COMMENT.sub("", html.unescape(rest)))
        if tag.start() < end or not is_hidden or (rest.endswith("/") and name != "img"):
            continue
        end = tag.end() if name == "img" else _element_end(text, tag["name"], tag.end())
        yield tag.start(), end


def _element_end(text: str, name: str, start: int) -> int:
    """Return where an element ends whose tag ends at `start`: the end of the text if it never does."""
    depth = 1
    for tag in re.finditer(rf"<(/?){re.escape(name)}\b[^<>]*>", text[start:], re.IGNORECASE):
        depth += -1 if tag[1] else 0 if tag[0].endswith("/>") else 1
        if not depth:
            return start + tag.end()
    return len(text)
