"""What looks like an agent-only mark: forms of markup around words that mean agents, or nearly.

Nothing here says what a mark encloses. An article that shows one after its understood marks are gone is not public.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from kb_service.content.agents_only.words import NOT_LETTERS, Near, agent_name, normalise, words_of

NOT_UNDERSTOOD: Final = (
    "looks like an agent-only mark but is not one: the article is kept for agents. Write `<supportagent>` … "
    "`</supportagent>`, or `:::agent` … `:::` on lines of their own; or reword it."
)

# What the words of a form say

# They may stand around a word that means agents: `begin agent`, `note: agents only`, `if audience == "agent"`.
_FILLERS: Final = frozenset(
    "begin end start stop open close only for show hide block section detail details container div region audience "
    "audiences visibility is to if ifdef note notes tip info warning important caution danger hint callout admonition "
    "box use content view part here text our the of eyes data target tag style type notice alert aside panel "
    "admonition class".split()
)
_BOXES: Final = frozenset("info note tip warning details".split())
_VAGUE: Final = frozenset({"support", "hidden"})  # they mean agents where an audience or a part is named alone
_AUDIENCE: Final = Near(["audience", "audiences", "visibility"])
# Words of attributes, keys and conditions that say for whom, or when, something is shown.
_ABOUT_READERS: Final = re.compile(
    r"audien|visib|access|viewer|reader|permi|\broles?\b|group|segment|scope|restrict|^(?:show|hide|only|when|if|for|to)"
    r"|[-:](?:show|hide|only|if|when|for|role)|^ng|condition|target"
)
# Names of tags that say so: `<Audience name="agent">`, `<OnlyFor who="agents">`, `<c:if test="${agent}">`.
_READERS_TAG: Final = re.compile(
    r"(?:audiences?|visib\w*|access|viewers?|readers?|permissions?|roles?|groups?|scope|restrict\w*|condition\w*"
    r"|show|hide|only|when|if|for)(?:[-_.]?(?:for|to|if|when|from|role|audience|only))?"
)
# Boxes whose name may have the word for agents beside it: `<note-agent>`, `class="callout-agent"`, `note--agent`.
_BOX: Final = re.compile(
    r"(?:notes?|callout|alert|box|aside|panel|info|hint|tip|warning|admonition|content)[-_]+|[-_]{2}\w+$"
)
_KINDS: Final = frozenset("type kind slot variant theme tag badge status level flavor category id".split())
_TITLES: Final = frozenset("title label summary header heading caption name".split())
_CONDITION: Final = re.compile(
    r"[\s~#^+-]*(?:if|unless|elsif|elseif|elif|else if|when|case|show|hide|only|for|with|ifversion)\w*\b|[\s~]*[#^]"
)
_NOT_PUBLIC: Final = re.compile(r"(?:\bunless|\bnot|!)\s*[\w.]*(?:public|customer|external)")
# What a heading or a label of a part says where it can only mean that the part is for agents.
_STRICTLY: Final = frozenset("only nur solo solamente uniquement restricted reserve reservado".split())
_ONLY: Final = _STRICTLY | frozenset("for use eyes fur para pour usage uso gebrauch zwecke".split())
_NOTES: Final = frozenset("note notes comment hinweis notiz nota remarque".split())
_VERBS: Final = frozenset("is are may can see seen read visible this".split())
_IN_LABELS: Final = (
    _ONLY
    | _NOTES
    | _VERBS
    | frozenset(
        "the our den dem die les la el de au aux a to by and und et y article section page steps company private "
        "support soporte team equipo desk customer".split()
    )
)
_WHO: Final = frozenset(
    "agent agents staff internal confidential supportagent supportagents employees internen mitarbeiter agenten intern "
    "interne interner interno interna agentes personnel empleados vertraulich confidentiel confidencial".split()
)
_ALONE: Final = frozenset(
    "internal confidential intern interne interno internalonly internaluseonly vertraulich confidentiel "
    "confidencial companyconfidential strictlyconfidential".split()
)
_CUSTOMERS: Final = r"\b(?:customers?|public|clients?|kunden|clientes)"
_NOT_FOR: Final = re.compile(
    r"\b(?:not|nicht|no|pas|never)\b(?: be)? ?\b(?:for|fur|para|pour|shar\w+|show\w*|visible|publish\w*|send|forward)\b"
    rf"[\w ]{{0,20}}{_CUSTOMERS}$|^(?:hide|hidden|keep)(?: this)? from(?: the| our)? {_CUSTOMERS}$"
    rf"|^(?:the |our )?{_CUSTOMERS} (?:must|should|may) not (?:see|read)\b[\w ]{{0,20}}$"
)
_NOT_TO_SHARE: Final = re.compile(r"do not (?:share|publish|forward|distribute)")


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
    words = _LETTERS.findall(text)
    if not words or len(words) > 8:
        return False
    if _NOT_FOR.search(" ".join(words)) or "".join(words) in _ALONE:
        return True
    said = frozenset(words)
    if not said <= _WHO | _IN_LABELS or (said & _VERBS and not said & _STRICTLY):
        return False
    if said & _WHO:
        return bool(said & _ONLY or said & _NOTES)
    return bool(said & {"support", "soporte"} and said & {"team", "equipo", "desk", *_STRICTLY} and said & _ONLY)


def _is_name(text: str) -> bool:
    return " only" in agent_name(text)


def _mentions(text: str) -> bool:
    """Return whether an expression or list of values has a word that means agents."""
    return any(
        agent_name(part) and agent_name(part) not in _VAGUE
        for word in words_of(text)
        for part in {word, *word.split(".")}
    )


def _announces_part(inside: str) -> bool:
    return announces(inside) and _CONDITION.match(inside) is None  # conditions may be shown as code


def _announces_or_labels(text: str) -> bool:
    return announces(text) or labels(text)


def _opens(head: str) -> bool:
    """Return whether the head of a part names agents: `agent`, `agnet x`, `note agent`, `{#x .agent}`."""
    head, closed, _ = head.partition(":::")
    words = words_of(head)
    if closed and len(words) > 1 and words[0] in _FILLERS:  # `::: details agent x :::`
        words = words[1:]
    if words[1:] == ["agents"] and words[0] in _BOXES:  # a title: `::: info Agents`
        return False
    braced = re.search(r"\{([^{}]*)", head)
    if not words:
        return False
    if agent_name(words[0]) or announces(head) or labels(head.partition(" ")[2]):
        return True
    return braced is not None and (_mentions(braced[1]) or _classes(braced[1]))


def _opens_or_titles(head: str) -> bool:
    title = head.partition('"')[2] or head.partition("'")[2]
    return _opens(head) or labels(title)


def _template(inside: str) -> bool:
    if announces(inside) or ("=" in inside and _is_agent_tag(inside.strip(" -"))):
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


def _is_class(name: str) -> bool:
    return agent_name(name) not in {"", *_VAGUE} or _is_in_box(name)


def _is_in_box(name: str) -> bool:
    bare = _BOX.sub("", name)
    return bare != name and agent_name(bare) not in {"", *_VAGUE}


def _classes(inside: str) -> bool:
    return any(map(_is_class, re.findall(r"\.([\w-]+)", inside)))


def _is_audience(key: str, value: str) -> bool:
    """Judge a line such as `audience: agent`; `visibility: hidden` is a style."""
    words = words_of(value)
    is_agents = bool(words) and (all(map(agent_name, words)) or announces(value))
    return is_agents and (key[0] != "v" or _mentions(value)) and bool(_AUDIENCE.word(key))


# Tags

_TAG: Final = re.compile(
    r"""<(/?[a-z](?>[^<>=]{1,2000}|=\s*"[^"<]{0,500}"|=\s*'[^'<]{0,500}'|=){1,200}+|[\s/]{1,3}[\w.:-]{4,40}\s{0,8})(?=>)"""
)
_LETTERS: Final = re.compile(r"[^\W_]+")
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
    if (
        _is_name(name)
        or (name != "a" and _is_in_box(name))
        or (tag.lstrip()[0] == "/" and agent_name(name) not in {"", *_VAGUE})
    ):
        return True
    attributes = {key: one or two or three or four for key, one, two, three, four in _ATTRIBUTE.findall(tag)}
    named = {key for key, value in attributes.items() if not value}
    if name == "meta":
        values = list(attributes.values())
        words = (word for one in (*values, *named) for word in NOT_LETTERS.split(one))
        return any(map(_AUDIENCE.word, words)) and any(map(_mentions, values))
    if _READERS_TAG.fullmatch(name) and any(map(_mentions, attributes.values())):
        return True
    return any(_is_agent_attribute(name, key, value) for key, value in attributes.items())


