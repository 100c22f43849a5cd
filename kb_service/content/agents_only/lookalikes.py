"""What looks like an agent-only mark: forms of markup around words that mean agents.

Nothing here says what a mark encloses. An article that shows one after its understood marks are gone is not public.
"""

from __future__ import annotations

import re
from typing import Final

from kb_service.content.agents_only.words import normalise, without_lookalikes

NOT_UNDERSTOOD: Final = (
    "looks like an agent-only mark but is not one: the article is kept for agents. Write `<supportagent>` … "
    "`</supportagent>`, or `:::agent` … `:::` on lines of their own; or reword it."
)
# Every word and name below has one of these: most texts have none, and need no search.
_STEMS: Final = (
    *("agent", "staff", "support", "internal", "private", "restricted", "confidential", "hidden"),
    *("employee", "operator", "moderator", "team only", "team-only", "team_only", "teamonly"),
    *("not public", "not-public", "not_public", "non public", "non-public", "nonpublic"),
)
_SEP: Final = r"[\s_.:-]{0,3}"
_NOTES: Final = r"(?:only|use|notes?|info|content|view|section|block)"
# Names that mean nothing but agents only: `agent-only`, `supportagent`, `for agents`, `internal use only`.
_NAME: Final = (
    rf"(?:for{_SEP}(?:support{_SEP})?(?:agents?|staff)|support[_.:-]{{0,3}}agents?"
    rf"|(?:agents?|staff|internal|support|employees?|team|operators?|moderators?){_SEP}(?:use{_SEP})?only|only{_SEP}"
    rf"(?:for{_SEP})?(?:agents?|staff))"
)
# Words that mean them where nothing else is meant: in markup that encloses.
_WORD: Final = (
    rf"(?:{_NAME}|support{_SEP}agents?|(?:agents?|staff|internal|private|confidential)(?:{_SEP}{_NOTES}){{0,2}}"
    r"|restricted|(?:not|non)[\s_-]?public)"
)
# What may stand before a word, or behind it, inside one form: `begin agent`, `if audience agent`, `agent start`.
_WITH: Final = (
    rf"(?:(?:end|begin|start|stop|open|close|only|for|show|hide|block|section|details|container|div|region|audiences?"
    rf"|visibility|is|to|if(?=[ \t]+audience))[\s:=/_-]{{1,4}}|end(?={_WORD})|[/#@:.]){{0,3}}"
)
_BEHIND: Final = r"(?:[\s:=/_-]{1,4}(?:begin|start|end|stop|here|part|text))?"
_INSIDE: Final = rf"[\s%~+!?=-]{{0,8}}{_WITH}{_WORD}{_BEHIND}[\s%~+!?=:-]{{0,8}}"
_AUDIENCE: Final = r"(?:data-)?(?:target[_-]?)?audiences?|(?<=data-)visibility"
_VALUE: Final = rf"[\s\"'\[{{(]{{0,4}}{_WITH}(?:{_WORD}|support|hidden)"
_RULE: Final = r"(?:={2,6}|\+{2,4}|~{2,4}|-{2,4}|<{2,3}|>{2,3})"
_LINE: Final = r"^[ \t>*_#|-]{0,20}"
_Form = tuple[tuple[str, ...], str]  # a pattern, and characters of which any text that it fits has some
# Forms of markup that enclose or announce a part: one word will do.
_ENCLOSING: Final[tuple[_Form, ...]] = (
    (
        ("::", ": :", ":\t:", ":\\:", ": \\:", ":\t\\:"),
        rf"(?<!:)(?<!:[ \t])(?:\\?:[ \t]?){{3,}}+[^\w\n]{{0,8}}{_WITH}(?:{_WORD}|hidden|support)(?![\w-])",
    ),  # `:::agent`
    (
        (":::",),
        rf"(?<!:):{{3,}}+[ \t]{{0,9}}[\w-]{{0,20}}[ \t]?\\?\{{[^}}\n]{{0,200}}\b{_WORD}(?![\w-])",
    ),  # `::: {{#x .agent}}`
    ((":",), rf":(?<![\w:]:):?{_WORD}[\[{{]|{_LINE}::[ \t]?{_WORD}[ \t]*$"),  # `:agent[text]`, `::agent`
    (
        ("!!!", "???", ".."),
        rf"{_LINE}(?:!!!|\?\?\?\+?|\.\.)[ \t]+(?:only::[ \t]*)?[\"']?{_WITH}{_WORD}(?![\w-])",
    ),  # `!!! agent`
    (("[!",), rf"\[!{_WORD}[\]+-]"),  # `[!AGENT]`
    (("{%",), rf"\{{%{_INSIDE}%\}}"),  # `{{% agent %}}`
    (
        ("{{", "{#", "{/*"),
        rf"\{{\{{[<%#/~>]{_INSIDE}[>%]?\}}\}}|\{{#{_INSIDE}#\}}|\{{/\*{_INSIDE}\*/\}}",
    ),  # shortcodes, comments
    (("<!--", "%%", "/*"), rf"<!--{_INSIDE}-->|%%{_INSIDE}%%|(?<![\w/])/\*{_INSIDE}\*/"),  # comments
    (("]:",), rf"^[ \t>]*\[[^\]\n]{{1,20}}\]:[ \t]*(?:#|<>|<#>|/)[ \t]*[(\"']{_INSIDE}[)\"']"),  # `[//]: # (agent)`
    (("</", "[/", "{/"), rf"</{_WORD}\s{{0,8}}>|\[/{_WORD}\]|\{{/{_WORD}\}}"),  # ends
    (
        ("==", "++", "~~", "--", "<<", ">>"),
        rf"{_LINE}{_RULE}[ \t]?{_WITH}{_WORD}[ \t]?{_RULE}?[ \t]*$",
    ),  # `== agent ==`
    (("@", "$"), rf"^[ \t]*[@$](?:{_NAME}|internal)[ \t]*$"),  # `@internal`, but `@staff` is somebody's name
    (("<?", "<%"), rf"<[?%][^<>\n]{{0,40}}\b{_WORD}\b[^<>\n]{{0,40}}[?%]>"),  # `<% agent %>`
    (("#",), rf"^[ \t]*(?:{_LINE[1:]})?#(?:if|region|begin|ifdef|only)[ \t]+{_WORD}\b"),  # `#region internal`
    (("{",), rf"\{{[ \t]?:?[ \t]?[.#](?:{_NAME}|agents?)\b"),  # `{{.agent}}`
)
# Forms that are written for other things too (`<agent>`, `[private]`): it takes a name that is nothing else.
_AMBIGUOUS: Final[tuple[_Form, ...]] = (
    (("supportagent",), rf"[<{{\[(]{{1,3}}[\s%~+!?-]{{0,8}}{_WITH}supportagents?(?![\w.-])"),
    (("<",), rf"<[\s/]{{0,3}}{_NAME}(?=[\s/>])"),
    (("[",), rf"\[[\s/]{{0,3}}{_NAME}\](?![(\[:])"),
    (("{",), rf"\{{{{1,2}}\s{{0,4}}[/#]?{_NAME}\s{{0,4}}\}}{{1,2}}"),
    (
        ("<",),
        rf"<[^<>\n]{{0,200}}\b(?:class(?:name)?|role|slot|type|kind)\s?=\s?[\"'{{]*(?:[^\"'<>\n]{{0,80}}\b(?:{_NAME})\b|agents?[\"'}}])",
    ),
)
# An audience that is named where nobody reads it: in tags and comments, and in lines like those of front matter.
_NAMED_AUDIENCE: Final[tuple[_Form, ...]] = (
    (("audience", "visibility"), rf"<(?:!--)?[^<>\n]{{0,200}}\b(?:{_AUDIENCE})\b[^<>\n]{{0,60}}?[=:\s\"']{_VALUE}\b"),
    (("audience",), rf"<meta\b[^<>\n]{{0,100}}\b{_WORD}\b[^<>\n]{{0,60}}\baudience\b"),
    (
        ("audience", "visibility"),
        rf"\{{[%{{#]?[^{{}}\n]{{0,100}}\b(?:{_AUDIENCE})\b[\s\"']{{0,4}}(?:[:=]{{1,3}}|is|eq){_VALUE}\b",
    ),
    (
        ("audience",),
        rf"^[\s\"'>#*/%;-]{{0,8}}audiences?[\s\"'*_]{{0,4}}[:=][*_]{{0,2}}{_VALUE}[\s\"'\],;*_}}-]{{0,6}}$",
    ),
    (("audience",), rf"^[ \t>]*\[[^\]\n]{{1,20}}\]:[ \t]*[#<][^\n]{{0,40}}\baudiences?[\s\"']{{0,4}}[:=]{_VALUE}\b"),
)
_FORMS: Final = tuple(
    (needles, re.compile(pattern, re.MULTILINE)) for needles, pattern in (*_ENCLOSING, *_AMBIGUOUS, *_NAMED_AUDIENCE)
)


def find_suspect(text: str) -> tuple[int, str] | None:
    """Return the line (from 0) and the text of the first thing that looks like a mark, None when nothing does.

    >>> find_suspect("| step | note |\\n| one | :::agent x ::: |")
    (1, ':::agent')
    >>> find_suspect("An agent can open a ticket for a customer.")
    """
    normal = without_lookalikes(normalise(text))
    if not any(stem in normal for stem in _STEMS):
        return None
    possible = (form for needles, form in _FORMS if any(needle in normal for needle in needles))
    found = min(filter(None, (form.search(normal) for form in possible)), key=_start, default=None)
    if not found:
        return None
    shown = found[0].strip()
    line = normal.count("\n", 0, found.start() + len(found[0]) - len(found[0].lstrip()))
    return line, shown if len(shown) <= 60 else shown[:60] + "…"


def _start(found: re.Match[str]) -> int:
    return found.start()
