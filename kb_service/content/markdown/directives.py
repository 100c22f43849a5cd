"""Lines that open or close a part of a text: `!!! note`, `??? tip`, `=== "Tab"`, `:::note`, `/// details`, `@tab Mac`.

Each is read by itself; `layout` keeps what is open. A name that is agent-only is never a directive: `agents_only.marks`
has taken out those that it understood, and what is left must stay to be seen.
"""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from kb_service.content.agents_only.words import is_agent_word
from kb_service.content.markdown.labels import bold, label
from kb_service.content.markdown.templates import attributes, squeeze

Form = Literal["indented", "colons", "slashes", "plus", "none"]
Part = Literal["label", "details", "layout", "dropped", "code", "picture", "end", "text"]


class Directive(NamedTuple):
    """What a line says: how the part that it opens is bounded (`form`), what it is, and the words of its title.

    `marks` is the length of the fence for colons and slashes. The text of a part that is "dropped" is a list that the
    site's program makes. The title of a "picture" is its path. `is_open` is true of details that are shown at
    first, `is_note` of a label that begins a note, of this `kind` ("warning").
    """

    form: Form
    part: Part
    title: str = ""
    marks: int = 0
    is_open: bool = False
    is_note: bool = False
    kind: str = ""


_INDENTED: Final = re.compile(r"(!!!|\?\?\?\+?)[ \t]*([A-Za-z][\w-]*)([^\"]*)(?:\"([^\"]*)\")?")
_CLASSES: Final = frozenset("inline end left right annotate highlight collapse open".split())  # behind the kind
_MOST_TITLE_WORDS: Final = 6  # without quotes
_QUOTED_TAB: Final = re.compile(r"={3}[!+]{0,2}[ \t]+[\"']([^\"\n]+?)[\"'][ \t]*$")
_COLONS: Final = re.compile(r"(:{3,})[ \t]*(.*?)[ \t]*$")
_SLASHES: Final = re.compile(r"(/{3,})(?:[ \t]+([A-Za-z][\w-]*)(?:[ \t]*\|[ \t]*(.*?))?)?[ \t]*$")
_AT_TAB: Final = re.compile(r"@tab(?::active)?[ \t]+(.+?)[ \t]*(?:#[\w-]+)?$|==[ \t]+([^=\s].*?)[ \t]*$")
_DOCSIFY: Final = re.compile(r"([!?])>[ \t]+(\S.*)$")
_ADOBE: Final = re.compile(r"\+\+\+[ \t]*([^+\s].*?)[ \t]*$")
_HEAD: Final = re.compile(
    r"(?:\{(?P<braced>[^{}\n]*)\}|(?P<name>[A-Za-z][\w:.-]*?))(?:\[(?P<box>[^\]\n]*)\])?"
    r"[ \t]*(?:\{(?P<attributes>[^{}\n]*)\})?"
    r"(?P<rest>(?:[ \t]|$).*)?$"
)
_END: Final = re.compile(r"(?:end|[\w-]+-end)[ \t]*:*$", re.IGNORECASE)
_IMAGE: Final = re.compile(r"image\b(.*?)(?::{3,})?[ \t]*$", re.IGNORECASE)

_LAYOUT: Final = frozenset(
    "tabs tabset codegroup codetabs container div grid columns column row rows col card cards cardgrid "
    "figurerow center centered left right vpre raw steps griditem griditemcard block section margin aside "
    "sidebar hero features demo preview only literal class rst rstclass epigraph highlights pullquote "
    "compound timeline sphinxdesign buttongroup field fields".split()
)
_TABS: Final = frozenset("tab tabitem codetab".split())
_DETAILS: Final = frozenset(
    "details dropdown collapse collapsible spoiler accordion toggle expand expandable foldable".split()
)
_TITLED: Final = frozenset("admonition callout card griditemcard block step topic rubric container".split())
_DROPPED: Final = frozenset(
    "toctree contents index bibliography tableofcontents autosummary meta only automodule autoclass sectnum".split()
)
_CODE: Final = frozenset(
    "codeblock code sourcecode codecell parsedliteral prompt literalinclude math mermaid doctest console".split()
)
_NOTES: Final = frozenset(
    "note tip info warning warn caution danger important hint attention error success admonition callout seealso "
    "prerequisites prerequisite example question".split()
)
_PICTURES: Final = frozenset({"figure", "image"})


def read_directive(stripped: str) -> Directive | None:
    """Return what a line without its indentation opens or closes, None for any other line.

    >>> read_directive('??? question "Can I pay later?"')  # doctest: +ELLIPSIS
    Directive(form='indented', part='details', title='Can I pay later?', marks=0, is_open=False, ...
    """
    match stripped[:1]:
        case "!" | "?":
            return _indented(stripped)
        case "=":
            tab = _QUOTED_TAB.match(stripped)
            return Directive("indented", "label", tab[1]) if tab else None
        case ":":
            return _colons(stripped)
        case "/":
            return _slashes(stripped)
        case "+":
            if stripped.rstrip() == "+++":
                return Directive("plus", "end")
            opened = _ADOBE.match(stripped)
            return Directive("plus", "details", opened[1]) if opened else None
        case _:
            return None