def _is_agent_attribute(tag: str, key: str, value: str) -> bool:
    key = key.lstrip(":@*#([").removeprefix("v-bind:").rstrip(")]")
    if agent_name(key) not in {"", *_VAGUE, "private"} and value.strip("{}\"' ") not in {"false", "no", "0"}:
        return True
    if not value:
        return False
    if any(map(_AUDIENCE.word, NOT_LETTERS.split(key))) and agent_name(value) == "support":
        return True
    if key in {"class", "classname"}:
        words = re.findall(r"[\w-]+", value)
        if tag == "a":
            return any("only" in one and agent_name(one) for one in words)
        return "reference" not in words and any(map(_is_class, words))
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
    _form(
        "%%", r"^[ \t>]*%%[ \t]*(?P<inside>[^\n%]{5,40})$", lambda text: text.strip() not in _VAGUE and announces(text)
    ),
    _form("``` ~~~", r"^[ \t>]*(?:`{3,}|~{3,})[ \t]*(?P<inside>[^\n`~]{4,40})$", announces),
    _form(
        "::",
        r"^[ \t]*(?:<!--[ \t]*)?(?:ifdef|ifeval|tag|end|only)::(?P<inside>[\w-]{4,30})\[|\{::?/?(?P<too>[\w-]{4,20})\}",
        announces,
    ),
    _form("#+ @end", r"^[ \t]*(?:#\+begin_|@end)(?P<inside>[\w-]{4,30})", announces),
    _form("[ !", r"^[ \t>]*(?:!?\[!?|(?<=>)!|(?<=> )!)(?P<inside>[\w -]{4,30})\]?[ \t]*$", announces, condition=True),
    _form(
        "// @ ( [ == #",
        r"^[ \t>]*(?://+|@|\(\(?|\[|==|#(?=[\w-]+only\b))[ \t]*(?P<inside>[\w -]{4,30}?)[ \t]*(?::|\)\)|(?<=only) )",
        announces,
        condition=True,
    ),
    _form("[!", r"\[!(?P<inside>[^\]\n]{4,40})\]", announces),
    _form("[!", r"\[![^\]\n]{2,40}\][+-]?[ \t]+(?P<inside>[^\n]{4,60})$", labels),
    _form("{%", r"\{%(?P<inside>(?:[^%]|%(?!\})){2,400})%\}", _announces_part),
    _form("{%", r"\{%(?P<inside>(?:[^%]|%(?!\})){2,400})%\}", _template, condition=True),
    _form("{{", r"\{\{(?P<inside>[^{}]{3,400})\}\}", _braces, condition=True),
    _form("{{ {#", r"\{\{[{<%#/~>!^-]*(?P<inside>[^{}\n]{3,80})\}\}|\{#(?P<too>[^{}\n]{3,80})#\}", _announces_part),
    _form(
        "<!- %% /*",
        r"<!-+(?P<inside>(?s:.){3,80}?)-+>|%%(?P<too>.{3,80}?)%%|(?<![\w/])/\*(?P<three>.{3,80}?)\*/",
        _announces_or_labels,
    ),
    _form("]:", r"\[[^\]\n]{1,20}\]:[ \t]*(?:#|<>|<#>|/)[ \t]*[(\"'](?P<inside>[^\n)\"']{3,80})", announces),
    _form("comment", r"comment\b\s{0,3}[-}%>~]{1,4}(?P<inside>[^{}<>\n]{3,80})[{<]", announces),
    _form("\\begin \\end \\if", r"\\(?:begin|end)\{(?P<inside>[\w-]{4,30})\}|\\if(?P<too>[a-z]{4,20})\b", announces),
    _form(
        "@",
        r"^[ \t]*@(?:if|unless|can|role|hasrole|auth)\w*[ \t]*\((?P<inside>[^\n)]{4,60})\)",
        _mentions,
        condition=True,
    ),
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
# What stands at the beginning of a block and heads it, in brackets or before a colon, a dash, the end of bold letters,
# a sign or the end of the line or cell; and what ends a heading, or a line with a lock.
_LABEL: Final = re.compile(
    r"^[^\w\n|]{0,20}[(\[](?P<bracketed>[\w' -]{4,40})[)\]](?![(\[:])"
    r"|^(?:#|[^\w\n]{0,20}[\U0001f510-\U0001f513])[^\n]*[(\[](?P<last>[\w' -]{4,40})[)\]][ \t#]*$"
    r"|^#[^\n]* - (?P<tail>[\w' -]{4,40}?)[ \t#]*$"
    r"|^[^\w\n|]{0,20}[*_]{2,3}(?P<bold>[\w'() -]{4,60}?)[.!]?[*_]{2,3}[ \t]"
    r"|(?:^|\|)[^\w\n|]{0,20}(?:\d+[.)][ \t]+|\[?\^[\w-]{1,20}\]:[ \t]+)?(?:@tab[ \t]+)?[^\w\n|]{0,6}"
    r"(?P<label>[^\W\d_][\w'() -]{4,60}?)"
    r"[ \t]*[\"'*_)\]]{0,4}[ \t]*(?::(?P<colon>[*_]*[ \t]+\w)?|\||[.!]?[\"'*_)\]#]{0,4}[ \t]*$|\.[*_]{1,3}|-[ \t]"
    r"|(?<=[ \t])[^\x00-\x7f\w])",
    re.MULTILINE,
)
_LABEL_NEEDLES: Final = tuple(
    "agent;staff;intern;confiden;support team;for support;support use;support only;soporte;employees;personnel;"
    "empleados;mitarbeiter;vertraulich;not for;not share;not show;not visible;never s;never publish;from customer;"
    "from client;must not;should not;nicht fur;den support".split(";")
)
_OTHER_LABEL: Final = re.compile(r"^\W{0,20}(?:\d+\W{1,4})?(?:external|public|extern)\b(?:\W{0,4}:|\W*$)", re.MULTILINE)
_HEADS: Final = re.compile(r"[ \t]*(?:#|>|[*_]{2}[^-]|[^\x00-\x7f\w])")  # a line that is more than an item or a cell
_LABEL_REACH: Final = 200
_CAPITAL_WORDS: Final = ("ONLY", "INTERN", "CONFID", "STAFF", "AGENT")
# `AGENTS ONLY the code is 7`: what is written in capitals is a label without any sign behind it.
_CAPITALS: Final = re.compile(
    r"^[^\w\n|`]{0,20}(?P<label>(?=[A-Z -]{0,40}(?:"
    rf"{'|'.join(_CAPITAL_WORDS)}"
    r"))[A-Z]{3,}\b(?:[ -][A-Z]+\b){0,5})"
    r"(?=[^\w\n-])(?![^\w\n]{0,3}[A-Z]{2,}\b)",
    re.MULTILINE,
)
# `Agents: do not tell the customer`
_ADDRESSED: Final = re.compile(
    r"^[^\w\n|]{0,20}(?:support )?(?:agents?|staff)[*_]{0,3}:[*_]{0,3} (?:please )?(?:do not|don't|never|must not) "
    rf"(?:tell|send|show|share|forward|mention|give|quote)\b[^\n]{{0,40}}{_CUSTOMERS}",
    re.MULTILINE,
)
_TITLE: Final = re.compile(
    r"^\W{0,4}(?P<state>draft|wip|work in progress|unpublished|do not publish)\W{0,3}[:\])]"
    r"|[(\[](?P<inside>[\w' -]{4,40})[)\]]|^\W{0,4}(?P<label>[^\W\d_][\w' -]{4,40}?)[ ]?(?::| - )"
    r"|\b(?P<end>for (?:support )?(?:agents|staff)(?: only)?|for internal use(?: only)?)\W*$"
)
_TITLE_END: Final = re.compile(r" - (?:(?P<state>draft|wip|unpublished)|(?P<tail>[\w' ]{4,40}))\W*$")


