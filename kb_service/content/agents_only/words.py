"""The words that mean agents only, however they are disguised or misspelt, and a text as marks are looked for in it."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

AGENT_WORDS: Final = frozenset(
    {"agent", "agents", "agentonly", "agentsonly", "supportagent", "supportagents", "support", "internal"}
    | {"internalonly", "private", "staff", "staffonly", "restricted", "confidential", "hidden"}
)
# What means them in the head of a part alone; and in other languages, where a slip of theirs may be an English word.
_MORE_WORDS: Final = frozenset(
    "internaluseonly supportagentonly supportagentsonly supportstaff supportteam supportonly employee employees "
    "employeeonly employeesonly operatoronly operatorsonly moderatoronly moderatorsonly teamonly nonpublic notpublic "
    "backoffice supportnote supportnotes notforcustomers notforpublic hidefromcustomers".split()
)
_CERTAIN: Final = ("supportagent", "supportnote", "notforcustomers", "hidefromcustomers")
_FOREIGN_WORDS: Final = frozenset(
    "agenten agente agentes agenti intern interne internes interna interno internas internos mitarbeiter vertraulich "
    "confidentiel confidencial privado privada prive privat empleados personnel medewerkers".split()
)
_OTHER_WORDS: Final = frozenset("interval intervals stuff privates primate argent supports".split())
# What such a word may have around it in one name: `isInternal`, `for-agents`, `agent_notes`.
_AFFIXES: Final = re.compile(
    r"^(?:is|for|if|only|show|visible|begin|start|end|role|has|to|are|audience|visibility|access|data|kb|our|the"
    r"|can|see|view|viewer|nur|solo)+(?=\w{5})|(?<=\w{5})(?:only|use|notes?|info|content|view|section|block|area|start"
    r"|begin|end|here|text|part|mode|facing|eyes|article|page)+$"
)
NOT_LETTERS: Final = re.compile(r"[\W_]+")
_WORD: Final = re.compile(r"[^\W_](?:[\w'.-]*[^\W_])?")
_REFERENCE: Final = re.compile(r"&(?:amp;?)*(?:#\d{1,7};?|#[xX][\da-fA-F]{1,6};?|[lgLG][tT];?|[a-zA-Z]{2,8};)")


# A text as marks are looked for in it


def _pairs(*pairs: str) -> Iterable[tuple[str, str]]:
    return ((letter, pair[0]) for pair in pairs for letter in pair[1:])


# Letters of other alphabets that look like Latin ones, from Unicode's table of confusables, and signs alike.
_LOOKALIKES: Final = dict(
    _pairs(
        *("aαаᎪᗅꓮ", "bƅβбвьѣҍᏏᏴᑲᑳᖯᗷꓐꞵ", "cσсҫᏟⲥꓚ", "dԁᎠᏧᑯᗞᗪꓒꓓ", "eεеҽҿᎬⴹꓰ", "fϝքᖴꓝ", "gԍցᏀᏳꓖ", "hηнћңһӈӊհᎻᏂᏲᕼⲏꓧꚕ"),
        *("iιіӏᎥꙇ", "jϳјᎫᒍꓙ", "kκкқҟᏦᛕⲕꓗ", "lǀᏞᒪᛁⲓⳑⵏꓡꓲ", "mμϻмӎᎷᗰᛖⲙꓟ", "nпոռⲛꓠ", "oθοоѳөօଠഠဝჿዐᎤᎾᏫⲟⴱⵁⵔꓳ", "pρрᏢᑭⲣꓑ"),
        *("qԛգզⵕ", "rгґғᎡᎱᏒᖇⲅꓣ", "sѕտᏕᏚꓢ", "tτтҭᎢⲧꓔ", "uυսሀᏌᑌꓴ", "vνѵᏙᐯⴸꓦꛟ", "wѡѽԝաᎳᏔꓪ", "xχхҳᕁᕽᚷⲭⵝꓫ", "yγуүұყᎩᎽⲩꓬ"),
        *(
            "zζᏃꓜ",
            ":∶꞉ː˸ˑ׃։⁚⦂⁝⸬᠄",
            "<‹〈⟨《«❮❰˂ᐸ",
            ">›〉⟩》»❯❱˃ᐳ",
            "[［❲〔【",
            "]］❳〕】",
            "{❴",
            "}❵",
            "-‐‑‒–—−",
            "=᐀゠꓿",
        ),
    )
) | {"∷": "::"}
_LATIN: Final = re.compile(
    r"LATIN (?:(?:SMALL|CAPITAL|LETTER|SCRIPT|LONG|DOTLESS|OPEN|INSULAR|CLOSED|REVERSED|TURNED|BARRED) )*([A-Z])"
    r"(?: WITH|$)"
)
_UNSEEN: Final = frozenset({"Cf", "Mn", "Me"})
_FILLERS: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800")


class _Folded(dict[int, str]):
    """For each character the plain one that it stands for or looks like, made when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if code < 128:
            plain = character
        elif character in _FILLERS:
            plain = ""
        else:
            plain = "".join(map(_plain, unicodedata.normalize("NFKD", character).casefold()))
        self[code] = plain
        return plain


