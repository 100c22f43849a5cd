"""The tags and expressions of MDX: what is JavaScript in them goes, what a reader would see stays.

`title={"Seats"}` is `title="Seats"`, `onClick={() => x}` is nothing, `{/* note */}` and `{' '}` are no text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from kb_service.content.gaps import VARIABLE, Gaps

MAX_TAG_CHARACTERS: Final = 20_000
_MAX_FAILURES: Final = 50  # tags without an end that are searched for one
_TAG_START: Final = re.compile(r"<[A-Za-z][\w.:-]*(?=\s)")
_PART: Final = re.compile(r"""\\.|"[^"]*"|'[^']*'|[{}]|/?>|<|\n[ \t]*\n""", re.DOTALL)
_IN_BRACES: Final = re.compile(r"""\\.|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}]""", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r"([A-Za-z_][\w:-]*)=\{")
_STRING: Final = re.compile(r"""\s*(?:"([^"\n]*)"|'([^'\n]*)')\s*""")
_ANY_STRING: Final = re.compile(r"""["']([^"'\n]+)["']""")
_NUMBER: Final = re.compile(r"\s*\d+(?:\.\d+)?\s*")
_LINKS: Final = frozenset({"href", "src", "to", "url", "image"})
_TEXT_EXPRESSION: Final = re.compile(r"""(?<!\$)\{\s*(?:"([^"{}\n]*)"|'([^'{}\n]*)')\s*\}""")
_NAME_EXPRESSION: Final = re.compile(
    r"(?<![\w$\\{])\{(?:props|frontMatter|siteConfig|customFields|vars?|children|metadata)(?:\.\w+)*\}"
)
_STATEMENT: Final = re.compile(
    r"""import\s+(?:[\w*{][^\n]*?\sfrom\s+)?["'][^\n"']+["'];?\s*$|import\s+(?:type\s+)?[\w*, ]*\{[^}]*$"""
    r"|export\s+(?:(?:const|let|var)\s+[\w{\[]|(?:default\s+)?(?:async\s+)?function\b"
    r"|default\s+(?:[({[]|class\b|\w+;?\s*$)"
    r"|(?:class|interface)\s+\w+\s*(?:[{<]|extends\b)|type\s+\w+\s*[=<]|\{|\*\s+from\b)"
)
_CLOSES_STATEMENT: Final = re.compile(r"""[;)}\]]|from\s+["'][^"'\n]+["']""")
MAX_STATEMENT_LINES: Final = 400


def tag_end(text: str, start: int) -> int:
    """Return the end of the tag that begins at `start`, -1 when it has none: quotes and braces may hold any `>`."""
    depth = 0
    for part in _PART.finditer(text, start + 1, min(len(text), start + MAX_TAG_CHARACTERS)):
        mark = part[0]
        if mark == "{":
            depth += 1
        elif mark == "}":
            depth -= 1
        elif depth == 0 and mark in {">", "/>"}:
            return part.end()
        elif depth == 0 and (mark == "<" or mark[0] == "\n"):
            return -1
    return -1


def plain_tags(text: str) -> str:
    """Return `text` with HTML attributes in the tags that had JavaScript.

    >>> plain_tags('<Card title={"Seats"} onClick={() => go("/x")} cols={2}>')
    '<Card title="Seats" cols="2">'
    """
    if "={" not in text:
        return text
    pieces: list[str] = []
    position = failures = 0
    for tag in _TAG_START.finditer(text):
        if tag.start() < position:
            continue
        end = tag_end(text, tag.start())
        if end < 0:
            failures += 1
            if failures > _MAX_FAILURES:
                break
        elif "={" in (source := text[tag.start() : end]):
            pieces += text[position : tag.start()], _plain_tag(source)
            position = end
    return "".join([*pieces, text[position:]])


def _plain_tag(tag: str) -> str:
    pieces: list[str] = []
    position = 0
    while found := _ATTRIBUTE.search(tag, position):
        end = _brace_end(tag, found.end() - 1)
        value = _value(found[1], tag[found.end() : end - 1])
        pieces += tag[position : found.start()], f'{found[1]}="{value}"' if value else ""
        position = end
    return re.sub(r"[ \t]{2,}", " ", re.sub(r"\s+(?=/?>$)", "", "".join([*pieces, tag[position:]])))


def _brace_end(text: str, start: int) -> int:
    depth = 0
    for mark in _IN_BRACES.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.end()
    return len(text)


def _value(name: str, expression: str) -> str:
    if text := _STRING.fullmatch(expression):
        value = text[1] or text[2] or ""
    elif _NUMBER.fullmatch(expression):
        value = expression.strip()
    else:  # useBaseUrl('img/a.png'), require('./a.png').default
        found = _ANY_STRING.search(expression) if name in _LINKS else None
        value = found[1] if found else ""
    return value.replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def resolve_expressions(text: str, gaps: Gaps) -> str:
    """Return `text` with the expressions of MDX that are text as that text, and a gap for values of the page."""
    text = _TEXT_EXPRESSION.sub(lambda found: found[1] or found[2] or "", text)
    return _NAME_EXPRESSION.sub(lambda found: gaps.add(found[0], VARIABLE), text)


def statement_end(lines: Sequence[str], at: int) -> int:
    """Return the line behind an `import` or `export` of JavaScript that begins at line `at`, `at` when none does.

    It goes on while a bracket is open, at most to the next empty line outside of brackets.
    """
    if not lines[at].startswith(("import", "export")) or not _STATEMENT.match(lines[at]):
        return at
    depth = 0
    for place in range(at, min(len(lines), at + MAX_STATEMENT_LINES)):
        line = lines[place]
        if place > at and depth <= 0 and not line.strip():
            return place
        bare = re.sub(r"""\\.|"[^"\n]*"|'[^'\n]*'|`[^`\n]*`""", "", line)
        depth += sum(bare.count(mark) for mark in "([{") - sum(bare.count(mark) for mark in ")]}")
        if depth <= 0 and (place == at or _CLOSES_STATEMENT.search(bare)):
            following = lines[place + 1].strip() if place + 1 < len(lines) else ""
            if not following.startswith((".", "?", ":", "+", "=>", "|", "&")):
                return place + 1
    return at + 1
