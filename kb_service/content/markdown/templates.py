"""Templates that nobody filled in: Liquid, Jinja and Nunjucks tags, Hugo shortcodes, variables.

The text between tags stays, titles and captions in them too. Of the branches of a condition the first with text is
kept: they contradict each other. What the site's program would have filled in leaves a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from kb_service.content.markdown.gaps import BRANCHES, GAP_SHOWN, UNKNOWN_TAG, VARIABLE, Gaps
from kb_service.content.markdown.labels import bold, label, title_label
from kb_service.content.source_text import Cut, cut

# An attribute of a tag, shortcode or directive: `key="a b"`, `key='a b'`, `key=a`.
ATTRIBUTE: Final = re.compile(r"""([\w-]+)\s*[=:]\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_QUOTED: Final = re.compile(r""""([^"]*)"|'([^']*)'|`([^`]*)`""")

# Names of tags and shortcodes, in lower case, without "-" and "_".
_NOTES: Final = frozenset(
    "admonition alert attention callout caution danger error hint important info note notice success tip "
    "warning".split()
)
_DETAILS: Final = frozenset(
    "accordion accordionitem collapse collapsible details expand expandable spoiler toggle".split()
)
_TITLED: Final = frozenset("tab tabitem tabpanel step card linkedheadline heading cardpane".split())
_LINKS: Final = frozenset("ref relref link posturl doclink pageref url asset staticurl permalink".split())
_SILENT_NAMES: Final = frozenset(
    "anchor assign audio badge blank br button clear cycle columns column embed feed file figure fa "
    "faicon gist highlight icon image img increment decrement layout lead liquid list macro noop octicon "
    "pagenavigation paginate partialcached raw rawhtml seo set spacer swagger tabs tabpane tweet video "
    "vimeo youtube toc tableofcontents unless verbatim image_tag extends extrahead import from block "
    "endblock load csrftoken with steps cards stepper contentref code rowheaders".split()
)
_HEADINGS: Final = re.compile(r".*(?:headline|heading|(?P<below>function|method))$")
_BANNER: Final = re.compile(r".*(?:notice|banner|disclaimer|badge|callout|cta)$")  # said on many pages alike
_VALUE_KEYS: Final = frozenset("version value since date price amount number".split())
_TITLE_KEYS: Final = ("title", "header", "heading", "label", "summary", "name", "caption")
_WORD_KEYS: Final = ("title", "header", "heading", "label", "summary", "caption", "text", "content", "message", "body")
_KIND_KEYS: Final = ("type", "style", "kind", "level", "color", "variant")

# Shortcodes

_ESCAPED: Final = re.compile(r"\{\{([<%])/\*\s*([^{}\n]{0,200}?)\s*\*/([>%])\}\}")
_SHORTCODE: Final = re.compile(
    r"\{\{([<%])\s*(/?)\s*([\w./-]*)((?:[^{}\"`]|\"[^\"\n]*\"|`[^`\n]*`){0,400}?)(/?)\s*[>%]\}\}"
)
_IN_LINK: Final = re.compile(
    r"""(?:\]\(<?|\b(?:href|src)=["']?|^[ \t]*\[[^\]\n]*\]:[ \t]*<?)[^\s()<>"']*$""", re.MULTILINE
)
_LINK_REACH: Final = 300
JOINED: Final = "\x01"  # behind a label that begins the paragraph which follows; no source text has it
_JOIN: Final = re.compile(r" ?\x01\s*(?=[^\W\d_]|[\"'“(\[<`*\ue000])(?!\*[ \t])|\x01")


def resolve_shortcodes(text: str, gaps: Gaps) -> str:
    """Return `text` with Hugo's shortcodes as words.

    >>> resolve_shortcodes('{{< hint warning >}}Pay.{{< /hint >}}', Gaps())
    '**Warning:** \\x01Pay.'
    """
    if "{{<" not in text and "{{%" not in text:
        return text
    text = _ESCAPED.sub(r"<code>{&#123;\1 \2 \3&#125;}</code>", text)  # written so as to be read
    closed = {found[3] for found in _SHORTCODE.finditer(text) if found[2]}
    return _SHORTCODE.sub(lambda code: _shortcode(code, text, closed, gaps), text)


