"""MDX: its tags, `<Card title={"Seats"}>`, its expressions, `{props.name}`, its `import` and `export` statements.

What is JavaScript in them goes, what a reader would see stays: `title={"Seats"}` is `title="Seats"`,
`onClick={() => x}` is nothing, `{/* note */}` and `{' '}` are no text. Of components, what a reader would see of them
beside the text that they hold: a card's title, a note's kind, a parameter's name and type.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from kb_service.content.markdown.gaps import UNKNOWN_TAG, VARIABLE, Gaps
from kb_service.content.markdown.labels import bold, label
from kb_service.content.markdown.templates import attributes

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


# Components

_COMPONENT: Final = re.compile(r"[A-Z][a-z][\w.]*$|[A-Z]{2,5}[A-Z][a-z][\w.]*$|FAQ$|CTA$")
_NOTE: Final = re.compile(
    r"(Tip|Note|Warning|Caution|Important|Info|Danger|Alert|Callout|Admonition|Aside|Hint|Notice|Banner)$"
)
_GENERIC: Final = frozenset({"Alert", "Callout", "Admonition", "Aside", "Notice", "Banner"})
_DETAILS: Final = re.compile(
    r"(?:Accordion|AccordionItem|Expandable|Expander|Details|Collapsible|Collapse|Dropdown|Toggle|Spoiler|FAQItem|Faq|FaqItem|Question)$"
)
_FIELD: Final = re.compile(r"(?:Param|Response|Request|Object|API)?(?:Field|Param|Property|Prop|Parameter)$")
# Components without a text of their own that a reader would miss.
_SILENT: Final = re.compile(
    r"(?:Icon|Image|Img|Video|YouTube|Youtube|Vimeo|Loom|Wistia|Player|Logo|Avatar|Divider|Spacer|Separator|Br|Hr|Toc|TOC|TOCInline"
    r"|DocCardList|CardList|ChildPages|Breadcrumbs?|Navigation|Nav|Pagination|Feedback|Search|SearchBar|Head|Layout|Analytics|Script"
    r"|Screenshot|Picture|Gif|Lottie|Animation|Mermaid|Chart|Diagram|Figma|Embed|Iframe|Frame|LinkCardList|Route|Switch"
    r"|AppleIcon|Check|Cross|Redirect|RedirectTo|Navigate)$"
)
_WORDS: Final = (
    "title",
    "label",
    "text",
    "heading",
    "header",
    "name",
    "content",
    "caption",
    "description",
    "summary",
    "alt",
    "question",
)
_TITLES: Final = ("title", "label", "summary", "header", "heading", "question", "name", "tab")
_TITLED_BY_VALUE: Final = frozenset({"TabItem", "Tab", "TabPanel"})
_FIELD_NAMES: Final = ("query", "path", "body", "header", "name", "param")
_LINK: Final = re.compile(r"(?:https?://|/|\.{0,2}/|#|[\w-])[^\s()<>\"]*$")


class Shown(NamedTuple):
    """What stands for a tag: Markdown before the text, and whether that text is in `<details>` with it as summary.

    `after` stands behind the text.
    """

    before: str = ""
    details: bool = False
    after: str = ""


def is_component(name: str) -> bool:
    """Return whether a tag has the name of a component: `<TabItem`, not `<HOST>`."""
    return _COMPONENT.match(name) is not None


def shown_of(name: str, rest: str) -> Shown:
    """Return what is shown of an opening tag with the attributes `rest`."""
    values = {key: html.unescape(value) for key, value in attributes(rest).items()}
    title = next((values[key] for key in _TITLES if values.get(key)), "")
    base = name.rpartition(".")[2]
    if _FIELD.fullmatch(base):
        return Shown(_field(values))
    if _DETAILS.fullmatch(base):
        return Shown(_plain(title) or "Details", details=bool(title))
    if base == "Tooltip":
        tip = _plain(values.get("tip") or values.get("content") or values.get("text") or title)
        return Shown(after=f" ({tip})" if tip else "")
    if base == "Frame":
        return Shown(after=f"\n\n{_plain(values.get('caption', ''))}\n\n" if values.get("caption") else "")
    if note := _NOTE.search(base):
        kind = values.get("type") or values.get("variant") or values.get("kind") or ""
        kind = kind or ("" if note[1] in _GENERIC else note[1])
        return Shown(bold(_plain(title)) or bold(label(kind)))
    if not title and base in _TITLED_BY_VALUE:
        title = values.get("value", "").replace("-", " ")
    description = _plain(values.get("description", ""))
    target = values.get("href") or values.get("to") or ""
    if title and target and _LINK.match(target):
        linked = bold(_plain(title).replace("[", "").replace("]", ""))
        before = linked.replace("**", "**[", 1).removesuffix("**").removesuffix(":") + f"]({target}):**"
    else:
        before = bold(_plain(title))
    return Shown(" ".join(filter(None, [before, description])))


def alone(name: str, tag: str, rest: str, gaps: Gaps) -> str:
    """Return what is shown of a tag without content, `<Badge text="beta" />`; a gap where it can only be a text."""
    values = {key: html.unescape(value) for key, value in attributes(rest.rstrip("/")).items()}
    base = name.rpartition(".")[2]
    if _FIELD.fullmatch(base):
        return _field(values)
    target = values.get("href") or values.get("to") or ""
    words = [_plain(values[key]) for key in _WORDS if values.get(key)]
    if base.endswith("Icon") or base in {"Icon", "Image", "Img", "Logo", "Avatar"}:
        return ""
    if words and target and _LINK.match(target):
        return f"[{words[0].replace('[', '').replace(']', '')}]({target})" + "".join(f" {word}" for word in words[1:])
    if words:
        return " ".join(dict.fromkeys(words))
    if target or _SILENT.search(base):
        return ""
    return gaps.add(tag, UNKNOWN_TAG)


def _field(values: dict[str, str]) -> str:
    name = next((values[key] for key in _FIELD_NAMES if values.get(key)), "")
    more = [values.get("type", ""), f"default {values['default']}" if values.get("default") else ""]
    shown = ", ".join(_plain(one) for one in more if one)
    return f"**{_plain(name)}**" + (f" ({shown}):" if shown else ":") if name else ""


def _plain(text: str) -> str:
    return " ".join(text.replace("<", "\\<").split())
