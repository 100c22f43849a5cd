"""A question as a list of tokens: numbers that may count seats or staff, and the cues of the words around them.

A cue is the class of a word, from the one table of them, `cues.txt`. Amounts of money, percentages, dates, times,
versions, telephone numbers, ranges, identifiers and addresses are not numbers of seats: each is one unknown word here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

MAX_SEATS: Final = 100_000  # no helpdesk has more staff: a larger number counts something else
SHORT_LINE: Final = 60  # characters; a line that ends earlier was ended on purpose (a list, a form), not wrapped
_YEARS: Final = range(1990, 2100)
_ACCENT: Final = "\u2060"  # stands for an accent that is a character of its own: it joins the letters beside it

NUMBER: Final = "#"
UNKNOWN: Final = "?"
AMOUNT: Final = "AMOUNT"  # digits that do not count things: money, a date, a version, an identifier
NOUNS: Final = frozenset({"SEAT", "LICENCE", "PERSON", "PEOPLE", "WORKER", "ADMIN"})
_SPELLABLE: Final = frozenset({*NOUNS, "PAY", "BUY", "ACTIVE", "OFF", "FREE"})  # known also with a slip of the keyboard
_SPELLABLE_CHARACTERS: Final = 6  # a shorter word becomes another one by a slip ("seats" and "sets")


class _Table(NamedTuple):
    """`phrases` maps a first word to the words that may follow it with the class of the whole, longest first."""

    classes: Mapping[str, str]
    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
    numbers: Mapping[str, int]
    spellable: Sequence[str]


def _read_table() -> _Table:
    classes: dict[str, str] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    numbers: dict[str, int] = {}
    for line in files("kb_service.seats").joinpath("cues.txt").read_text(encoding="utf-8").splitlines():
        name, _, *words = line.split() if line and not line.startswith("#") else ("", "")
        for place, word in enumerate(words):
            first, *rest = word.split("_")
            if name in {"UNITS", "TENS"}:
                numbers[word] = place if name == "UNITS" else 10 * (place + 2)
            elif rest:
                phrases.setdefault(first, []).append((tuple(rest), name))
            else:
                classes[word] = name
    units = {"ein": 1} | {word: value for word, value in numbers.items() if 0 < value < 10}
    for ten, value in [*numbers.items()]:
        if value >= 20 and value % 10 == 0:  # sixtytwo, zweiundsechzig
            numbers |= {word: value + units[unit] for unit in units for word in (ten + unit, f"{unit}und{ten}")}
    numbers |= {f"veinti{unit}": 20 + value for unit, value in units.items()}
    numbers.pop("-")
    for found in phrases.values():
        found.sort(key=lambda phrase: -len(phrase[0]))
    long = [word for word, name in classes.items() if name in _SPELLABLE and len(word) >= _SPELLABLE_CHARACTERS]
    return _Table(classes, phrases, numbers, long)


_TABLE: Final = _read_table()


@lru_cache(maxsize=4096)
def class_of(word: str) -> str:
    """Return the class of a word in lower case without accents, also with one slip of the keyboard, else `UNKNOWN`."""
    if known := _TABLE.classes.get(word):
        return known
    if len(word) >= _SPELLABLE_CHARACTERS - 1:
        for other in _TABLE.spellable:
            if word[0] == other[0] and OSA.distance(word, other, score_cutoff=1) <= 1:
                return _TABLE.classes[other]
    return "LY" if len(word) > _SPELLABLE_CHARACTERS and word.endswith("ly") else UNKNOWN


def phrase_at(words: list[str], at: int) -> tuple[str, int]:
    """Return the class of the longest phrase that begins at `words[at]` and how many words it takes."""
    for rest, name in _TABLE.phrases.get(words[at], ()):
        if words[at + 1 : at + 2] == [rest[0]] and tuple(words[at + 1 : at + 1 + len(rest)]) == rest:
            return name, 1 + len(rest)
    return class_of(words[at]), 1


def number_word(word: str) -> int | None:
    """Return the number that one word means, from 0 to 99, in any of the languages."""
    return _TABLE.numbers.get(word)


class Token(NamedTuple):
    """`cue` is `NUMBER`, a class of `cues.txt`, or a mark; `start` and `end` are offsets in the text.

    `value` is that of a number.
    """

    cue: str
    start: int
    end: int
    value: int = 0


_MONTH: Final = (
    r"(?:jan(?:uary?)?|feb(?:ruary?)?|mar(?:ch|z)?|apr(?:il)?|ma[yi]|jun[ei]?|jul[yi]?|aug(?:ust)?|sep(?:t(?:ember)?)?|"
    r"o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|"
    r"octubre|noviembre|diciembre|janvier|fevrier|mars|avril|juin|juillet|aout|septembre|octobre|novembre|decembre)"
)
_CURRENCY: Final = r"(?:usd|eur|gbp|chf|dollars?|euros?|pounds?|bucks|quid|cents?|francs?)\b"
_SCAN: Final = re.compile(
    rf"""(?P<address> (?<![^\s(<"',;])[^\s(<"',;]*(?:://|@|\bwww\.|\.kayako\b|\.php\b|/[^\s,;]*getcount)
        (?:[^\s)>"',;]*[^\s)>"',;.?!:])? )
    | (?P<other> [$€£¥₹]\s?\d+(?:[.,]\d+)*k? | \d(?:[\d.,]|[\s’](?=\d{{3}}\b))*\s?k?\s?(?:[$€£¥₹]|{_CURRENCY})
        | (?:usd|eur|gbp|chf)\s?\d+(?:[.,]\d+)*
        | \d+(?:[.,]\d+)*\s?(?:%|percent\b|prozent\b|por\sciento\b|pour\s?cent\b)
        | \d+[-./]\d+[-./]\d[\d./-]* | \d{{1,2}}/(?:19|20)\d\d\b | 24/7
        | (?<!\w)[-−+]\d(?:[\s.-]?\d|[\s.-]?\(\d{{1,4}}\)){{7,}} | \(?\b\d{{3}}\)?[\s.-]\d{{3}}[\s.-]\d{{4}}\b
        | \d{{1,2}}:\d\d[:\d]*(?:\s?[ap]m\b)? | \d{{1,2}}\s?(?:am|pm|uhr|hrs?|o.clock)\b
        | \b{_MONTH}(?:(?<=\b\w\w\w)\.)?\s(?:[12]?\d|3[01])(?:st|nd|rd|th)?\b(?:,?\s(?:19|20)\d\d\b)?
        | \b\d{{1,2}}(?:\.|st|nd|rd|th)?\s(?:of\s|de\s)?{_MONTH}\b(?:,?\s(?:19|20)\d\d\b)?
          (?!\s(?:be|have|not|need|use|leave|join|want)\b)
        | (?:(?<=\bon\s)|(?<=\bsince\s)|(?<=\bby\s)|(?<=\bam\s)|(?<=\ble\s))\d+/\d+
        | \#\s?\d[\w-]* | \b0\d(?:[\s/-]?\d)* | \d+[-–—]\d[\w-]*
        | (?:between|zwischen|entre)\s\d+\s(?:and|und|y|et)\s\d+
        | \d+\+(?!\s?\d) | (?<![\w)])[-−]\d[\d.,]*
        | (?<![\w-])[^\W\d_][\w-]*\d(?:[\w-]|\.\d)* | \d+_\w* )
    | (?P<glued> \d+-?[^\W\d_]{{2,}} )
    | (?P<number> \d{{1,3}}(?:[.,’\xa0\u202f ]\d{{3}})+(?![\d]|[.,]\d) | \d+(?![.,]?\d|[^\W\d_]) )
    | (?P<decimal> \d\w*(?:[.,]\w+)* )
    | (?P<short> \b(?:e\.g|i\.e|z\.\s?b|p\.\s?ej|incl|inkl|approx|ca|vs)\.(?=\s|\d) | \b(?:no|nr)\.(?=\s?\d)
        | \bw/(?=\s|\d) )
    | (?P<word> [^\W\d_][^\W\d_{_ACCENT}]*(?:{_ACCENT}[^\W\d_]*)* )
    | (?P<mark> [-=]>|→|[.?!;]+|[~≈,:=()\[\]{{}}|/+&>•*]|(?<!\w)[-–—]+(?!\w)|\n )""",
    re.VERBOSE,
)
_MARKS: Final = {"(": "(", ")": ")", "~": "ABOUT", "≈": "ABOUT", "=": ":", ":": ":", "/": "/", "&": "AND", "+": "AND"}
_ARROWS: Final = frozenset({"->", "=>", "→"})
_ESCAPED: Final = re.compile(r"(?:&amp;|&)(?:gt|lt);?|\\u003[ec]|%3[ec]|%2[089]|&nbsp;|</?[a-z]+/?>")
_ROUND: Final = range(20, 100, 10)
_UNITS: Final = range(1, 10)
_BEFORE_SCALES: Final = frozenset({"a", "an", "half", "una", "une", "ein"})
_SETS: Final = {"pair": 2, "trio": 3}  # "a pair of admins"
_SCALES: Final = {"dozen": 12, "dutzend": 12, "docena": 12, "douzaine": 12, "hundred": 100, "thousand": 1000}


def plain(text: str) -> str:
    """Return a text in lower case, without accents, full-width forms, escapes and tags, each character at its place."""
    lowered = text.lower() if text.isascii() else "".join(map(_plain, text))
    if "%20" in lowered or "%28" in lowered:
        lowered = lowered.replace("+", " ")
    return _ESCAPED.sub(_unescaped, lowered)


def _plain(character: str) -> str:
    if unicodedata.combining(character):
        return _ACCENT
    return unicodedata.normalize("NFKD", character.lower())[:1] or character


def _unescaped(match: re.Match[str]) -> str:
    escape = match.group().rstrip(";")
    return (">" if escape.endswith(("gt", "3e")) else "<" if escape.endswith(("lt", "3c")) else " ").ljust(
        len(match.group())
    )


def has_numbers(lowered: str) -> bool:
    """Return whether a `plain` text can say a number at all: most questions cannot, and are told apart at once."""
    return any(map(str.isdigit, lowered)) or _say_a_number(re.findall(r"[^\W\d_]+", lowered))


def _say_a_number(words: Sequence[str]) -> bool:
    """Return whether words can say a number: "twelve", "a dozen", "a seat", "another licence"."""
    for at, word in enumerate(words):
        if word in _TABLE.numbers or word in {"dozen", "dutzend", "docena", "douzaine", "hundred", "thousand"}:
            return True
        is_article = _TABLE.classes.get(word) in {"ONE", "ANOTHER"}
        if is_article and not NOUNS.isdisjoint(map(class_of, words[at + 1 : at + 4])):
            return True
    return False


def tokenize(lowered: str) -> list[Token]:
    """Return the tokens of a `plain` text in order; "." stands for every end of a sentence.

    >>> [token.cue for token in tokenize("we pay for 60 seats.")]
    ['US', 'PAY', 'FOR', '#', 'SEAT', '.']
    """
    scanned = list(_scan(lowered))
    words = [lowered[token.start : token.end].replace(_ACCENT, "") if not token.cue else "" for token in scanned]
    return list(_with_cues(scanned, words))


def _scan(lowered: str) -> Iterator[Token]:
    """Yield numbers and marks with their cue; the cue of a word is "" until it is looked up."""
    line_start = 0
    for found in _SCAN.finditer(lowered):
        kind, word, (start, end) = found.lastgroup, found.group(), found.span()
        if word == "\n":
            if start - line_start < SHORT_LINE:
                yield Token(".", start, end)
            line_start = end
        elif word == "+" and lowered[end : end + 1].isdigit() and not lowered[:start].endswith(tuple("0123456789")):
            yield Token("EXTRA", start, end)
        elif kind == "mark":
            yield Token("TO" if word in _ARROWS else _MARKS.get(word, "." if word[0] in ".?!;" else ","), start, end)
        elif kind in {"word", "short"}:
            yield Token("", start, end - (kind == "short"))
        elif kind == "address":
            portal = "PLAN" if "my.kayako" in word or word.startswith("key.") else AMOUNT
            yield Token("COUNT" if "getcount" in word else portal, start, end)
        elif kind in {"number", "glued"}:
            yield from _number(word, start, end)
        else:
            yield Token(AMOUNT, start, end)


def _number(word: str, start: int, end: int) -> Iterator[Token]:
    """Yield "1,200" as a number, "60seats" and "60-seat" as a number and a noun, "24h" as something unknown."""
    unit = word.lstrip("0123456789.,’\xa0\u202f -")
    digits = re.sub(r"\D", "", word)
    if int(digits[:7]) > MAX_SEATS or (unit and class_of(unit) not in NOUNS):
        yield Token(AMOUNT, start, end)
    else:
        yield Token(NUMBER, start, end - len(unit), int(digits))
        if unit:
            yield Token("", end - len(unit), end)


def _with_cues(tokens: Sequence[Token], words: list[str]) -> Iterator[Token]:
    """Yield the tokens with number words joined to numbers, and each other word or phrase with its cue."""
    at = 0
    while at < len(tokens):
        token, length = tokens[at], 1
        if not token.cue:
            value, length = _spelled(words, at)
            cue, length = (
                (NUMBER, length) if length > 1 or (length and _counts(tokens, words, at)) else phrase_at(words, at)
            )
            token = Token(cue, token.start, tokens[at + length - 1].end, value)
        elif token.cue == NUMBER and token.value in _YEARS and class_of("".join(words[at + 1 : at + 2])) not in NOUNS:
            token = token._replace(cue="YEAR")
        first, plus, second = token.cue.partition("+")
        if plus:
            yield token._replace(cue=first)
            token = token._replace(cue=second)
        yield token
        at += length


def _spelled(words: Sequence[str], at: int) -> tuple[int, int]:
    """Return the number written at `words[at]` and how many words it takes, 0 when there is none."""
    if number_word(words[at]) is None and words[at] not in _BEFORE_SCALES:
        return 0, 0
    total, part, end = 0, 0, at
    if words[at] == "a" and words[at + 2 : at + 3] == ["of"] and words[at + 1] in _SETS:
        return _SETS[words[at + 1]], 3
    if words[at] in _BEFORE_SCALES and words[at + 1 : at + 2] and words[at + 1] in _SCALES:
        part, end = 1, at + 1
    elif list(words[at : at + 3]) == ["half", "a", "dozen"]:
        return 6, 3
    while end < len(words):
        value, following = number_word(words[end]), number_word("".join(words[end + 1 : end + 2]))
        if words[end] in _SCALES and part:
            total, part = total + part * _SCALES[words[end]], 0
            end += list(words[end + 1 : end + 2]) in (["d"], ["de"])  # "une douzaine d'agents"
        elif value is not None and (part == 0 or (part >= 20 and part % 10 == 0 and 0 < value < 10)):
            part += value
        elif not (
            (words[end] == "and" and total and part == 0 and following)
            or (words[end] in {"y", "et"} and part in _ROUND and following in _UNITS)
        ):
            break
        end += 1
    return total + part, end - at


def _counts(tokens: Sequence[Token], words: Sequence[str], at: int) -> bool:
    """Return whether a word is a number here: "one seat", "one more" and "one of two" are, "which one" is not."""
    if words[at] != "one":
        return True
    cues = [
        class_of(word) if word else token.cue
        for token, word in zip(tokens[at + 1 : at + 5], words[at + 1 :], strict=False)
    ]
    states = [cue for cue in cues[:2] if cue not in {"~", "HAVE", "WAS"}]
    if at and tokens[at - 1].cue in {",", "."} and states[:1] in (["IN"], ["OFF"], ["LEFT"]):
        return any(token.cue == NUMBER for token in tokens[:at])  # "16 agents, one on leave"
    is_share = cues[:1] == ["OF"] and (NUMBER in cues or any(number_word(word) for word in words[at + 1 : at + 5]))
    return is_share or not {*NOUNS, "EXTRA", "FEWER"}.isdisjoint(cues[:1])