def _shortcode(code: re.Match[str], text: str, closed: set[str], gaps: Gaps) -> str:
    name, rest = squeeze(code[3]), code[4]
    if code[2]:
        return "</details>" if name in _DETAILS else ""
    values = attributes(rest)
    quoted = [one or two or three for one, two, three in _QUOTED.findall(ATTRIBUTE.sub("", rest))]
    if name in _LINKS:
        target = values.get("page") or values.get("path") or (quoted or rest.split() or [""])[0]
        if in_link(text, code.start()):
            return target
        return f"[{target}]({target})" if name == "pageref" and target else ""
    if name in _NOTES:
        bare = ATTRIBUTE.sub("", _QUOTED.sub("", rest)).split()
        kind = next((values[key] for key in _KIND_KEYS if key in values), bare[0] if bare else name)
        title = next((values[key] for key in _TITLE_KEYS if key in values), quoted[-1] if quoted else "")
        if not title and kind == name in {"admonition", "alert", "callout", "hint", "notice"}:
            return ""
        if (quoted and not title.strip(" ")) or title.lower() in _NOTES:
            title, kind = "", title or kind
        return _note(title, kind, text, code.end())
    words = next((values[key] for key in _TITLE_KEYS if values.get(key)), quoted[0] if quoted else "")
    if name in _DETAILS:
        return f"<details><summary>{words}</summary>\n" if words else ""
    if words and code[3] not in closed and (heading := _HEADINGS.fullmatch(name)) and stands_alone(text, code):
        return f"\n\n{'###' if heading['below'] else '##'} {words}\n\n"
    if name in _TITLED:
        return title_label(words)
    if name == "figure":
        src, alt = values.get("src", ""), values.get("alt") or values.get("title", "")
        caption = values.get("caption", "")
        return f"![{alt}]({src})" + (f"  \n{caption}" if caption else "") if src else caption
    if name in _SILENT_NAMES:
        return ""
    words = next((values[key] for key in _WORD_KEYS if values.get(key)), "")
    words = words or next((one for one in (*quoted, values.get("name", "")) if _is_title(one)), "")
    if code[3] in closed:
        return title_label(words)
    if not words and len(values) == 1 and (values.keys() & _VALUE_KEYS or name in values):
        words = next(iter(values.values()))
    if not rest.strip() and _BANNER.fullmatch(name):
        return ""
    return words or ("" if in_link(text, code.start()) else gaps.add(code[0], UNKNOWN_TAG))


def stands_alone(text: str, found: re.Match[str]) -> bool:
    """Return whether what was found has a line of the text for itself, at the margin."""
    return text[found.start() - 1 : found.start()] in ("", "\n") and text[found.end() : found.end() + 1] in ("", "\n")


def _is_title(text: str) -> bool:
    return " " in text.strip() or text[:1].isupper()


def joined(text: str) -> str:
    """Return `text` with labels on one line with the paragraph that follows, where one does."""
    return _JOIN.sub(lambda found: " " if len(found[0]) > 1 else "", text) if JOINED in text else text


def attributes(rest: str) -> dict[str, str]:
    """Return the attributes of a tag by name in lower case: `type="a b" x=1` is {"type": "a b", "x": "1"}."""
    return {key.lower(): one or two or three for key, one, two, three in ATTRIBUTE.findall(rest)}


def squeeze(name: str) -> str:
    """Return a name in lower case without "-" and "_": `tab-item` and `TabItem` are one."""
    return name.lower().replace("-", "").replace("_", "")


def in_link(text: str, place: int) -> bool:
    """Return whether the place in Markdown is in the target of a link or image: what is written there is not read."""
    return _IN_LINK.search(text[max(0, place - _LINK_REACH) : place]) is not None