def is_agents_title(title: str) -> bool:
    """Return whether the title of an article says that it is for agents, or a draft.

    >>> [is_agents_title(title) for title in ("INTERNAL: Refunds", "Refunds (agents only)", "Draft invoices")]
    [True, True, False]
    """
    normal = normalise(title)
    end = _TITLE_END.search(normal)
    if end and (end["state"] or _is_tail(end["tail"])):
        return True
    return any(
        found["state"]
        or found["end"]
        or announces(found["inside"] or "")
        or labels(found["label"] or found["inside"] or "")
        for found in _TITLE.finditer(normal)
    )


def _is_tail(text: str) -> bool:
    return labels(text) and text not in _ALONE  # `Visibility - internal`


_WORD_IN_MARK: Final = re.compile(r"[^\W_](?:[\w-]*[^\W_])?")
_MOST_SHOWN: Final = 8
_SOUGHT: Final = re.compile(r"\w[\w'.-]{3,}")
_LONGEST: Final = 400  # characters that a form, but for a tag, has before or behind a word that it is judged by
_OTHERS: Final = frozenset({"public", "customer", "external"})  # of `{% unless customer %}`
_CUSTOMER_WORDS: Final = ("customers", "client", "kunden", "clientes")  # of `<!-- not for customers -->`


