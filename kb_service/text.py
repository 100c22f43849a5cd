"""Words and sentences of a text with their offsets, and the plain form of a word, for articles and questions alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, groupby, pairwise
from typing import Final, NamedTuple

import msgspec

_INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"  # soft hyphens and the like, left inside words by copying
_LETTERS: Final = rf"[^\W_]+(?:[\u0300-\u036f{_INVISIBLE}]+[^\W_]*)*"  # and digits, and accents written on their own
_WORD: Final = re.compile(rf"(\d+(?:[.,]\d+)+|{_LETTERS}(?:['’ʼ＇]{_LETTERS})*)")
# Scripts written without spaces: a run is read as overlapping pairs of characters, the usual way to search them.
_UNSPACED: Final = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_UNSPACED_RUN: Final = re.compile(f"[{_UNSPACED}]+")
_BY_SCRIPT: Final = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+")
_APOSTROPHES: Final = re.compile(r"['’ʼ＇]")
MAX_WORD_CHARACTERS: Final = 64  # a longer run is no word anybody searches; it is cut, so a hostile one costs nothing
REMEMBERED: Final = 1 << 15  # plain forms, 5 MB at most: to look one up takes a tenth of making it
_JOINERS: Final = frozenset("-‐‑/.@")  # "log-in", "c/c": also one word when nothing else stands between the parts
MAX_JOINED_PARTS: Final = 3

_LINE: Final = re.compile(r"[^\n]+")
_ITEM: Final = re.compile(r"\s*(?:\d{1,3}[.)]|[-*•])\s+")
_CONTINUES: Final = re.compile(r"\s{2,}\S")  # what stands below an item, under its text
_STOP: Final = re.compile(
    r"[.!?…]+[\"'”’»)\]]*\s+(?=\S)"  # whether it ends a sentence, the next word tells
    r"|[。！？｡]+[」』）”’\")]*\s*"
    r"|[؟۔।॥։።]+[\"'”’»)\]]*\s+"
)
_OPENING: Final = "\"'“‘„‚«‹¿¡*_"
_BEFORE_STOP: Final = 16  # characters: looking further back took 1 s for 7,000 characters of "e.g. X"
_LAST_WORD: Final = re.compile(r"(?<![^\W_])(?:(?:[^\W\d_]\. ?){1,4}|[^\W_]+\.)$")  # "e.g.", "z. B.", "Inc."
_NEXT_WORD: Final = re.compile(r"[^\W_]+")
_OF_NUMBERS: Final = " .()0123456789"
_NEVER_LAST: Final = frozenset(  # abbreviations without their dots and blanks: a sentence always goes on behind them
    "eg ie vs mr mrs ms dr prof approx cf fig figs viz al esp incl excl resp ext dept pvt ave blvd "
    "zb dh ua bzw ca nr abb vgl sog evtl ggf inkl exkl zzgl tel str idr "
    "mme mm mlle env ej sr sra srta ud uds dra pág núm pej sig dott es bijv dwz oa nl blz np tj tzn min "
    "см стр рис руб тел им тыс те".split()
)
_MAYBE_LAST: Final = frozenset("inc ltd co corp llc plc am pm jr st us uk eu usa bd kg ev usf ff max gov".split())
_BEFORE_NUMBERS: Final = frozenset("no nos nr p pp vol ch sec art n nº § abs s z bl r".split())
_STARTERS: Final = frozenset(  # words that begin a sentence, and hardly ever a name
    "a after all also an and any as at before but by click each every for from go he her here his how however i if in "
    "it its make more most no not note on once only open or our please see select she since so some such that the "
    "their then there these they this those to use we what when where which while who why with you your "
    "aber auch auf bei das dann der die dies diese ein eine er es für hier im ist mit nach sie wenn wie wir zum zur "
    "ce ces cette elle il ils le la les nous pour si un une vous el en esta este lo los las para se su".split()
)
_MONTHS: Final = frozenset(
    "januar jänner februar märz april mai juni juli august september oktober november dezember quartal".split()
)


class Token(msgspec.Struct, frozen=True, gc=False):  # made in a quarter of the time of a named tuple
    """A word in plain form and its [start, end) code-point offsets in the text it came from."""

    word: str
    start: int
    end: int


def fold(word: str) -> str:
    """Return the plain form of a word, its case, accents and apostrophes folded; "Café's" is "cafe"."""
    if word.isascii():
        folded = word.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold())
        kept = "".join(c for c in decomposed if not unicodedata.combining(c) and c not in _INVISIBLE)
        folded = unicodedata.normalize("NFC", kept)
    if len(folded) > 2 and folded[-1] == "s" and folded[-2] in "'’ʼ＇":
        folded = folded[:-2]
    return _APOSTROPHES.sub("", folded)[:MAX_WORD_CHARACTERS]


def tokens(text: str) -> list[Token]:
    """Return the words of `text` in order; digits with separators are one word ("1,200" is "1200")."""
    parts = _WORD.split(text)  # what is between words, a word, and so on
    surfaces, ends = parts[1::2], [*accumulate(map(len, parts))]
    words = [_plain(each) if len(each) <= MAX_WORD_CHARACTERS else _plain.__wrapped__(each) for each in surfaces]
    plain = [word for word in words if word]
    if len(plain) == len(words):
        return [*map(Token, plain, ends[::2], ends[1::2])]
    found: list[Token] = []
    for word, surface, start, end in zip(words, surfaces, ends[::2], ends[1::2], strict=False):
        if word is None:
            found.extend(_unspaced(surface, start))
        elif word:
            found.append(Token(word, start, end))
    return found


@lru_cache(maxsize=REMEMBERED)
def _plain(surface: str) -> str | None:
    """Return the plain form of a run of letters, None where some of it is written without spaces."""
    if not surface.isascii() and _UNSPACED_RUN.search(surface):
        return None
    return fold(surface.replace(",", "") if surface[0].isdigit() else surface)


def _unspaced(surface: str, offset: int) -> list[Token]:
    found: list[Token] = []
    for part in _BY_SCRIPT.finditer(surface):
        run, start = part.group(), offset + part.start()
        width = min(2, len(run)) if _UNSPACED_RUN.match(run) else len(run)
        found.extend(Token(fold(run[i : i + width]), start + i, start + i + width) for i in range(len(run) - width + 1))
    return [token for token in found if token.word]


def joined_words(text: str, words: list[Token]) -> list[tuple[int, Token]]:
    """Return words that a hyphen, slash, dot or @ holds together, as one: ("log-in" also reads "login").

    Each comes with the index in `words` of its first part. Numbers are left alone: "60-48" is no word.
    """
    held = [
        at
        for at, (one, other) in enumerate(pairwise(words))
        if other.start == one.end + 1 and text[one.end] in _JOINERS
    ]
    found: list[tuple[int, Token]] = []
    for first, last in _runs(held):
        parts = words[first : last + 2]
        if len(parts) <= MAX_JOINED_PARTS and not all(part.word.replace(".", "").isdigit() for part in parts):
            word = "".join(part.word for part in parts)[:MAX_WORD_CHARACTERS]
            found.append((first, Token(word, parts[0].start, parts[-1].end)))
    return found


def _runs(numbers: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last of numbers that follow each other without a gap."""
    for _, run in groupby(enumerate(numbers), key=lambda each: each[1] - each[0]):
        same = [number for _, number in run]
        yield same[0], same[-1]