def _note(title: str, kind: str, text: str, end: int) -> str:
    """Return the label of a note, none where its text begins with one of its own; it joins the text that follows."""
    following = text[end : end + 60].lstrip()
    return "" if following.startswith(("**", "#")) and not title else f"{bold(title or label(kind))} {JOINED}"


# Liquid and its kin

_TAG: Final = re.compile(r"\{%[-~+]?\s*(?P<name>[\w.-]*)(?P<rest>(?:[^%]|%(?!\})){0,800}?)[-~+]?%\}")
_VARIABLE: Final = re.compile(r"\{\{\{?[^{}\n]{0,400}\}?\}\}")
_LITERAL: Final = re.compile(r"""\{\{-?\s*(?:"([^"{}]*)"|'([^'{}]*)')\s*(?:\|[^{}]*)?-?\}\}""")
_SET: Final = re.compile(r"\{%-?\s*set\s+(\w+)")
_RAW: Final = re.compile(r"\{%-?\s*(?:raw|verbatim)\b")
_NAME: Final = re.compile(r"(?<![$\\{])\{\{-?\s*([A-Za-z_]\w*)(?:\.\w+|\[[^\[\]{}\n]{1,40}\])*\s*-?\}\}")
_PROSE: Final = re.compile(r"\{\{\s*[A-Za-z]+(?: [A-Za-z]+)+\s*\}\}")  # "{{variable name}}": no program reads that
_ICON_LABEL: Final = re.compile(r'aria-label="([^"]*)"')
_BRANCHES: Final = frozenset({"if", "unless", "case", "ifversion"})
_ALTERNATIVES: Final = frozenset({"else", "elsif", "elseif", "elif", "when"})
_LOOPS: Final = frozenset({"for", "tablerow"})
_SILENT: Final = frozenset({"capture", "comment", "macro"}) | _LOOPS
_PLATFORMS: Final = {"mac": "Mac", "windows": "Windows", "linux": "Linux"}
_FILLED_IN: Final = frozenset(
    "data include includerelative includecached includemarkdown render insert partial snippet".split()
)


class _Open(NamedTuple):
    """A block tag whose end has not come, by the numbers of tags.

    They are its own, the one that begins the branch to keep (the first with text), and the one that ends that branch
    (-1: not yet).
    """

    name: str
    own: int
    branch: int
    branch_end: int = -1


def resolve_templates(text: str, gaps: Gaps | None = None) -> str:
    """Return `text` without Liquid tags and variables.

    >>> resolve_templates("{% if cloud %}A{% else %}B{% endif %} costs {{ price }}")
    'A costs \\\\[…\\\\]'
    """
    gaps = gaps or Gaps()
    if "{%" in text:
        tags = list(_TAG.finditer(text))
        ends = {squeeze(tag["name"][3:]) for tag in tags if tag["name"].startswith("end")}
        cuts = [Cut(tag.start(), tag.end(), _instead(text, tag, ends, gaps)) for tag in tags]
        text = cut(text, _merged([*cuts, *_dropped_parts(text, tags, gaps)]))
    if "{{" not in text:
        return text
    text = _LITERAL.sub(lambda found: found[1] or found[2] or "", text)
    return _VARIABLE.sub(lambda found: _variable(found, text, gaps), text)


def resolve_in_code(pieces: list[str], text: str, gaps: Gaps) -> None:
    """Put gaps into pieces of code for the variables that the text around them sets or shows as well.

    Then a program fills them in everywhere; variables of code that only shows them stay.
    """
    if ("{{" not in text and "{%" not in text) or _RAW.search(text):
        return
    names = {*_SET.findall(text), *(found[1] for found in _NAME.finditer(text))}
    if not names:
        return

    def fill(found: re.Match[str]) -> str:
        if found[1] not in names:
            return found[0]
        gaps.add(found[0], VARIABLE)
        return GAP_SHOWN

    pieces[:] = [_NAME.sub(fill, piece) if "{{" in piece else piece for piece in pieces]


