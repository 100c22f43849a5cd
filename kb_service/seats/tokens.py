"""A question as a list of tokens: numbers that may count seats or staff, and the cues of the words around them.

Amounts of money, percentages, dates, times, versions, telephone numbers, ranges, identifiers and addresses are not such
numbers: each is one unknown word here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from kb_service.seats.cues import NOUNS, NUMBER, UNKNOWN, class_of, phrase_at

MAX_SEATS: Final = 100_000  # no helpdesk has more staff: a larger number counts something else
SHORT_LINE: Final = 60  # characters; a line that ends earlier was ended on purpose (a list, a form), not wrapped
_YEARS: Final = range(1990, 2100)
_ACCENT: Final = "\u2060"  # stands for an accent that is a character of its own: it joins the letters beside it


class Token(NamedTuple):
    """`cue` is `NUMBER`, a class of `cues`, or a mark; `start` and `end` are offsets in the text."""

    cue: str
    start: int
    end: int
    value: int = 0


_MONTH: Final = (
    r"(?:jan(?:uary?)?|feb(?:ruary?)?|m[aä]r(?:ch|z)?|apr(?:il)?|ma[yi]|jun[ei]?|jul[yi]?|aug(?:ust)?|sep(?:t(?:ember)?)?|"
    r"o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|"
    r"octubre|noviembre|diciembre|janvier|fevrier|mars|avril|juin|juillet|aout|septembre|octobre|novembre|decembre)"
)
_CURRENCY: Final = r"(?:usd|eur|gbp|chf|dollars?|euros?|pounds?|bucks|quid|cents?|francs?)\b"
_SCAN: Final = re.compile(
    rf"""(?P<address> \S*/\S*getcount\S* | \S*(?:://|@|\bwww\.|\.kayako\b|\.php\b)\S* )
    | (?P<other> [$€£¥₹]\s?\d[\d.,]*k? | \d[\d.,]*\s?k?\s?(?:[$€£¥₹]|{_CURRENCY}) | (?:usd|eur|gbp|chf)\s?\d[\d.,]*
        | \d[\d.,]*\s?(?:%|percent\b|prozent\b|por\sciento\b|pour\s?cent\b)
        | \d+[-./]\d+[-./]\d[\d./-]* | 24/7 | (?<!\w)[-−+]\d[\d\s().-]{{6,}}\d | \(?\b\d{{3}}\)?[\s.-]\d{{3}}[\s.-]\d{{4}}\b
        | \d{{1,2}}:\d\d[:\d]*(?:\s?[ap]m\b)? | \d{{1,2}}\s?(?:am|pm|uhr|hrs?|o.clock)\b
        | \b{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s(?:19|20)\d\d\b)?
        | \b\d{{1,2}}(?:\.|st|nd|rd|th)?\s(?:of\s|de\s)?{_MONTH}\b(?!\s(?:be|have|not|need|use|leave|join|want)\b)
        | (?:(?<=\bon\s)|(?<=\bsince\s)|(?<=\bby\s)|(?<=\bam\s)|(?<=\ble\s))\d+/\d+
        | \#\s?\d[\w-]* | \b0\d[\d\s/-]* | \d+[-–—]\d[\w-]* | \d+\+ | (?<![\w)])[-−]\d[\d.,]*
        | [^\W\d_]+(?:[-_]\w+)*[-_]?\d[\w-]* | \d+_\w* )
    | (?P<glued> \d+-?[^\W\d_]{{2,}} )
    | (?P<number> \d{{1,3}}(?:[.,’\xa0\u202f ]\d{{3}})+(?![\d]|[.,]\d) | \d+(?![.,]?\d|[^\W\d_]) )
    | (?P<decimal> \d[\w.,]* )
    | (?P<short> \b(?:e\.g|i\.e|z\.\s?b|p\.\s?ej|incl|inkl|approx|ca|vs)\.(?=\s|\d) | \b(?:no|nr)\.(?=\s?\d) )
    | (?P<word> [^\W\d_][^\W\d_{_ACCENT}]*(?:{_ACCENT}[^\W\d_]*)* )
    | (?P<mark> [-=]>|→|[.?!;]+|[~≈,:=()\[\]{{}}|/+&>•*]|(?<!\w)[-–—]+(?!\w)|\n )""",
    re.VERBOSE,
)
_MARKS: Final = {"(": "(", ")": ")", "~": "ABOUT", "≈": "ABOUT", "=": ":", ":": ":", "/": "/", "&": "AND", "+": "AND"} | dict.fromkeys(
    ("->", "=>", "→"), "TO"
)
UNITS: Final = {
    word: value
    for words in (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty",
        "- - zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn "
        "achtzehn neunzehn zwanzig",
        "cero - dos tres cuatro cinco seis siete ocho nueve diez - doce trece catorce quince dieciseis diecisiete "
        "dieciocho diecinueve veinte",
        "- - deux trois quatre cinq - - huit neuf dix onze douze treize quatorze quinze seize - - - vingt",
    )
    for value, word in enumerate(words.split())
    if word != "-"
}
_TENS: Final = {
    word: 10 * value
    for words in (
        "twenty thirty forty fifty sixty seventy eighty ninety",
        "zwanzig dreißig vierzig funfzig sechzig siebzig achtzig neunzig",
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
        "vingt trente quarante cinquante soixante",
        "- dreissig fourty - - - - ninty",
    )
    for value, word in enumerate(words.split(), start=2)
    if word != "-"
}
_FUSED: Final = {
    word: _TENS[tens] + value
    for tens in _TENS
    for unit, value in ({"ein": 1} | UNITS).items()
    if 0 < value < 10
    for word in (tens + unit, f"{unit}und{tens}")  # sixtytwo, zweiundsechzig
}
_SCALES: Final = {"dozen": 12, "dutzend": 12, "docena": 12, "douzaine": 12, "hundred": 100, "thousand": 1000}


_ESCAPED: Final = re.compile(r"(?:&amp;|&)(?:gt|lt);?|\\u003[ec]|%3[ec]|%2[089]|&nbsp;|</?[a-z]+/?>")


def plain(text: str) -> str:
    """Return a text in lower case, without accents, full-width forms, escapes and tags, each character at its place."""
    lowered = "".join(map(_plain, text))
    if "%20" in lowered or "%28" in lowered:
        lowered = lowered.replace("+", " ")
    return _ESCAPED.sub(_unescaped, lowered)


def _plain(character: str) -> str:
    """Return a character in lower case, without its accent or full width; always one character."""
    if character.isascii():
        return character.lower()
    if unicodedata.combining(character):
        return _ACCENT
    return unicodedata.normalize("NFKD", character.lower())[:1] or character


def _unescaped(match: re.Match[str]) -> str:
    escape = match.group()
    sign = ">" if escape.endswith(("gt", "gt;", "3e")) else "<" if escape.endswith(("lt", "lt;", "3c")) else " "
    return sign.ljust(len(escape))


def tokenize(lowered: str) -> list[Token]:
    """Return the tokens of a `plain` text in order; "." stands for every end of a sentence."""
    scanned = list(_scan(lowered))
    words = [lowered[start:end].replace(_ACCENT, "") if cue == "" else "" for cue, start, end, _ in scanned]
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
        elif word == "+" and lowered[end : end + 1].isdigit() and not lowered[start - 1 : start].strip():
            yield Token("EXTRA", start, end)
        elif kind == "mark":
            yield Token(_MARKS.get(word, "." if word[0] in ".?!;" else ","), start, end)
        elif kind == "word" or kind == "short":
            yield Token("", start, end - (kind == "short"))
        elif kind == "address":
            portal = "PLAN" if "my.kayako" in word or word.startswith("key.") else UNKNOWN
            yield Token("COUNT" if "getcount" in word else portal, start, end)
        elif kind in {"number", "glued"}:
            yield from _number(word, start, end)
        else:
            yield Token(UNKNOWN, start, end)


def _number(word: str, start: int, end: int) -> Iterator[Token]:
    """Yield "1,200" as a number, "60seats" and "60-seat" as a number and a noun, "24h" as something unknown."""
    unit = word.lstrip("0123456789.,’\xa0\u202f ").lstrip("-")
    digits = re.sub(r"\D", "", word)
    if int(digits[:7]) > MAX_SEATS or (unit and class_of(unit) not in NOUNS):
        yield Token(UNKNOWN, start, end)
        return
    yield Token(NUMBER, start, end - len(unit), int(digits))
    if unit:
        yield Token("", end - len(unit), end)


def _with_cues(tokens: Sequence[Token], words: Sequence[str]) -> Iterator[Token]:
    """Yield the tokens with number words joined to numbers, and each other word or phrase with its cue."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.cue == "":
            value, length = _spelled(words, at)
            if words[at] == "one" and length == 1 and not _counts(tokens, words, at + 1):
                length = 0
            cue = NUMBER if length else ""
            if not length:
                cue, length = phrase_at(words, at)
            yield Token(cue, token.start, tokens[at + length - 1].end, value)
            at += length
        else:
            is_year = token.cue == NUMBER and token.value in _YEARS and class_of("".join(words[at + 1 : at + 2])) not in NOUNS
            yield token._replace(cue="YEAR") if is_year else token
            at += 1


def _counts(tokens: Sequence[Token], words: Sequence[str], at: int) -> bool:
    """Return whether "one" before a place is a number: "one seat", "one more", "one of two", but not "which one"."""
    following = [class_of(words[each]) if words[each] else tokens[each].cue for each in range(at, min(at + 4, len(words)))]
    is_number = [each == NUMBER or (words[at + n] and _spelled(words, at + n)[1]) for n, each in enumerate(following)]
    return bool(following) and (following[0] in {*NOUNS, "EXTRA", "FEWER"} or (following[0] == "OF" and any(is_number[1:])))


def _spelled(words: Sequence[str], at: int) -> tuple[int, int]:
    """Return the number written at `words[at]` and how many words it takes, 0 when there is none."""
    total = part = 0
    end = at
    if words[at] in {"a", "an", "half"} and words[at + 1 : at + 2] and words[at + 1] in {*_SCALES, "a"}:
        if words[at] == "half":
            return (6, 3) if list(words[at + 1 : at + 3]) == ["a", "dozen"] else (0, 0)
        part, end = 1, at + 1
    while end < len(words):
        word = words[end]
        if word in _SCALES and part:
            total, part = total + part * _SCALES[word], 0
        elif word in UNITS and part % 100 == 0 or (part % 100 >= 20 and part % 10 == 0 and 0 < UNITS.get(word, 0) < 10):
            part += UNITS[word]
        elif word in {**_TENS, **_FUSED} and part == 0:
            part = {**_TENS, **_FUSED}[word]
        elif not (word == "and" and end > at and total and words[end + 1 : end + 2] and words[end + 1] in {**UNITS, **_TENS}):
            break
        end += 1
    return total + part, end - at