def shortened(text: str, most: int) -> str:
    """Return a text as one line of at most `most` characters, with "…" at its end where there is more.

    >>> shortened("We pay for 60 seats, 48 use it", 21)
    'We pay for 60 seats,…'
    """
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def slug(text: str) -> str:
    """Return `text` as a lower-case identifier for URLs and anchors: words joined by hyphens, possibly empty."""
    return "-".join(re.findall(r"[^\W_]+", _APOSTROPHES.sub("", unicodedata.normalize("NFKC", text).casefold())))


class Span(NamedTuple):
    """[start, end) of one sentence or list item in a text."""

    start: int
    end: int
    item: bool


def split_sentences(text: str) -> list[Span]:
    """Return the sentences and list items of a text, in order, without the blanks around them.

    >>> split_sentences("Pay by card, e.g. Visa. Then wait.")
    [Span(start=0, end=23, item=False), Span(start=24, end=34, item=False)]
    """
    spans: list[Span] = []
    item = False
    for line in _LINE.finditer(text):
        inside = item and bool(_CONTINUES.match(line.group()))
        item = inside or bool(_ITEM.match(line.group()))
        start = line.start()
        if not item:
            for end in sentence_ends(line.group()):
                spans.append(_trimmed(text, start, line.start() + end, item))
                start = line.start() + end
        spans.append(_trimmed(text, start, line.end(), item))
    return [span for span in spans if span.start < span.end]


def sentence_ends(line: str) -> Iterator[int]:
    """Yield where sentences of a line end, each with the blanks behind it; the end of the line is none.

    A dot ends a sentence when the next word can begin one: with a capital, a digit, or in a script without capitals;
    not behind an abbreviation or an initial, unless the next word gives the beginning away ("at 9 a.m. The office …").

    >>> list(sentence_ends("Pay by card, e.g. Visa. Then wait."))
    [24]
    """
    for stop in _STOP.finditer(line):
        ends = stop[0][0] not in ".!?…" or _begins_sentence(line, stop.start(), stop.end())
        if ends and stop.end() < len(line):
            yield stop.end()


def _begins_sentence(line: str, stop: int, following: int) -> bool:
    """Tell whether a sentence begins at `following`, behind the blanks after a stop."""
    first = line[following : following + 4].lstrip(_OPENING)[:1]
    small = first.islower() and not line[following + 1 : following + 2].isupper()  # "iPhone" begins a sentence
    if small or not (first.isalnum() or first == "<"):
        return False
    if line[stop] == "…" and line[stop - 1 : stop].isspace():  # the sign of a menu: "click … Actions"
        return False
    if line[stop] != "." or line[stop + 1 : stop + 2] == ".":
        return True
    found = _LAST_WORD.search(line, max(0, stop - _BEFORE_STOP), stop + 1)
    if not found:
        return True
    word = found[0].replace(".", "").replace(" ", "").lower()
    following_word = _NEXT_WORD.search(line, following)
    next_word = following_word[0].lower() if following_word else ""
    if (len(word) == 1 or (word.isdigit() and len(word) <= 3)) and not line[: found.start()].strip(_OF_NUMBERS):
        return False  # the number of a step: "2. Open the page", "b. NO – Go on"
    if word.isdigit():
        return next_word not in _MONTHS
    if word in _NEVER_LAST:
        return False
    if first.isdigit() and word in _BEFORE_NUMBERS:
        return False
    if word in _MAYBE_LAST or len(word) == 1 or "." in found[0][:-1]:
        return next_word in _STARTERS
    return True


def _trimmed(text: str, start: int, end: int, item: bool) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end, item)