def _variable(found: re.Match[str], text: str, gaps: Gaps) -> str:
    if _PROSE.fullmatch(found[0]):
        return found[0]
    inside = found[0].strip("{}- \t")
    if not inside or inside[0] in "#/!":  # a block or comment of Handlebars
        return ""
    if in_link(text, found.start()):
        return ""
    return gaps.add(found[0], VARIABLE)


def _dropped_parts(text: str, tags: list[re.Match[str]], gaps: Gaps) -> Iterator[Cut]:
    """Yield what no reader should see: loops and all branches but one."""
    stack: list[_Open] = []
    for number, tag in enumerate(tags):
        name = tag["name"]
        if name in _BRANCHES or name in _SILENT:
            stack.append(_Open(name, number, number))
        elif name in _ALTERNATIVES and stack and stack[-1].branch_end < 0:
            block = stack.pop()
            has_text = text[tags[block.branch].end() : tag.start()].strip()
            stack.append(block._replace(branch_end=number) if has_text else block._replace(branch=number))
        elif name.startswith("end") and any(block.name == name[3:] for block in stack):
            while (block := stack.pop()).name != name[3:]:
                pass
            first = block.own if name[3:] in _SILENT else block.branch_end
            if first < 0:
                continue
            start, end = tags[first].start(), tag.end()
            shown = text[tags[first].end() : tag.start()].strip() if name[3:] in _LOOPS else ""
            if shown:
                yield Cut(start, end, gaps.add(tags[first][0], UNKNOWN_TAG))
            else:
                if block.name in _BRANCHES and text[tags[first].end() : tag.start()].strip():
                    gaps.add(tags[block.own][0], BRANCHES)
                yield Cut(start, end)


def _merged(cuts: list[Cut]) -> list[Cut]:
    """Return cuts in order without those that lie inside another."""
    merged: list[Cut] = []
    for one in sorted(cuts, key=lambda one: (one.start, -one.end)):
        if not merged or one.start >= merged[-1].end:
            merged.append(one)
    return merged


def _instead(text: str, tag: re.Match[str], ends: set[str], gaps: Gaps) -> str:
    """Return what stands for a tag: its title or kind, a platform's or icon's name, a gap where text is missing."""
    name, rest = squeeze(tag["name"]), tag["rest"]
    if name in _PLATFORMS:
        return f"**{_PLATFORMS[name]}:** "
    if name == "octicon":
        return _icon(text, tag)
    if name.startswith("end"):
        return "</details>" if name[3:] in _DETAILS else ""
    if name in _LINKS:
        return rest.strip().strip("\"'") if in_link(text, tag.start()) else ""
    values = attributes(rest)
    if name in _NOTES:
        kind = next((values[key] for key in _KIND_KEYS if key in values), "")
        kind = kind or (name if name not in {"admonition", "alert", "callout", "hint"} else "")
        title = values.get("title", "")
        return _note(title, kind, text, tag.end()) if title or kind else ""
    title = next((values[key] for key in _TITLE_KEYS if values.get(key)), "")
    if name in _DETAILS and name in ends:
        return f"<details><summary>{title}</summary>\n" if title else ""
    if name == "tab":  # GitBook has a title, Jekyll the name of the group before that of the tab
        return title_label(title or rest.strip().partition(" ")[2].strip("\"' "))
    if name == "embed" and "url" in values:
        return f"<{values['url']}>"
    if name in _FILLED_IN:
        words = " ".join(values[key] for key in _WORD_KEYS if values.get(key))
        return words or ("" if in_link(text, tag.start()) else gaps.add(tag[0], UNKNOWN_TAG))
    return title_label(title) if name in _TITLED or name == "code" else ""


def _icon(text: str, tag: re.Match[str]) -> str:
    """Return an icon's name where no word follows that says the same."""
    icon = _ICON_LABEL.search(tag["rest"])
    before, after = text[: tag.start()][-5:], text[tag.end() :][:4].lstrip()
    if not icon or before.endswith("**") or after.startswith("**"):
        return ""
    name = icon[1].removeprefix("The ")
    return name if name == icon[1] or before.rstrip().endswith("the") else f"the {name}"
