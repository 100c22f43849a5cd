"""The normaliser of indexing and asking alike: from text to search terms (spelling variants and stems folded)."""

from __future__ import annotations

import re
import threading
import zlib
from functools import lru_cache
from typing import Final

import msgspec
import Stemmer

from kb_service.stop_words import STOP_WORDS
from kb_service.text import REMEMBERED, joined_words, tokens

ANALYSIS_VERSION: Final = 2  # an index made by another version is rebuilt

# British and American spellings that no stemmer joins; both sides are folded alike, so any merging is symmetric.
_VARIANTS: Final = {
    "licence": "license", "licences": "licenses", "licenced": "licensed", "licencing": "licensing",
    "enquiry": "inquiry", "enquiries": "inquiries", "enquire": "inquire", "defence": "defense", "offence": "offense",
    "practise": "practice", "practised": "practiced", "practising": "practicing", "cancelled": "canceled",
    "cancelling": "canceling", "cancellation": "cancelation", "labelled": "labeled", "travelled": "traveled",
    "modelling": "modeling", "enrol": "enroll", "enrolment": "enrollment", "fulfil": "fulfill",
    "instalment": "installment", "instalments": "installments", "judgement": "judgment", "grey": "gray",
    "programme": "program", "programmes": "programs", "cheque": "check", "cheques": "checks", "tyre": "tire",
    "signalling": "signaling", "totalled": "totaled", "marvellous": "marvelous", "jewellery": "jewelry",
    "enquiring": "inquiring", "enrols": "enrolls", "fulfils": "fulfills", "labelling": "labeling",
    "travelling": "traveling", "modelled": "modeled", "levelled": "leveled", "dialled": "dialed",
    "catalogued": "cataloged", "ageing": "aging", "offences": "offenses", "cancellations": "cancelations",
}  # fmt: skip
_VARIANT_ENDINGS: Final = (
    (re.compile(r"(?<=[a-z]{3})isation(?=s?$)"), "ization"),
    (re.compile(r"(?<=[a-z]{3})is(?=e[ds]?$|er$|ing$|able$)"), "iz"),
    (re.compile(r"(?<=[a-z]{2})ys(?=e[ds]?$|ing$)"), "yz"),
    (re.compile(r"(?<=[a-z]{3})our(?=s?$|ed$|ing$|ite$|ites$|able$)"), "or"),
    (re.compile(r"(?<=[a-z]{2}[nt])tre(?=s?$)"), "ter"),
    (re.compile(r"(?<=[a-z]{3})ogue(?=s?$)"), "og"),
)
_STEMS_KEPT: Final = 1 << 16  # words remembered with their stems, 12 MB at most


class Term(msgspec.Struct, frozen=True, gc=False):
    """A search term at a word position, with the offsets of its surface in the text."""

    term: str
    position: int
    start: int
    end: int
    word: str


class _Stemmer(threading.local):
    """One for each thread: PyStemmer's objects are not for sharing."""

    def __init__(self) -> None:
        self.english = Stemmer.Stemmer("english", 0)


_stemmer = _Stemmer()


@lru_cache(maxsize=_STEMS_KEPT)
def term_of(word: str) -> str:
    """Return the search term of a folded word: its spelling variant's stem; words with a digit stay exact."""
    if not word.isascii() or not word.isalpha():
        return word
    word = _VARIANTS.get(word, word)
    if len(word) > 4:
        for ending, plain in _VARIANT_ENDINGS:
            word = ending.sub(plain, word)
    return str(_stemmer.english.stemWord(word))


@lru_cache(maxsize=REMEMBERED)
def term_code(term: str) -> int:
    """Return the 32-bit code under which a term stands in Entry.codes."""
    return zlib.crc32(term.encode())


def is_stop_word(word: str) -> bool:
    """Tell whether a folded word carries no subject."""
    return word in STOP_WORDS


def analyse(text: str) -> list[Term]:
    """Return the terms of `text` by position; a joined word ("log-in") stands at its first part's position."""
    words = tokens(text)
    found = [Term(term_of(t.word), i, t.start, t.end, t.word) for i, t in enumerate(words)]
    joined = joined_words(text, words)
    if joined:
        found.extend(Term(term_of(t.word), i, t.start, t.end, t.word) for i, t in joined)
        found.sort(key=lambda term: term.position)
    return found


def parted(terms: list[Term]) -> tuple[list[Term], list[Term]]:
    """Return analysed terms word by word, one a position, and apart from them the joined words."""
    if not terms or terms[-1].position + 1 == len(terms):
        return terms, []
    own: list[Term] = []
    joined: list[Term] = []
    for term in terms:
        (own if term.position == len(own) else joined).append(term)
    return own, joined
