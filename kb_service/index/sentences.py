"""The sentences of a passage, and the words of its titles, as a reader needs them: worked out when it is indexed.

Entry.sentences holds one SENTENCE each, Entry.titles one TITLE_WORD each, so that the passages of an answer can be
read all at once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, get_args

import numpy as np

from kb_service.analysis import Term, analyse, is_stop_word, term_code
from kb_service.content.article import Passage, UnitKind
from kb_service.text import Span, split_sentences

KINDS: Final[tuple[UnitKind, ...]] = get_args(UnitKind)
HEADS: Final = frozenset({"heading", "question", "header"})  # units that never answer: what hangs from them does
LISTED: Final = frozenset({"item", "step", "definition"})
HEADINGS_KEPT: Final = 4096
SHORT: Final = 40  # characters of a sentence

# [start, end) in the passage's text, and how many words it has, as blanks tell them. `kind` is the number of its unit's
# kind in KINDS, `place` its own in the passage, and `above` that of the sentence that begins the unit which it hangs
# from, -1 without one. `first` is the code of its first word, 0 without one, and the bits of `traits` are TRAITS.
SENTENCE: Final = np.dtype(
    [(name, "i4") for name in ("start", "end", "words", "kind", "place", "above", "traits")] + [("first", "u4")]
)
# A word, as a code, of the title and headings of a passage, each once; the bits of `of` tell where it stands.
TITLE_WORD: Final = np.dtype([("code", "u4"), ("of", "u4")])
TITLE, LAST_HEADING, ANY_HEADING = 1, 2, 4

# By the kind of answer that a question asks for: what a sentence in small letters holds that offers it. To look for
# letters of either case takes three times as long.
OFFERS: Final = {
    kind: re.compile(pattern)
    for kind, pattern in {
        "number": r"\d|\b(?:one|two|three|four|five|six|seven|eight|ten|twelve|once|twice|daily|weekly|monthly|yearly"
        r"|hours?|days?|weeks?|months?|years?|minutes?|unlimited|free)\b",
        "steps": r"\b(?:click|select|choose|go to|open|enter|navigate|press|tap|set|use|run|add|log in|sign in)\b",
        "reason": r"\b(?:because|since|means|so that|reason|due to|comes? from|therefore|caused?|if)\b",
        "whom": r"@|\b(?:ask|contact|write to|owner|admin\w*|support|team|roles?|only|users?|members?|customers?)\b",
        "yes_or_no": r"\b(?:yes|no|not|never|nobody|nothing|only|cannot|can|can't|don't|doesn't|isn't|aren't|won't|may"
        r"|must|unable|able|required?|optional|supports?|supported|available|allowed?|possible)\b",
        "what_is": r"\b(?:is|are|means?|refers?|represents?|called|known as|allows?|lets|used)\b",
        "where": r"\b(?:page|menu|tab|section|settings?|under|in the|on the|top|left|right|portal|button)\b|>|→",
    }.items()
}
# A sentence that sends the reader elsewhere; the title of a linked article keeps its capital.
_POINTS: Final = re.compile(
    r"\b(?:see(?: also)?|read|in|with|to|follow|following|visit|about) [A-Z][\w']*(?: [\w',]+){2,}[.:]?$"
    r"|^(?:see|for (?:more|further|additional|details)|learn (?:more|how)|read more|refer to|more information)\b",
    re.IGNORECASE,
)
_OF_KIND: Final[tuple[UnitKind, ...]] = ("step", "item", "row", "definition", "lead_in", "code")
# What is true of a sentence whatever is asked: the "opening" is the first of an article, "listed" in any list, a "head"
# never answers, and one that "points" sends the reader elsewhere.
TRAITS: Final = (
    *("first", "opening", "last", "short", "points", "digits", "listed_first", "listed", "head"),
    *_OF_KIND,
    *(f"offers_{kind}" for kind in OFFERS),
)


def sentences_of(passage: Passage, words: Sequence[Term]) -> bytes:
    """Return the sentences (see text.split_sentences) of a passage, whose text has these words, one SENTENCE each."""
    spans = split_sentences(passage.text)
    units = _units(passage, spans)
    kinds = [_kind(passage, span, unit) for span, unit in zip(spans, units, strict=True)]
    above = _above(passage, units)
    begins = [word.start for word in words]
    found = np.zeros(len(spans), dtype=SENTENCE)
    for at, (start, end, _) in enumerate(spans):
        text = passage.text[start:end]
        traits = _traits(passage, kinds, at, text)
        word = bisect_left(begins, start)
        first = term_code(words[word].term) if word < len(words) and words[word].end <= end else 0
        bits = sum(has << bit for bit, has in enumerate(traits))
        found[at] = (start, end, text.count(" ") + 1, KINDS.index(kinds[at]), at, above[at], bits, first)
    return found.tobytes()


def _traits(passage: Passage, kinds: Sequence[UnitKind], at: int, text: str) -> tuple[bool, ...]:
    """Return which of TRAITS a sentence has."""
    kind, small = kinds[at], text.lower()
    return (
        at == 0,
        at == 0 and passage.position == 0,
        at == len(kinds) - 1,
        len(text) < SHORT,
        bool(_POINTS.search(text)),
        any(map(str.isdigit, text)),
        kind in LISTED and (at == 0 or kinds[at - 1] not in LISTED),
        kind in LISTED,
        kind in HEADS,
        *(kind == one for one in _OF_KIND),
        *(bool(pattern.search(small)) for pattern in OFFERS.values()),
    )


def _units(passage: Passage, spans: Sequence[Span]) -> list[int]:
    """Return the numbers of the units in which sentences begin, -1 for none."""
    units, at = [], 0
    for span in spans:
        while at < len(passage.units) and passage.units[at].end <= span.start:
            at += 1
        units.append(at if at < len(passage.units) and passage.units[at].start <= span.start else -1)
    return units


def _kind(passage: Passage, span: Span, unit: int) -> UnitKind:
    if unit < 0:
        return "item" if span.item else "text"
    return passage.units[unit].kind


def _above(passage: Passage, units: Sequence[int]) -> list[int]:
    """Return for each sentence that of the heading, question, lead-in or header it hangs from, -1 without one."""
    sentence_of: dict[int, int] = {}
    for at, unit in enumerate(units):
        sentence_of.setdefault(unit, at)
    return [sentence_of.get(passage.units[unit].under, -1) if _hangs(passage, unit) else -1 for unit in units]


def _hangs(passage: Passage, unit: int) -> bool:
    return unit >= 0 and passage.units[unit].under >= 0


def title_words_of(passage: Passage) -> bytes:
    """Return the words of a passage's title and headings, stop words aside, one TITLE_WORD each."""
    title, headings = _codes_of(passage.title), [_codes_of(each) for each in passage.heading_path]
    of = dict.fromkeys(title, TITLE)
    for place, codes in [(ANY_HEADING, each) for each in headings] + [
        (LAST_HEADING, headings[-1] if headings else title)
    ]:
        for code in codes:
            of[code] = of.get(code, 0) | place
    return np.asarray([*of.items()], dtype=np.uint32).tobytes()


@lru_cache(maxsize=HEADINGS_KEPT)
def _codes_of(heading: str) -> frozenset[int]:
    return frozenset([term_code(term.term) for term in analyse(heading) if not is_stop_word(term.word)])