def _plain(character: str) -> str:
    if character.isascii() or character in _LOOKALIKES:
        return _LOOKALIKES.get(character, character)
    latin = _LATIN.match(unicodedata.name(character, ""))
    if latin:
        return latin[1].lower()
    return "" if unicodedata.category(character) in _UNSEEN else character


_FOLDED: Final = _Folded()
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")


def normalise(text: str) -> str:
    """Return a text as it looks: in small letters, without accents, disguises, references and what is not seen.

    >>> normalise("＜Support&#65;génт>")
    '<supportagent>'
    """
    if not text.isascii():
        text = _NOT_ASCII.sub(lambda run: run[0].translate(_FOLDED), text)
    if "&" in text:
        text = _REFERENCE.sub(_dereference, text)
    return text.lower()


def _dereference(reference: re.Match[str]) -> str:
    text = reference[0]
    while text != (text := html.unescape(text)):
        pass
    return text.translate(_FOLDED)


def normalise_with_places(text: str) -> tuple[str, list[int]]:
    """Normalise character by character, remembering for each result where in `text` it came from."""
    normal: list[str] = []
    places: list[int] = []
    position = 0
    while position < len(text):
        reference = _REFERENCE.match(text, position) if text[position] == "&" else None
        piece = reference[0] if reference else text[position]
        for character in normalise(piece):
            normal.append(character)
            places.append(position)
        position += len(piece)
    return "".join(normal), [*places, len(text)]


# What a word means


def is_agent_word(text: str) -> bool:
    """Return whether a word such as an `audience:` value means agents only, in any case, spacing or punctuation."""
    return NOT_LETTERS.sub("", normalise(text)) in AGENT_WORDS


class Near:
    """Words, and all that are one slip away: a letter lost, doubled, changed or swapped with its neighbour.

    Those given as `exactly` are taken without slips, and `others` are never meant.

    >>> Near(["agent"]).word("agnet"), Near(["agent"]).word("urgent")
    ('agent', '')
    """

    def __init__(self, words: Iterable[str], *, exactly: Iterable[str] = (), others: Iterable[str] = ()) -> None:
        self._words = frozenset([*words, *exactly])
        self._others = frozenset(others)
        slips = [word for word in self._words if len(word) > 4]
        self._beginnings = frozenset(word[:2] for word in slips)  # one slip leaves one of the two
        self._ends = frozenset(word[-2:] for word in slips)
        self._longest = max(map(len, slips), default=0) + 1
        self._shorter = {one: word for word in sorted(words) if len(word) > 4 for one in _shortened(word)}

    def word(self, written: str) -> str:
        """Return the word that a squeezed one is or nearly is, "" for any other; short ones are taken as they are."""
        if written in self._words:
            return written
        if not 4 <= len(written) <= self._longest or written in self._others:
            return ""
        if written[:2] not in self._beginnings and written[-2:] not in self._ends:
            return ""
        return next((self._shorter[one] for one in _shortened(written) if one in self._shorter), "")


def _shortened(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


_AGENTS: Final = Near(AGENT_WORDS | _MORE_WORDS, exactly=_FOREIGN_WORDS, others=_OTHER_WORDS)


@lru_cache(1 << 14)
def agent_name(written: str) -> str:
    """Return the word for agents that a normalised name is, with "only" where it can mean nothing else, or "".

    >>> [agent_name(name) for name in ("agnet", "is-internal", "for_agents", "user agents")]
    ['agent', 'internal only', 'agents only', '']
    """
    squeezed = NOT_LETTERS.sub("", written)
    if word := _AGENTS.word(squeezed):
        return f"{word} only" if "only" in word or word.startswith(_CERTAIN) else word
    bare = _AFFIXES.sub("", squeezed)
    word = _AGENTS.word(bare) if bare != squeezed else ""
    if word in {"support", "hidden"} and "only" not in squeezed:  # `hidden-notes` are many things
        return ""
    return f"{word} only" if word else ""


def words_of(text: str) -> list[str]:
    """Return the words of a normalised text, with what joins the parts of a name: `is_internal`, `page.private`."""
    return _WORD.findall(text)