def read_tab(stripped: str) -> str:
    """Return the title of a tab of VuePress and VitePress (`@tab Mac`, `== Mac`), "" for any other line."""
    found = _AT_TAB.match(stripped)
    return (found[1] or found[2]) if found else ""


def _indented(stripped: str) -> Directive | None:
    if docsify := _DOCSIFY.match(stripped):
        return Directive("none", "text", f"**{'Important' if docsify[1] == '!' else 'Tip'}:** {docsify[2]}")
    found = _INDENTED.match(stripped)
    if not found or is_agent_word(found[2]):
        return None
    title = label(found[2]) if found[4] is None else found[4]
    bare = [word for word in found[3].split() if word not in _CLASSES]
    if found[4] is None and bare:
        title = found[3].strip()
        if len(bare) > _MOST_TITLE_WORDS or title.endswith((".", "!")) or "](" in title:  # `!!! note Mind the gap.`
            return Directive("none", "text", f"**{label(found[2])}:** {title}")
    part: Part = "details" if found[1][0] == "?" else "label"
    is_open = found[1].endswith("+")
    return Directive("indented", part, title.strip(), is_open=is_open, is_note=part == "label", kind=found[2])


def _slashes(stripped: str) -> Directive | None:
    found = _SLASHES.match(stripped)
    if not found:
        return None
    marks, name, title = len(found[1]), squeeze(found[2] or ""), (found[3] or "").strip()
    if not name:
        return Directive("slashes", "end", marks=marks)
    if is_agent_word(found[2]):
        return None
    if name in _DETAILS:
        return Directive("slashes", "details", title or label(name), marks)
    plain = name in {"admonition", "caption", "figurecaption", "tab", "html", "define"}
    title = title or ("" if plain else label(name))
    return Directive("slashes", "label", title, marks, is_note=name in _NOTES, kind=name)


def _colons(stripped: str) -> Directive | None:
    found = _COLONS.match(stripped)
    if not found:
        return None
    marks, rest = len(found[1]), found[2]
    if not rest or _END.match(rest):
        return Directive("colons", "end", marks=marks)
    if picture := _IMAGE.match(rest):
        values = attributes(picture[1])
        if "source" in values or "src" in values:
            alt = re.sub(r"[\[\]]", "", values.get("alt-text") or values.get("alt") or "")
            return Directive("none", "text", f"![{alt}]({values.get('source') or values.get('src')})")
    return read_head(rest.rstrip(": "), "colons", marks)


def read_head(head: str, form: Form = "colons", marks: int = 0) -> Directive | None:
    """Return what the head of a fence opens: `note Title`, `{note} Title`, `{.note title="T"}`, `note[Title]`."""
    found = _HEAD.match(head)
    if not found:
        return None
    braced = found["braced"]
    values = attributes(f"{braced or ''} {found['attributes'] or ''} {found['rest'] or ''}")
    written = (braced.split() or [""])[0].lstrip(".#") if braced is not None else found["name"].strip(":.")
    name = squeeze(written)
    if is_agent_word(written) or any(is_agent_word(word.strip(".")) for word in (braced or "").split()):
        return None
    rest = re.sub(r"\{[^{}\n]*\}", "", found["rest"] or "").strip()
    if values and rest and "=" in rest:
        rest = ""
    title = (found["box"] or values.get("title") or values.get("label") or values.get("header") or rest).strip(" \"'")
    if name in {"moniker", "zone", "range"}:
        variant = values.get("range") or values.get("pivot") or ""
        variant = variant if variant[:1] in "<>=" else variant.replace("-", " ").replace(",", ", ").capitalize()
        return Directive(form, "label" if variant else "layout", variant, marks)
    if name in _CODE:
        return Directive(form, "code", "", marks)
    if name in _DROPPED:
        return Directive(form, "dropped", "", marks)
    if name in _PICTURES:
        return Directive(form, "picture", rest, marks)
    if name in _DETAILS:
        return Directive(form, "details", title or label(written), marks)
    if name in _TABS or name in _TITLED:
        return Directive(form, "label", title, marks, is_note=name in _NOTES, kind=name)
    if name in _LAYOUT:
        return Directive(form, "layout", "", marks)
    kind = name.removeprefix("callout")
    return Directive(form, "label", title or label(written), marks, is_note=kind in _NOTES, kind=kind)


def label_of(directive: Directive) -> str:
    """Return the Markdown that stands before the text of a part, "" without a title."""
    return bold(directive.title)
