"""What was asked: from any text to the words that carry its weight, their repairs and synonyms, and a query tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Final, NamedTuple

from kb_service.search import weights
from kb_service.search.analysis import Term, analyse, is_stop_word, term_code
from kb_service.search.engine import Snapshot
from kb_service.search.query import And, Best, Or, Phrase, Query, Word
from kb_service.search.results import Correction
from kb_service.search.spelling import Speller
from kb_service.search.stop_words import WEAK_WORDS
from kb_service.search.synonyms import Thesaurus

MAX_WORDS: Final = 32  # of a story the words that tell most; more add cost, not direction
_QUOTED: Final = re.compile(r'["“”„«]([^"“”„«»]{2,200})["“”»]')


class Alternative(NamedTuple):
    """Terms to look for together instead of the word itself, and how they came about, in words."""

    terms: tuple[str, ...]
    weight: float
    why: str


class QuestionWord(NamedTuple):
    """A word that carries weight: its idf times `share`, which is less than 1 for weak words and numbers.

    `known` tells whether the index has it.
    """

    surface: str
    term: str
    share: float
    weight: float
    known: bool
    alternatives: tuple[Alternative, ...]

    @property
    def is_number(self) -> bool:
        """Whether it has a digit: a quantity or an identifier."""
        return any(character.isdigit() for character in self.term)

    @property
    def code(self) -> int:
        """The code of the word's own term."""
        return term_code(self.term)

    @property
    def codes(self) -> frozenset[int]:
        """The codes (see Entry.codes) under which a passage can show this word."""
        return frozenset(term_code(term) for term, _ in self.variants)

    @property
    def variants(self) -> list[tuple[str, float]]:
        """The word's own term and its alternatives' terms, each with how surely it stands for the word."""
        return [(self.term, 1.0), *((term, a.weight) for a in self.alternatives for term in a.terms)]


class Understanding(NamedTuple):
    """A question understood: its words in order, the repairs made and the query tree."""

    text: str
    words: tuple[QuestionWord, ...]
    corrections: tuple[Correction, ...]
    query: Query

    @property
    def weight(self) -> float:
        """The sum of the weights of its words."""
        return sum(word.weight for word in self.words)


class Understander:
    """Understands questions against one snapshot: its vocabulary, its weights, its synonyms."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._speller = Speller(snapshot.vocabulary.words)
        self._thesaurus = Thesaurus(snapshot.guide.synonyms)

    def understand(self, text: str) -> Understanding:
        """Return what `text` asks for; any text at all is understood, if only as nothing."""
        terms = _content(self._read(text))
        alternatives, corrections = self._repairs(terms)
        for first, last, meant, weight in self._thesaurus.expansions([term.term for term in terms]):
            known = [term for term in meant if self._snapshot.knows(term)]
            for at in range(first, last):
                if known:
                    surface = " ".join(t.word for t in terms[first:last])
                    alternatives[at].append(Alternative(tuple(known), weight, f"synonym of “{surface}”"))
        words = self._weighed(terms, alternatives)
        phrases = [phrase for quote in _QUOTED.findall(text) if (phrase := _phrase(quote))]
        parts: list[Query] = [_node(word) for word in words]
        return Understanding(text, tuple(words), tuple(corrections), Or((*parts, *phrases)))

    def _read(self, text: str) -> list[Term]:
        """Return the terms of `text`; parts that it joins ("log-in") are one word too if some passage has that word."""
        return [
            term
            for _, (own, *joined) in groupby(analyse(text), key=lambda term: term.position)
            for term in (own, *(each for each in joined if self._snapshot.knows(each.term)))
        ]

    def _repairs(self, terms: Sequence[Term]) -> tuple[list[list[Alternative]], list[Correction]]:
        alternatives: list[list[Alternative]] = [[] for _ in terms]
        corrections: list[Correction] = []
        for at, term in enumerate(terms):
            following = terms[at + 1] if at + 1 < len(terms) else None
            if following and term.word.isalpha() and following.position - term.position <= 1:
                self._join(term, following, alternatives[at], alternatives[at + 1])
            if self._snapshot.knows(term.term) or self._speller.knows(term.word):
                continue
            if pair := self._speller.split(term.word):
                stems = tuple(_stem(word) for word in pair if not is_stop_word(word))
                if stems:
                    alternatives[at].append(Alternative(stems, 0.9, f"“{term.word}” written as one word"))
                    corrections.append(Correction(typed=term.word, meant=" ".join(pair)))
                continue
            repairs = (
                [] if any(a.why.startswith("joined") for a in alternatives[at]) else self._speller.repairs(term.word)
            )
            for word, weight in repairs:
                alternatives[at].append(Alternative((_stem(word),), weight, f"correction of “{term.word}”"))
            if repairs:
                corrections.append(Correction(typed=term.word, meant=repairs[0].word))
        return alternatives, corrections

    def _join(self, term: Term, following: Term, here: list[Alternative], there: list[Alternative]) -> None:
        joined = term.word + following.word
        if len(joined) > 4 and self._speller.knows(joined):
            alternative = Alternative((_stem(joined),), 0.8, f"joined “{term.word} {following.word}”")
            here.append(alternative)
            there.append(alternative)

    def _weighed(self, terms: Sequence[Term], alternatives: Sequence[Sequence[Alternative]]) -> list[QuestionWord]:
        words: dict[str, QuestionWord] = {}
        for term, others in zip(terms, alternatives, strict=True):
            known = self._snapshot.knows(term.term)
            share = _share(term.word, known=known)
            weight = share * self._snapshot.weight_of(term.term)
            words.setdefault(term.term, QuestionWord(term.word, term.term, share, weight, known, tuple(others)))
        kept = sorted(words.values(), key=lambda word: -word.weight)[:MAX_WORDS]
        return [word for word in words.values() if word in kept] if len(words) > MAX_WORDS else list(words.values())


def _content(terms: list[Term]) -> list[Term]:
    """Return the terms that carry weight; of a question made of stop words only, all of them."""
    content = [term for term in terms if not is_stop_word(term.word)]
    return content or terms


def _share(word: str, *, known: bool) -> float:
    """Return how much of a word's rarity counts; a number that no article has says nothing about its subject."""
    if any(character.isdigit() for character in word):
        return (weights.QUANTITY if len(word) <= weights.QUANTITY_DIGITS else weights.NUMBER) if known else 0.0
    return weights.WEAK_WORD if word in WEAK_WORDS else 1.0


def _stem(word: str) -> str:
    return analyse(word)[0].term


def _phrase(quote: str) -> Phrase | None:
    terms = tuple(dict.fromkeys((term.position, term.term) for term in analyse(quote)))
    return Phrase(tuple(term for _, term in terms), weight=0.5) if len(terms) > 1 else None


def _node(word: QuestionWord) -> Query:
    own = Word(word.term, word.share)
    if not word.alternatives:
        return own
    return Best((own, *(_alternative(alternative) for alternative in word.alternatives)))


def _alternative(alternative: Alternative) -> Query:
    share = alternative.weight / len(alternative.terms)
    words = tuple(Word(term, share) for term in alternative.terms)
    return words[0] if len(words) == 1 else And(words)
