"""The components of MDX, `<Card title="Seats">`: what a reader would see of them beside the text that they hold."""

from __future__ import annotations

import html
import re
from typing import Final, NamedTuple

from kb_service.content.gaps import UNKNOWN_TAG, Gaps
from kb_service.content.labels import bold, label
from kb_service.content.templates import attributes

_NAME: Final = re.compile(r"[A-Z][a-z][\w.]*$|[A-Z]{2,5}[A-Z][a-z][\w.]*$|FAQ$|CTA$")
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
    return _NAME.match(name) is not None


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
