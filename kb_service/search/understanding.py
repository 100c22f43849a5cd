"""What was asked: from any text to the words that carry its weight, their repairs and synonyms, and a query tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from kb_service.search import weights
from kb_service.search.analysis import Term, analyse, is_stop_word, term_code
from kb_service.search.engine import Snapshot
from kb_service.search.query import And, Best, Or, Phrase, Query, Word
from kb_service.search.results import Correction
from kb_service.search.spelling import Speller
from kb_service.search.stop_words import WEAK_WORDS
from kb_service.search.synonyms import Thesaurus

JOINED: Final = 0.8  # how surely two words are meant as the one they make together,
JOINED_CHARACTERS: Final = 5  # of at least this length,
WRITTEN_AS_ONE: Final = 0.9  # and one word as the two it is made of
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
    """A question understood: its words in order, the repairs made and the query tree.

    `meant` is the text with every repair in place of the slip.
    """

    text: str
    meant: str
    words: tuple[QuestionWord, ...]
    corrections: tuple[Correction, ...]
    query: Query

    @property
    def weight(self) -> float:
        """The sum of the weights of its words."""
        return sum(word.weight for word in self.words)


class _Read(NamedTuple):
    """A word of the question: as typed, what is taken to be meant (its term too), and other ways to find it."""

    typed: Term
    meant: str
    term: str
    alternatives: tuple[Alternative, ...]


class Understander:
    """Understands questions against one snapshot: its vocabulary, its weights, its synonyms."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._speller = Speller(snapshot.vocabulary.words)
        self._thesaurus = Thesaurus(snapshot.guide.synonyms)

    def understand(self, text: str) -> Understanding:
        """Return what `text` asks for; any text at all is understood, if only as nothing."""
        read = [self._repaired(term) for term in _joined(self._read(text), self._speller)]
        said = [word for word in read if not is_stop_word(word.meant)] or read
        expansions: list[list[Alternative]] = [[] for _ in said]
        for first, last, meant, weight in self._thesaurus.expansions([word.term for word in said]):
            if known := tuple(term for term in meant if self._snapshot.knows(term)):
                why = f"synonym of “{' '.join(word.meant for word in said[first:last])}”"
                for at in range(first, last):
                    expansions[at].append(Alternative(known, weight, why))
        words = self._weighed(said, expansions)
        phrases = [phrase for quote in _QUOTED.findall(text) if (phrase := _phrase(quote))]
        parts: list[Query] = [_node(word) for word in words]
        slips = [word for word in read if word.meant != word.typed.word]
        return Understanding(
            text,
            _replaced(text, slips),
            tuple(words),
            tuple(Correction(typed=word.typed.word, meant=word.meant) for word in slips),
            Or((*parts, *phrases)),
        )

    def _read(self, text: str) -> list[Term]:
        """Return the terms of `text`; parts that it joins ("log-in") are one word too if some passage has that word."""
        return [
            term
            for _, (own, *joined) in groupby(analyse(text), key=lambda term: term.position)
            for term in (own, *(each for each in joined if self._snapshot.knows(each.term)))
        ]

    def _repaired(self, read: _Read) -> _Read:
        """Return the word with what it may be a slip of; words that the index has, or that are joined, are none."""
        term, speller = read.typed, self._speller
        if read.alternatives or self._snapshot.knows(term.term) or speller.knows(term.word) or is_stop_word(term.word):
            return read
        if pair := speller.split(term.word):
            stems = tuple(_stem(word) for word in pair if not is_stop_word(word))
            apart = Alternative(stems, WRITTEN_AS_ONE, f"“{term.word}” written as one word")
            return _Read(term, " ".join(pair), stems[0], (apart,)) if stems else read
        repairs = speller.repairs(term.word)
        if not repairs:
            return read
        why = f"correction of “{term.word}”"
        alternatives = tuple(Alternative((_stem(word),), weight, why) for word, weight in repairs)
        return _Read(term, repairs[0].word, alternatives[0].terms[0], alternatives)

    def _weighed(self, said: Sequence[_Read], expansions: Sequence[Sequence[Alternative]]) -> list[QuestionWord]:
        words: dict[str, QuestionWord] = {}
        for read, others in zip(said, expansions, strict=True):
            known = self._snapshot.knows(read.typed.term)
            share = _share(read.typed.word, known=known)
            weight = share * self._snapshot.weight_of(read.term)
            alternatives = (*read.alternatives, *others)
            words.setdefault(
                read.typed.term, QuestionWord(read.typed.word, read.typed.term, share, weight, known, alternatives)
            )
        kept = sorted(words.values(), key=lambda word: -word.weight)[:MAX_WORDS]
        return [word for word in words.values() if word in kept] if len(words) > MAX_WORDS else list(words.values())


def _joined(terms: Sequence[Term], speller: Speller) -> list[_Read]:
    """Return the words read, each with the word that it and a neighbour make ("log in") where the index has it."""
    alternatives: list[list[Alternative]] = [[] for _ in terms]
    for at, (term, following) in enumerate(pairwise(terms)):
        joined = term.word + following.word
        apart = following.position - term.position
        if apart == 1 and term.word.isalpha() and len(joined) >= JOINED_CHARACTERS and speller.knows(joined):
            alternative = Alternative((_stem(joined),), JOINED, f"joined “{term.word} {following.word}”")
            alternatives[at].append(alternative)
            alternatives[at + 1].append(alternative)
    return [_Read(term, term.word, term.term, tuple(alternatives[at])) for at, term in enumerate(terms)]


def _replaced(text: str, slips: Sequence[_Read]) -> str:
    for word in reversed(slips):
        text = text[: word.typed.start] + word.meant + text[word.typed.end :]
    return text


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
    own = [Word(word.term, word.share)] if word.known or not word.alternatives else []
    parts: list[Query] = [*own, *(_alternative(alternative, word.share) for alternative in word.alternatives)]
    return parts[0] if len(parts) == 1 else Best(tuple(parts))


def _alternative(alternative: Alternative, share: float) -> Query:
    share *= alternative.weight / len(alternative.terms)
    words = tuple(Word(term, share) for term in alternative.terms)
    return words[0] if len(words) == 1 else And(words)