def find_suspect(text: str, *, prose: str | None = None) -> tuple[int, str] | None:
    """Return the line (from 0) and the text of the first thing that looks like a mark, None when nothing does.

    `prose` is the text without its code, where that is known: conditions are looked for in nothing else.

    >>> find_suspect("| step | note |\\n| one | :::agent x ::: |")
    (1, ':::agent')
    >>> find_suspect("<!-- not for customers -->")
    (0, '<!-- not')
    >>> find_suspect("An agent can open a ticket for a customer.")
    """
    normal = normalise(text)
    found = min(_suspects(normal, normal if prose is text else prose and normalise(prose)), default=None)
    if not found and (capitals := _in_capitals(prose or text)):
        return text.count("\n", 0, capitals.start("label")), capitals["label"]
    if not found:
        return None
    start, written = found
    shown = " ".join(written.split())
    word = next((word for word in _WORD_IN_MARK.finditer(shown) if agent_name(word[0])), None)
    line = normal.count("\n", 0, start + len(written) - len(written.lstrip()))
    return line, shown[: word.end() if word else _MOST_SHOWN]  # not what it may enclose


def _labels_in(normal: str) -> Iterator[tuple[int, str]]:
    end = 0
    for place in sorted(place for needle in _LABEL_NEEDLES for place in _places(normal, needle)):
        if place < end:
            continue
        start = max(normal.rfind("\n", 0, place) + 1, place - _LABEL_REACH)
        end = normal.find("\n", place)
        end = len(normal) if end < 0 else end
        for found in _LABEL.finditer(normal[start : min(end, place + _LABEL_REACH)]):
            label = found["label"] or found["bold"]
            if label in _ALONE and not found["bold"]:
                is_heading = bool(found["colon"] or _HEADS.match(found[0]))
                is_one_of_many = not is_heading or _OTHER_LABEL.search(normal) is not None
            else:
                is_one_of_many = label in _ALONE  # "1. Internal", "**Internal** is what"
            in_brackets = found["bracketed"] or found["last"] or ""
            if (
                (label and not is_one_of_many and labels(label))
                or (in_brackets and (labels(in_brackets) or _NOT_TO_SHARE.match(in_brackets)))
                or _is_tail(found["tail"] or "")
            ):
                yield start + found.start(), found[0]
                return


