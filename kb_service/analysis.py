"""From text to search terms, for articles and questions alike: spelling variants and stems folded, stop words known.

>>> [term.term for term in analyse("The cancelled licences")]
['the', 'cancel', 'licens']
"""

from __future__ import annotations

import re
import threading
import zlib
from functools import lru_cache
from typing import Final

import msgspec
import Stemmer

from kb_service.text import REMEMBERED, joined_words, tokens

ANALYSIS_VERSION: Final = 2  # an index made by another version is rebuilt

# English words that carry little stay in the index, because phrases need them, and are scored less or not at all.
# What that is worth: docs/ranking-numbers.md.
# Grammar and courtesy: never scored, unless a question has no other word.
STOP_WORDS: Final = frozenset(
    """a aint also am an and anyones are arent as asap at bcoz be because been being btw but by can cannot
    cant cheers could couldnt couldve coz cuz did didnt do does doesent doesnt doing done dont dosnt dunno
    folks for from fyi gimme gonna gotta guys had hadnt has hasnt have havent having havnt he hello her hey
    heya hi him his hiya how howdy hows i id if ill im in into is isnt it its ive just kindly lemme lol may me
    might must my myself no not of ok okay omg on or our ours ourselves pl please pls plz regards s shall she
    should shouldnt shouldve sincerely so such t than thank thanks thanx that thats the their them then there
    theres these they theyre theyve this thnx tho those thx tnx to too u ur ure us very was wasnt wats we wer
    were werent weve what whats when whens where wheres which who whom whose why will with wont wot would
    wouldnt wouldve wtf yeah yes yo you youd youll your youre yours youve""".split()
)

# Words that say a little ("get", "more", "after"): counted at WEAK_WORD of their weight.
WEAK_WORDS: Final = frozenset(
    """about after again all any anybody anyone anything before both each either else even ever every everyone
    further get gets getting go goes going got gotten here heres hers however instead keep keeps kind let lets
    like lot maybe mine more most much need needs neither nor now off once one only other ought out over own
    per perhaps quite rather really same see seem seems since some somebody somehow someone something still
    sure tell theirs thing things though through try trying under until up upon via wanna want wants way well
    whatever whenever wherever whether while whos within without yet yourself yourselves""".split()
)

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
