"""Who may read an article: what each key of front matter, rightly written or nearly, says of that."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from kb_service.content.agents_only.lookalikes import labels
from kb_service.content.agents_only.words import Near, agent_name, is_agent_word, normalise
from kb_service.content.front_matter.publication import FALSE, NEVER, TRUE, flat, squeezed
from kb_service.content.front_matter.strict_yaml import Value

Said: TypeAlias = Literal["nothing", "public", "agents", "doubtful"]
AUDIENCE_KEYS: Final = frozenset({"audience", "visibility"})
_AUDIENCE: Final = Near(
    [*AUDIENCE_KEYS, "audiences"],
    exactly="leser zielgruppe publikum sichtbarkeit publiccible visibilite audiencia publico visibilidad".split(),
)
_PUBLIC_WORDS: Final = frozenset("public everyone everybody all customer customers external anyone".split())
# Flags that say of a whole article that it is not for everybody, beside those that name agents (`isInternal`).
_CLOSED: Final = frozenset(
    "secret protected membersonly loginrequired requireslogin auth password restrictedaccess accessrestricted".split()
)
_MAYBE_CLOSED: Final = frozenset("agent agents staff support employees".split())  # keys of other things too
_NOTES: Final = re.compile(r"(?:notes?|info|text|content|reply|description|comments?)$")  # nothing is kept of them
_ABOUT_READERS: Final = re.compile(
    r"audience|visib|access|confidential|classification|viewer|reader|permi|role|group|segment|scope|restrict|acl$"
    r"|securit|sensitiv|reserv|^shar|^(?:show\w*|hid\w*|visible|open|only|not|meant|limited)?(?:for|to|from|with)$|^hide"
)
_BARS_PUBLIC: Final = re.compile(
    r"^(?:hide|hidden|not|exclude)(?:from|for)(?:the)?(?:public|customers?|clients?|everyone)$"
)
_CUSTOMERS: Final = re.compile(r"customer|client(?!id)|external|publicaccess|publicfacing|shareable")
_PLACES: Final = frozenset("internal intern private hidden confidential restricted secret notpublic nonpublic".split())
_LABELS: Final = frozenset(
    "tags tag topics labels label keywords category categories type types kind section template layout "
    "collection".split()
)
_CONFIDENTIAL: Final = re.compile(r"confidential|classification|sensitivity")
_RATED: Final = frozenset("high secret strict top confidential restricted internal".split())
_SAYINGS: Final = frozenset(
    "note notes description summary subtitle excerpt intro comment remark notice banner".split()
)
_LABEL_WORDS: Final = frozenset("internal confidential".split())


def said_of_readers(key: str, value: Value) -> Said:
    """Return what a key says of who may read its article.

    >>> said_of_readers("audience", "agent"), said_of_readers("is-internal", "no"), said_of_readers("title", "Seats")
    ('agents', 'public', 'nothing')
    """
    name, words = squeezed(key), words_of_value(value)
    if audience := _AUDIENCE.word(name):
        return _audience(words) if audience == name else "doubtful"
    flag = "" if _NOTES.search(name) else agent_name(name)
    if name in _CLOSED or (flag and flag != "hidden"):
        text = flat(value).strip(" []").lower()
        if name in _MAYBE_CLOSED and text not in TRUE:
            return "nothing"
        if name in _CLOSED and text == "required":
            return "agents"
        if text in FALSE:
            return "public"
        return "agents" if isinstance(value, str) and text in TRUE else "doubtful"
    if _BARS_PUBLIC.search(name) and flat(value).strip().lower() in TRUE:
        return "agents"
    if name in _LABELS:
        return "agents" if any(map(_is_label, words)) else "nothing"
    if name in _SAYINGS:
        return "agents" if labels(normalise(flat(value))) else "nothing"
    if _CONFIDENTIAL.search(name) and any(normalise(word).strip() in _RATED for word in words):
        return "agents"
    if _ABOUT_READERS.search(name):
        is_barred = name.endswith("from") or name.startswith("not")
        if are_public(words) if is_barred else any(agent_name(normalise(word)) for word in words):
            return "agents"
    if _CUSTOMERS.search(name) and normalise(flat(value)).strip() in FALSE | NEVER:
        return "agents"
    return "nothing"


def is_of_audience(name: str) -> bool:
    """Return whether a squeezed key names the audience, or is a flag such as `internal`."""
    return bool(_AUDIENCE.word(name) or name in _CLOSED or agent_name(name))


def _audience(words: list[str]) -> Said:
    if are_public(words):
        return "public"
    return "agents" if words and all(map(is_agent_word, words)) else "doubtful"


def _is_label(word: str) -> bool:
    name = normalise(word).strip()
    return name in _LABEL_WORDS or (" only" in agent_name(name))


def place_for_agents(path: str) -> str:
    """Return what of the path of an article says that it is for agents, "" where nothing does.

    >>> place_for_agents("internal/refunds.md"), place_for_agents("roles/agents.md")
    ('the folder `internal`', '')
    """
    *folders, name = path.split("/")
    for folder in folders:
        said = agent_name(normalise(folder))
        if " only" in said or {said, normalise(folder)} & _PLACES:
            return f"the folder `{folder}`"
    stem, _, ending = name.rpartition(".")[0].rpartition(".")
    parts = [part for part in re.split(r"[-_. ]", stem or ending) if part]
    is_named = "INTERNAL" in {*parts[:1], *parts[-1:]} or any(
        "only" in pair and agent_name(pair) for pair in map("".join, _pairs(parts))
    )
    if is_named or (stem and agent_name(normalise(ending)) not in {"", "support", "hidden"}):
        return f"the name `{name}`"
    return ""


def _pairs(parts: list[str]) -> list[tuple[str, str]]:
    return [(one.lower(), other.lower()) for one, other in pairwise(parts)]


def are_public(words: list[str]) -> bool:
    """Return whether the words of a value, one or more, all mean everybody."""
    return bool(words) and all(word.strip().lower() in _PUBLIC_WORDS for word in words)


def words_of_value(value: Value) -> list[str]:
    """Return the words of a value: of a list, or of a text with commas."""
    if isinstance(value, str):
        return [word for word in re.split(r"[,;|]", value) if word.strip()]
    if isinstance(value, dict):
        return [*value, *map(flat, value.values())]
    return [word if isinstance(word, str) else flat(word) for word in value]
