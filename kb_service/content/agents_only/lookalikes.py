"""What looks like an agent-only mark: forms of markup around words that mean agents, or nearly.

Nothing here says what a mark encloses. An article that shows one after its understood marks are gone is not public.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from kb_service.content.agents_only.words import Near, agent_name, normalise, words_of

NOT_UNDERSTOOD: Final = (
    "looks like an agent-only mark but is not one: the article is kept for agents. Write `<supportagent>` … "
    "`</supportagent>`, or `:::agent` … `:::` on lines of their own; or reword it."
)

# What the words of a form say

# They may stand around a word that means agents: `begin agent`, `note: agents only`, `if audience == "agent"`.
_FILLERS: Final = frozenset(
    "begin end start stop open close only for show hide block section detail details container div region audience "
    "audiences visibility is to if ifdef note notes tip info warning important caution danger hint callout admonition "
    "box use content view part here text our the of eyes data target tag style type notice".split()
)
_VAGUE: Final = frozenset({"support", "hidden"})  # they mean agents where an audience or a part is named alone
_AUDIENCE: Final = Near(["audience", "audiences", "visibility"])
# Words of attributes, keys and conditions that say for whom, or when, something is shown.
_ABOUT_READERS: Final = re.compile(
    r"audien|visib|access|viewer|reader|permi|\broles?\b|group|segment|scope|restrict|^(?:show|hide|only|when|if|for|to)"
    r"|[-:](?:show|hide|if|when|for|role)|^ng|condition|target"
)
_KINDS: Final = frozenset("type kind slot variant theme tag badge status level flavor category id".split())
_TITLES: Final = frozenset("title label summary header heading caption name".split())
_CONDITION: Final = re.compile(
    r"[\s~#^+-]*(?:if|unless|elsif|elseif|elif|else if|when|case|show|hide|only|for|with|ifversion)\w*\b|[\s~]*[#^]"
)
_NOT_PUBLIC: Final = re.compile(r"(?:\bunless|\bnot|!)\s*[\w.]*(?:public|customer|external)")
# What a heading or a label of a part says where it can only mean that the part is for agents.
_ONLY: Final = frozenset("only for use eyes nur fur solo solamente para uniquement reserve usage uso gebrauch".split())
_IN_LABELS: Final = _ONLY | frozenset(
    "note notes the our den dem aux a and und et y support team desk customer".split()
)
_WHO: Final = frozenset(
    "agent agents staff internal confidential supportagent supportagents employees internen mitarbeiter agenten intern "
    "interne interno interna agentes".split()
)
_ALONE: Final = frozenset("internal confidential intern interne interno internalonly internaluseonly".split())
_NOT_FOR: Final = re.compile(
    r"\b(?:not|nicht|no|pas|never)\b(?: be)? ?\b(?:for|fur|para|pour|shar\w+|show\w*|visible|publish\w*|send|forward)\b"
    r"[\w ]{0,20}\b(?:customers?|public|clients?|kunden|clientes)$"
)


@lru_cache(1 << 12)
def announces(text: str) -> bool:
    """Return whether a normalised text says "for agents" and nothing else.

    >>> announces("note: internal"), announces("if audience == agnet"), announces("internal links")
    (True, True, False)
    """
    words = words_of(text)
    if not words or len(words) > 8:
        return False
    rest = [word for word in words if word not in _FILLERS]
    name = agent_name("".join(rest)) if rest else ""
    if not name and rest and all(map(agent_name, rest)):
        name = rest[0]
    name = name or agent_name("".join(words))
    return bool(name) and (name not in _VAGUE or len(words) == 1)


@lru_cache(1 << 12)
def labels(text: str) -> bool:
    """Return whether a normalised heading, title or label keeps what it heads for agents.

    >>> labels("for support agents only"), labels("internal"), labels("agents"), labels("agents and seats")
    (True, True, False, False)
    """
    words = words_of(text)
    if not words or len(words) > 8:
        return False
    if _NOT_FOR.search(" ".join(words)) or "".join(words) in _ALONE:
        return True
    who = [word for word in words if word in _WHO]
    around = [word for word in words if word in _IN_LABELS]
    is_all = len(who) + len(around) == len(words)
    return (
        is_all
        and bool(who or ("support" in words and not {"team", "desk", "only"}.isdisjoint(words)))
        and (not _ONLY.isdisjoint(words) or bool(who and {"note", "notes"}.intersection(words)))
    )


def _is_name(text: str) -> bool:
    return " only" in agent_name(text)


def _mentions(text: str) -> bool:
    """Return whether an expression or list of values has a word that means agents."""
    return any(
        agent_name(part) and agent_name(part) not in _VAGUE
        for word in words_of(text)
        for part in {word, *word.split(".")}
    )


def _opens(head: str) -> bool:
    """Return whether the head of a part names agents: `agent`, `agnet x`, `note agent`, `{#x .agent}`."""
    head, closed, _ = head.partition(":::")
    words = words_of(head)
    if closed and len(words) > 1 and words[0] in _FILLERS:  # `::: details agent x :::`
        words = words[1:]
    braced = re.search(r"\{([^{}]*)", head)
    if not words:
        return False
    if agent_name(words[0]) or announces(head) or labels(head.partition(" ")[2]):
        return True
    return braced is not None and _mentions(braced[1])


def _opens_or_titles(head: str) -> bool:
    title = head.partition('"')[2] or head.partition("'")[2]
    return _opens(head) or labels(title)


def _template(inside: str) -> bool:
    if announces(inside):
        return True
    return (
        _CONDITION.match(inside) is not None
        and (_mentions(inside) or ("support" in inside and _ABOUT_READERS.search(inside) is not None))
    ) or _NOT_PUBLIC.search(inside) is not None


def _braces(inside: str) -> bool:
    """Judge what stands in `{{ }}`: a shortcode, a block or comment of Handlebars, a condition, or a mere value."""
    if inside[:1] in "<%#/!^~>" or _CONDITION.match(inside):
        return _template(inside.strip("<%/!~> \t\n"))
    return _is_name(inside)


def _classes(inside: str) -> bool:
    return any(agent_name(name) and agent_name(name) not in _VAGUE for name in re.findall(r"\.([\w-]+)", inside))


def _is_audience(key: str, value: str) -> bool:
    """Judge a line such as `audience: agent`; `visibility: hidden` is a style."""
    words = words_of(value)
    is_agents = bool(words) and (all(map(agent_name, words)) or announces(value))
    return is_agents and (key[0] != "v" or _mentions(value)) and bool(_AUDIENCE.word(key))


# Tags

_TAG: Final = re.compile(r"<(/?[a-z][^<>]{2,2000}|[\s/]{1,3}[\w.:-]{4,40}\s{0,8})(?=>)")
_TAG_NAME: Final = re.compile(r"[\s/]*([\w:.-]+)")
_ATTRIBUTE: Final = re.compile(
    r"""(?<=[\s"'}/])([a-z:@*#(\[][\w:@.*#()\[\]-]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|(\{(?:[^{}]|\{[^{}]*\})*\}?)"""
    r"""|([^\s"'{>][^\s"'>]*)))?"""
)


@lru_cache(1 << 12)
def _is_agent_tag(tag: str) -> bool:
    """Judge a normalised tag without its brackets."""
    found = _TAG_NAME.match(tag)
    if not found:
        return False
    name = found[1].rpartition(":")[2].rstrip(".-")
    if " only" in agent_name(name) or (tag.lstrip()[0] == "/" and agent_name(name) not in {"", *_VAGUE}):
        return True
    attributes = {key: one or two or three or four for key, one, two, three, four in _ATTRIBUTE.findall(tag)}
    named = {key for key, value in attributes.items() if not value}
    if name == "meta":
        values = list(attributes.values())
        return any(_AUDIENCE.word(one) for one in (*values, *named)) and any(map(_mentions, values))
    return any(_is_agent_attribute(name, key, value) for key, value in attributes.items())


def _is_agent_attribute(tag: str, key: str, value: str) -> bool:
    key = key.lstrip(":@*#([").removeprefix("v-bind:").rstrip(")]")
    if agent_name(key) not in {"", *_VAGUE, "private"} and value.strip("{}\"' ") not in {"false", "no", "0"}:
        return True
    if not value:
        return False
    if key in {"class", "classname"}:
        words = re.findall(r"[\w-]+", value)
        return tag != "a" and "reference" not in words and any(agent_name(one) not in {"", *_VAGUE} for one in words)
    if key in _KINDS:
        return agent_name(value.strip("{}\"' ")) not in {"", *_VAGUE, "private", "restricted"}
    if key in _TITLES:
        return labels(value)
    return _ABOUT_READERS.search(key) is not None and not (tag == "label" and key == "for") and _mentions(value)


# Forms


class _Form(NamedTuple):
    """Markup that encloses or announces a part: `inside` of it is judged. A text with it has one of the needles.

    What depends on a condition counts outside of code alone.
    """

    needles: tuple[str, ...]
    pattern: re.Pattern[str]
    judge: Callable[[str], bool]
    condition: bool = False


def _form(needles: str, pattern: str, judge: Callable[[str], bool], *, condition: bool = False) -> _Form:
    return _Form(tuple(needles.split(" ")), re.compile(pattern, re.MULTILINE), judge, condition)


_LINE: Final = r"^(?:[ \t>*_#|:+-]|\d+[.)][ \t]|\[[ x]\][ \t]|\[\^[^\]\n]{1,20}\]:){0,20}"
_RULE: Final = r"(?:={2,6}|\+{2,4}|~{2,4}|-{2,4}|<{2,3}|>{2,3})"
_FORMS: Final = (
    _form(
        "::: ;;; :\\: ::\\: :: :;",
        r"(?<![:;])(?:\\?[:;][ \t]?){3,}+(?P<inside>[^\n]{2,200})",
        _opens,
    ),
    _Form(
        (": :", ":\t:", ": \\:", ":\t\\:"),
        re.compile(r"(?<![:;])(?<![:;][ \t])(?:\\?[:;][ \t]?){3,}+(?P<inside>[^\n]{2,200})"),
        _opens,
    ),
    _form(":", r":(?<![\w:]:):?(?P<inside>[\w-]{4,20})(?:[\[{]|[ \t]*$)", announces),
    _form(
        "!!! ??? ..",
        rf"{_LINE}(?:!!!|\?\?\?\+?|\.\.)[ \t]*(?:only::[ \t]*)?(?P<inside>[^\n]{{4,200}})",
        _opens_or_titles,
    ),
    _form("/// %%% @@@ ;;; $$$", r"^[ \t>]*(?:/{3,}|%{3,}|@{3,}|\${3,})[ \t]*(?P<inside>[^\n]{4,80})$", _opens),
    _form("``` ~~~", r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*(?P<inside>[^\n`~]{4,40})$", announces),
    _form(
        "::",
        r"^[ \t]*(?:<!--[ \t]*)?(?:ifdef|ifeval|tag|end|only)::(?P<inside>[\w-]{4,30})\[|\{::?/?(?P<too>[\w-]{4,20})\}",
        announces,
    ),
    _form("#+ @end", r"^[ \t]*(?:#\+begin_|@end)(?P<inside>[\w-]{4,30})", announces),
    _form("[", r"^[ \t]*\[(?P<inside>[\w -]{4,30})\][ \t]*$", announces, condition=True),
    _form(
        "// @ ( [ == #",
        r"^[ \t>]*(?://+|@|\(\(?|\[|==|#(?=[\w-]+only\b))[ \t]*(?P<inside>[\w -]{4,30}?)[ \t]*(?::|\)\)|(?<=only) )",
        announces,
        condition=True,
    ),
    _form("[!", r"\[!(?P<inside>[^\]\n]{4,40})\]", announces),
    _form("[!", r"\[![^\]\n]{2,40}\][+-]?[ \t]+(?P<inside>[^\n]{4,60})$", labels),
    _form("{%", r"\{%(?P<inside>(?:[^%]|%(?!\})){2,400})%\}", announces),
    _form("{%", r"\{%(?P<inside>(?:[^%]|%(?!\})){2,400})%\}", _template, condition=True),
    _form("{{", r"\{\{(?P<inside>[^{}]{3,400})\}\}", _braces, condition=True),
    _form("{{ {#", r"\{\{[{<%#/~>!^-]*(?P<inside>[^{}\n]{3,80})\}\}|\{#(?P<too>[^{}\n]{3,80})#\}", announces),
    _form(
        "<!- %% /*",
        r"<!-+(?P<inside>.{3,80}?)-+>|%%(?P<too>.{3,80}?)%%|(?<![\w/])/\*(?P<three>.{3,80}?)\*/",
        announces,
    ),
    _form("]:", r"\[[^\]\n]{1,20}\]:[ \t]*(?:#|<>|<#>|/)[ \t]*[(\"'](?P<inside>[^\n)\"']{3,80})[)\"']", announces),
    _form("[/ {/", r"[\[{]/(?P<inside>[\w .:-]{4,30})[\]}]", announces),
    _form(
        "== ++ ~~ -- << >>",
        rf"^[ \t>*_#|]{{0,20}}{_RULE}[ \t]?(?P<inside>[\w .:-]{{4,40}}?)[ \t]?{_RULE}?[ \t]*$",
        announces,
    ),
    _form(
        "@ $", r"^[ \t]*[@$](?P<inside>internal|[\w-]{6,30})[ \t]*$", lambda name: name == "internal" or _is_name(name)
    ),
    _form("<#", r"<#(?P<inside>[^<>]{4,100})>", _template),
    _form("<? <%", r"<[?%](?P<inside>[^<>]{3,200})[?%]>", _mentions),
    _form("#if #reg #beg #only", r"(?<![\w#])#(?:if|region|begin|ifdef|only)[ \t]+(?P<inside>[^\n]{4,60})", _mentions),
    _form("{", r"\{[ \t]?:?[ \t]?(?P<inside>[#.][^{}\n]{3,100})\}", _classes),
    _form("[", r"\[[\s/]{0,3}(?P<inside>[^\W_][\w .:-]{3,40})\](?![(\[:])", _is_name),
    _form("(", r"\([\s/]{0,3}(?P<inside>support[\w -]{4,12})\)", _is_name),
    _form("{", r"\{{1,2}\s{0,4}[/#]?(?P<inside>[^\W_][\w .:-]{3,40}?)\s{0,4}\}{1,2}", _is_name),
    _form("&& ? ||", r"\{(?P<inside>[^{}\n]{4,120}?)(?:&&|\?|\|\|)", _mentions, condition=True),
)
_NAMED: Final = (
    re.compile(
        r"""^[\s"'>#*/%;-]{0,8}(?P<key>[^\W\d_]{7,11})[\s"'*_]{0,4}[:=;]{1,2}[*_]{0,2}(?P<value>[^\n:]{4,40})$""",
        re.MULTILINE,
    ),
    re.compile(
        r"^\|?[ \t]*(?P<key>audience|visibility)[ \t]*\|?[ \t]*\n[ \t|:-]+\n\|?[ \t]*(?P<value>[^|\n]+)", re.MULTILINE
    ),
    re.compile(
        r"""(?:<!--|\{[%{#]?|\]:[ \t]*[#<])[^{}\n]{0,100}?(?P<key>\b(?:audiences?|visibility))["']?\s*"""
        r"""(?:[:=]{1,3}|is|eq)(?P<value>[^\n,})>-]{4,40})"""
    ),
)
# What stands at the beginning of a block and heads it, in brackets or before a colon or the end of the line or cell.
_LABEL: Final = re.compile(
    r"^[^\w\n|]{0,20}[(\[](?P<bracketed>[\w' -]{4,40})[)\]](?![(\[:])"
    r"|^#[^\n]*[(\[](?P<last>[\w' -]{4,40})[)\]][ \t#]*$"
    r"|(?:^|\|)[^\w\n|]{0,20}(?:\d+[.)][ \t]+)?(?:@tab[ \t]+)?[^\w\n|]{0,6}(?P<label>[^\W\d_][\w'() -]{4,60}?)"
    r"[ \t]*[\"'*_)\]]{0,4}[ \t]*(?::(?P<colon>[*_]*[ \t]+\w)?|\||[.!]?[\"'*_)\]#]{0,4}[ \t]*$|\.[*_]{1,3}|-[ \t])",
    re.MULTILINE,
)
_LABEL_NEEDLES: Final = tuple(
    "agent;staff;internal;intern:;interne;confidential;support team;employees;mitarbeiter;nur intern;uso intern;"
    "not for;not share;not show;nicht fur".split(";")
)
_LABEL_WORD: Final = re.compile("|".join(_LABEL_NEEDLES))
_OTHER_LABEL: Final = re.compile(r"^\W{0,20}(?:\d+\W{1,4})?(?:external|public|extern)\b\W{0,4}:", re.MULTILINE)
_LABEL_REACH: Final = 200
_TITLE: Final = re.compile(
    r"^\W{0,4}(?P<state>draft|wip|work in progress|unpublished|do not publish)\W{0,3}[:\])]"
    r"|[(\[](?P<inside>[\w' -]{4,40})[)\]]|^\W{0,4}(?P<label>[^\W\d_][\w' -]{4,40}?)[ ]?(?::| - )"
    r"|\b(?P<end>for (?:support )?(?:agents|staff)(?: only)?|for internal use(?: only)?)\W*$"
)


def is_agents_title(title: str) -> bool:
    """Return whether the title of an article says that it is for agents, or a draft.

    >>> [is_agents_title(title) for title in ("INTERNAL: Refunds", "Refunds (agents only)", "Draft invoices")]
    [True, True, False]
    """
    return any(
        found["state"]
        or found["end"]
        or announces(found["inside"] or "")
        or labels(found["label"] or found["inside"] or "")
        for found in _TITLE.finditer(normalise(title))
    )


_WORD_IN_MARK: Final = re.compile(r"[^\W_](?:[\w-]*[^\W_])?")
_MOST_SHOWN: Final = 8


def find_suspect(text: str, *, prose: str | None = None) -> tuple[int, str] | None:
    """Return the line (from 0) and the text of the first thing that looks like a mark, None when nothing does.

    `prose` is the text without its code, where that is known: conditions are looked for in nothing else.

    >>> find_suspect("| step | note |\\n| one | :::agent x ::: |")
    (1, ':::agent')
    >>> find_suspect("An agent can open a ticket for a customer.")
    """
    normal = normalise(text)
    found = min(_suspects(normal, normal if prose is text else prose and normalise(prose)), default=None)
    if not found:
        return None
    start, written = found
    shown = " ".join(written.split())
    word = next((word for word in _WORD_IN_MARK.finditer(shown) if agent_name(word[0])), None)
    line = normal.count("\n", 0, start + len(written) - len(written.lstrip()))
    return line, shown[: word.end() if word else _MOST_SHOWN]  # not what it may enclose


def _labels_in(normal: str) -> Iterator[tuple[int, str]]:
    end = 0
    for word in _LABEL_WORD.finditer(normal):
        if word.start() < end:
            continue
        start = max(normal.rfind("\n", 0, word.start()) + 1, word.start() - _LABEL_REACH)
        end = normal.find("\n", word.end())
        end = len(normal) if end < 0 else end
        for found in _LABEL.finditer(normal[start : min(end, word.end() + _LABEL_REACH)]):
            label = found["label"]
            is_one_of_many = label in _ALONE and (not found["colon"] or _OTHER_LABEL.search(normal))  # "1. Internal"
            if not is_one_of_many and labels(label or found["bracketed"] or found["last"]):
                yield start + found.start(), found[0]
                return


def _suspects(normal: str, prose: str | None) -> Iterator[tuple[int, str]]:
    for form in _FORMS:
        searched = prose if form.condition else normal
        if not searched or not any(needle in searched for needle in form.needles):
            continue
        for found in form.pattern.finditer(searched):
            if any(inside and form.judge(inside) for inside in found.groups()):
                yield found.start(), found[0]
                break
    if "<" in normal:
        for tag in dict.fromkeys(_TAG.findall(normal)):
            if _is_agent_tag(tag):
                yield normal.index(f"<{tag}"), f"<{tag}"
                break
    if any(needle in normal for needle in _LABEL_NEEDLES):
        yield from _labels_in(normal if prose is None else prose)
    for pattern in _NAMED if ":" in normal or "=" in normal or "audience" in normal else ():
        for found in pattern.finditer(normal):
            if _is_audience(found["key"], found["value"]):
                yield found.start(), found[0]
                break