def _in_capitals(text: str) -> re.Match[str] | None:
    if not any(word in text for word in _CAPITAL_WORDS):
        return None
    for found in _CAPITALS.finditer(text):
        label = found["label"].lower()
        if labels(label) and not (label in _ALONE and _OTHER_LABEL.search(text.lower())):
            return found
    return None


def _suspects(normal: str, prose: str | None) -> Iterator[tuple[int, str]]:
    sought = [word for word in set(_SOUGHT.findall(normal)) if _is_sought(word)]
    if "<!-" in normal or "%%" in normal or "/*" in normal:
        sought += _CUSTOMER_WORDS
    parts = _parts_with(sought, normal)
    for start, part in parts:
        yield from _forms_in(part, start, in_code=True)
    if prose:
        for start, part in parts if prose is normal else _parts_with(sought, prose):
            yield from _forms_in(part, start, in_code=False)
    if "<" in normal:
        for tag in dict.fromkeys(_TAG.findall(normal)):
            if _is_agent_tag(tag):
                yield normal.index(f"<{tag}"), f"<{tag}"
                break
    if any(needle in normal for needle in _LABEL_NEEDLES):
        yield from _labels_in(normal if prose is None else prose)
        if "do not" in normal or "never" in normal or "don't" in normal or "must not" in normal:
            yield from ((found.start(), found[0]) for found in _ADDRESSED.finditer(normal if prose is None else prose))


