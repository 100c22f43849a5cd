"""The markup that help centres add to Markdown, turned into plain Markdown or dropped: none of it becomes words.

Works on text whose code has been taken out and whose layout is settled; `directives` knows what stands on lines of its
own, `templates` what a program was to fill in, `mdx` the tags of MDX.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from kb_service.content.markdown.gaps import GAP, GAP_SHOWN, VARIABLE, Gaps
from kb_service.content.markdown.labels import bold, label
from kb_service.content.markdown.mdx import resolve_expressions
from kb_service.content.markdown.templates import joined, resolve_shortcodes, resolve_templates

# Private marks around the id of a heading; see `passages.html_blocks`. `source_text.clean` removes them from sources.
ANCHOR_START: Final = "\ue002"
ANCHOR_END: Final = "\ue003"
NOTE_KIND: Final = "kb:"  # between these two, before the kind of a note: no place has such a name

_ICON: Final = (
    r"(?:\{\{<\s*icon\b[^>]*>\}\}|\{%-?\s*octicon\b[^%]*%\}"
    r'|<i\b[^<>]*\bclass=["\'][^"\'<>]*["\'][^<>]*>\s*</i>)'
)
_ICON_IN_BRACKETS: Final = re.compile(rf"\([\s*]*{_ICON}[\s*]*\)")
_HTML_ICON: Final = re.compile(r'<i\b[^<>]*\bclass=["\']([^"\'<>]*)["\'][^<>]*>\s*</i>')
_ICON_MARKS: Final = (("check", "✓"), ("times", "✗"), ("close", "✗"))
_ICON_NAME: Final = re.compile(
    r"(?<![:/]):(?:material|fontawesome|octicons?|simple|icons?|fas|fab|far|mdi|bi|heroicons?|lucide|tabler)"
    r"-([\w-]{1,80}):(?!\w)(?:\{[^{}\n]{0,80}\})?"
)

_QUOTE_ALERT: Final = re.compile(
    r"^((?:[ \t]*>)+[ \t]*)\[!([A-Za-z]+)([^\[\]\n]{0,200})\][-+]?[ \t]*([^\n]*)$", re.MULTILINE
)
_PICTURED_NOTE: Final = re.compile(
    r"^((?:[ \t]*>)+[ \t]*)(?:📘|🚧|👍|❗|❗️|⚠️|💡|ℹ️|🛑|✅|📝|🔔)\uFE0F?[ \t]+(?:\*\*|#{1,6}[ \t]+)?"
    r"(\S[^\n]{0,198}?)(?:\*\*)?[ \t]*(?=\n[ \t>]*(?:\n|\Z))",
    re.MULTILINE,
)
_ADOBE: Final = re.compile(r"\[!(?:UICONTROL|DNL|GUILABEL|KBD)[ \t]+([^\[\]\n]{1,200})\]")
_BADGE: Final = re.compile(
    r"\[!(?:BADGE|VIDEO|SHADEBOX|END\w+|BEGIN\w+)\b[ \t]*([^\[\]\n]{0,200})\](?:\{[^{}\n]{0,200}\})?"
)
_TITLE: Final = re.compile(r"[^.!;]{1,80}[?!]?")

_TAB: Final = re.compile(r"\{tab\|([\w-]+)\}")
_MACRO: Final = re.compile(r"\{(?:start_tabs|end_tabs|all_tabs)\}")
_FILLED_MACRO: Final = re.compile(r"\{[a-z_]+\|[^{}\n]*\}")

_CRITIC: Final[tuple[tuple[str, re.Pattern[str], str], ...]] = (
    ("{>>", re.compile(r"\{>>.{0,2000}?<<\}", re.DOTALL), ""),
    ("{--", re.compile(r"\{--.{0,2000}?--\}", re.DOTALL), ""),
    ("{++", re.compile(r"\{\+\+(.{0,2000}?)\+\+\}", re.DOTALL), r"\1"),
    ("{~~", re.compile(r"\{~~.{0,2000}?~>(.{0,2000}?)~~\}", re.DOTALL), r"\1"),
    ("{==", re.compile(r"\{==(.{0,2000}?)==\}", re.DOTALL), r"\1"),
)
_HEADING_ID: Final = re.compile(
    r"^([ \t]*#{1,6}[ \t][^\n]{0,300}?)[ \t]{0,9}\{:?[ \t]*#([\w.-]+)[^{}\n]*\}[ \t]*#*[ \t]*$", re.MULTILINE
)
_HEADING_CLASS: Final = re.compile(
    r"^([ \t]*#{1,6}[ \t][^\n{}]{0,300}?)[ \t]{0,9}\{[.:%][^{}\n]*\}[ \t]*#*[ \t]*$", re.MULTILINE
)
_MYST_TARGET: Final = re.compile(r"^[ \t]*\([\w.:-]+\)=[ \t]*$", re.MULTILINE)
_MYST_ROLE: Final = re.compile(r"(?<!\w)\{(?:\w+:)?[a-z][\w-]{1,30}\}(?=\ue000)")
_HEADING_ANCHOR: Final = re.compile(
    r"^([ \t]*#{1,6}[ \t]+)<a\s+(?:name|id)=[\"']?([\w.-]+)[\"']?\s*/?>(?:\s*</a>)?", re.MULTILINE
)
_KRAMDOWN_TOC: Final = re.compile(r"^[ \t]*(?:[-*+]|\d+\.)[ \t][^\n]*\n[ \t]*\{:\s*toc[^{}\n]*\}", re.MULTILINE)
_SIZES: Final = re.compile(r"""\b(width|height)[ \t]*=[ \t]*["']?(\d{1,4})(?:px)?["']?(?![\w%])""")
_IMAGE_ATTRIBUTES: Final = re.compile(r"(!\[[^\[\]\n]{0,500}\]\([^()\n]{0,1000}\))[ \t]?\{:?([^{}\n]{0,300})\}")
_PAIR: Final = r"""(?:[#.][\w-]+|[\w@:-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s"'{}]+))"""
_ATTRIBUTES: Final = re.compile(
    rf"\{{:(?! (?:width|height)=)[^{{}}\n]*\}}|\{{[ \t]*[.#][\w-]+(?:[ \t]+{_PAIR}){{0,20}}[ \t]*\}}"
    rf"|(?<=[)\]\ue001*])\{{[ \t]*{_PAIR}(?:[ \t]+{_PAIR}){{0,20}}[ \t]*\}}"
)
_TOC: Final = re.compile(r"^[ \t]*\[{1,2}_?TOC_?\]{1,2}[ \t]*$", re.MULTILINE | re.IGNORECASE)
_BOLD: Final = re.compile(r"(?<![\\*])\*\*(?!\*)")
_BEGINS_ITEM: Final = re.compile(r"(\n(?:[ \t>]*\n|(?=[ \t>]*(?:[-*+]|\d+\.)[ \t])))")
_NOTE_TWICE: Final = re.compile(
    r"^([ \t>]*)(?:NOTE|TIP|WARN(?:ING)?|IMPORTANT|CAUTION|INFO|HINT|DANGER|ATTENTION):[ \t]+"
    r"(?=\*\*(?:note|tip|warn(?:ing)?|important|caution|info|hint|danger|attention)s?:?\*\*)",
    re.MULTILINE | re.IGNORECASE,
)
_JSX_COMMENT: Final = re.compile(r"\{/\*.{0,2000}?\*/\}", re.DOTALL)


def resolve(text: str, gaps: Gaps) -> str:
    """Return `text` as plain Markdown.

    >>> resolve("> {% if cloud %}A{% else %}B{% endif %} :x:", Gaps())
    '> A :x:'
    """
    text = _ICON_IN_BRACKETS.sub(lambda icon: icon[0] if "octicon" in icon[0] else "", text)
    text = _HTML_ICON.sub(_icon_mark, text)
    if "{" in text:
        text = resolve_shortcodes(text, gaps)
        for needle, pattern, instead in _BRACES:
            if needle in text:
                text = pattern.sub(instead, text)
        text = _FILLED_MACRO.sub(lambda macro: gaps.add(macro[0], VARIABLE), text)
        text = joined(resolve_expressions(resolve_templates(text, gaps), gaps))
    for needle, pattern, instead in _OTHERS:
        if needle in text:
            text = pattern.sub(instead, text)
    return _with_tight_bold(text) if " **" in text or "** " in text else text


def _with_tight_bold(text: str) -> str:
    """Return `text` with the blanks outside that bold words have at their inner edges.

    >>> _with_tight_bold("**Paid ** – choose** Pay**, **a** and **b**.")
    '**Paid** – choose **Pay**, **a** and **b**.'
    """
    return "".join(
        _tightened(piece) if " **" in piece or "** " in piece else piece for piece in _BEGINS_ITEM.split(text)
    )


def _tightened(paragraph: str) -> str:
    pieces = _BOLD.split(paragraph)
    if len(pieces) % 2 == 0:  # one without a partner: what is bold is not known
        return paragraph
    for number in range(1, len(pieces), 2):
        before, inside, after = pieces[number - 1 : number + 2]
        words = inside.strip(" \t")
        if words == inside or not words or "\n" in inside or "|" in inside:
            continue
        if inside[0] in " \t" and inside[-1] in " \t":  # "2 ** 3 ** 4", or what stands between two others
            continue
        pieces[number] = words
        if inside[0] in " \t" and before and not before[-1].isspace():
            pieces[number - 1] = before + " "
        elif inside[-1] in " \t" and after[:1].isalnum():
            pieces[number + 1] = " " + after
    return "**".join(pieces)


def plain(text: str) -> str:
    """Return a title without template code and code marks; where a variable stands in it, a gap is seen."""
    return " ".join(resolve_templates(text).replace("`", "").replace(GAP, GAP_SHOWN).split())


def note_mark(kind: str) -> str:
    """Return what carries the kind of a note behind its label; see callouts."""
    return f"{ANCHOR_START}{NOTE_KIND}{kind}{ANCHOR_END}"


def _alert(found: re.Match[str]) -> str:
    prefix, kind, rest, behind = found[1], found[2].lower(), found[3].strip(), found[4].strip()
    if kind in {"div", "begintabs", "endtabs", "endshadebox", "beginshadebox", "shadebox", "tabzone"}:
        return f"{prefix}{behind}"
    if kind == "tab":
        return f"{prefix}{bold(rest or behind)}"
    if kind == "video":
        return f"{prefix}<{rest}>" if rest.startswith("https://") else prefix
    mark = note_mark(kind)
    if rest.startswith(("(", "|")) or not rest:  # `[!faq|collapse]` and the like: Obsidian's metadata
        if not behind:
            return f"{prefix}**{label(kind)}:**{mark} "
        is_title = _TITLE.fullmatch(behind) and not behind.endswith((",", "**"))
        return f"{prefix}{bold(behind)}{mark} " if is_title else f"{prefix}**{label(kind)}:**{mark} {behind}"
    return f"{prefix}**{label(kind)}:**{mark} {rest} {behind}"


def _icon_mark(icon: re.Match[str]) -> str:
    return next((mark for name, mark in _ICON_MARKS if name in icon[1]), "")


def _sized(image: re.Match[str]) -> str:
    """Keep the attributes of an image that say how large it is: `attr_list` reads them."""
    sizes = " ".join(f"{name}={size}" for name, size in _SIZES.findall(image[2]))
    return f"{image[1]}{{: {sizes} }}" if sizes else image[1]


_Instead: TypeAlias = str | Callable[[re.Match[str]], str]
# Each behind what a text must hold to be searched.
_BRACES: Final[tuple[tuple[str, re.Pattern[str], _Instead], ...]] = (
    *_CRITIC,
    ("![", _IMAGE_ATTRIBUTES, _sized),
    ("{:", _KRAMDOWN_TOC, ""),
    ("#", _HEADING_ID, rf"\1 {ANCHOR_START}\2{ANCHOR_END}"),
    ("#", _HEADING_CLASS, r"\1"),
    ("{/*", _JSX_COMMENT, ""),
    ("{tab|", _TAB, lambda tab: f"**{tab[1].replace('-', ' ').capitalize()}:**"),
    ("_tabs}", _MACRO, ""),
    ("}\ue000", _MYST_ROLE, ""),
    ("}", _ATTRIBUTES, ""),
)
_OTHERS: Final[tuple[tuple[str, re.Pattern[str], _Instead], ...]] = (
    ("[!", _ADOBE, r"\1"),
    ("[!", _QUOTE_ALERT, _alert),
    ("[!", _BADGE, r"\1"),
    (">", _PICTURED_NOTE, lambda found: f"{found[1]}{bold(found[2])}"),
    ("[", _TOC, ""),
    (": **", _NOTE_TWICE, r"\1"),
    (")=", _MYST_TARGET, ""),
    ("<a", _HEADING_ANCHOR, rf"\1{ANCHOR_START}\2{ANCHOR_END}"),
    (":", _ICON_NAME, _icon_mark),
)