def _parts_with(words: Iterable[str], normal: str) -> list[tuple[int, str]]:
    """Return the parts of a text, each with its place, that have one of the words: no form reaches further."""
    starts = sorted(place for word in words for place in _places(normal, word))
    parts: list[tuple[int, int]] = []
    for place in starts:
        if parts and place < parts[-1][1] - _LONGEST:
            continue
        start = normal.rfind("\n", 0, max(0, place - _LONGEST)) + 1
        end = normal.find("\n", place + 2 * _LONGEST)
        end = len(normal) if end < 0 else end
        if parts and start <= parts[-1][1]:
            start = parts.pop()[0]
        parts.append((start, end))
    return [(start, normal[start:end]) for start, end in parts]


@lru_cache(1 << 16)
def _is_sought(word: str) -> bool:
    return word in _OTHERS or any(agent_name(part) for part in {word, *NOT_LETTERS.split(word)})


def _places(text: str, word: str) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + len(word))


def _forms_in(text: str, start: int, *, in_code: bool) -> Iterator[tuple[int, str]]:
    for form in _FORMS:
        if form.condition == in_code or not any(needle in text for needle in form.needles):
            continue
        for found in form.pattern.finditer(text):
            if any(inside and form.judge(inside) for inside in found.groups()):
                yield start + found.start(), found[0]
                break
    for pattern in _NAMED if in_code else ():
        for found in pattern.finditer(text):
            if _is_audience(found["key"], found["value"]):
                yield start + found.start(), found[0]
                break
