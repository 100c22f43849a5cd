"""Understand a question: from any text to its weighted words, their spelling repairs and synonyms, and a query tree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final, NamedTuple

import msgspec

from kb_service.analysis import WEAK_WORDS, Term, analyse, is_stop_word, parted, term_code, term_of
from kb_service.index.catalogue import Catalogue
from kb_service.index.guide import SynonymRule
from kb_service.index.query import And, Best, Or, Phrase, Query, Word
from kb_service.language import language_of
from kb_service.questions.forms import Forms, stop_words
from kb_service.questions.message import extract_question
from kb_service.questions.spelling import Speller

# Shares of a word's rarity (idf) that count; what chose them: docs/ranking-numbers.md.
WEAK_WORD: Final = 0.3
NUMBER: Final = 0.3  # "error 4034", "2.7.5"
QUANTITY: Final = 0.1  # "60 seats": a short number says how many, seldom what about
QUANTITY_DIGITS: Final = 2

# How surely words written one way are meant another way (0 to 1).
JOINED: Final = 0.8  # two words as one ("help desk" for "helpdesk")
JOINED_CHARACTERS: Final = 5  # the least length of that one word
HYPHENATED: Final = 0.9  # two with a hyphen as one ("log-in")
WRITTEN_AS_ONE: Final = 0.9  # one as two ("creditcard")
FORM: Final = 0.9  # another form of the word, in other languages than English
PARTED: Final = 0.6  # a noun as the verb in it ("login" for "log in")

ONE_SLIP: Final = 1.0  # the most that one wrong letter costs: likelier than a missing blank
MAX_WORDS: Final = 32  # of a long text the weightiest words; more add cost, not direction
ACRONYM_CHARACTERS: Final = 5  # a word in capitals up to this length is a name
_IN_A_NAME: Final = re.compile(r"[@_=#\\]|\.(?=\w)")  # next to a word: it is part of an address, a file, a setting
_VERB: Final = re.compile(
    r"(add|back|call|check|clock|drop|hand|hold|lock|log|opt|pay|pick|plug|roll|set|shut|sign|start|turn|wind)"
    r"(back|down|in|off|on|out|over|up)"
)
_QUOTED: Final = re.compile(r'["“”„«]([^"“”„«»]{2,200})["“”»]')


class Correction(msgspec.Struct, frozen=True):
    """A typing slip in the question, and the word of the index that is searched beside it."""

    typed: str = msgspec.field(name="from")
    meant: str = msgspec.field(name="to")


class Alternative(NamedTuple):
    """Terms that may stand for a word, all together; how surely (0 to 1), and why, as shown to people."""

    terms: tuple[str, ...]
    weight: float
    why: str


@dataclass(frozen=True, slots=True)
class QuestionWord:
    """A word of the question. Its `weight` is its idf times `share`, which is below 1 for weak words and numbers.

    `known` tells whether the index has it. `variants` are its own term and those of its alternatives, each with how
    surely it stands for the word; `codes` are their codes in passages (see Entry.codes).
    """

    surface: str
    term: str
    share: float
    weight: float
    known: bool
    alternatives: tuple[Alternative, ...]
    variants: tuple[tuple[str, float], ...] = field(init=False, compare=False)
    codes: frozenset[int] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        variants = ((self.term, 1.0), *((term, a.weight) for a in self.alternatives for term in a.terms))
        object.__setattr__(self, "variants", variants)
        object.__setattr__(self, "codes", frozenset([term_code(term) for term, _ in variants]))

    @property
    def is_number(self) -> bool:
        """Whether it has a digit: a quantity or an identifier."""
        return _has_digit(self.term)

    @property
    def code(self) -> int:
        """The code of the word's own term."""
        return term_code(self.term)


class Understanding(NamedTuple):
    """A question understood: its words in order, the spelling repairs to show, and the query tree.

    `meant` is the part of the text that asks (see message.py), with every slip repaired. `language` is the code of its
    language, "" where that is not known; `foreign` is the same where the articles have none in it, else "".
    """

    text: str
    meant: str
    words: tuple[QuestionWord, ...]
    corrections: tuple[Correction, ...]
    query: Query
    language: str = ""
    foreign: str = ""

    @property
    def weight(self) -> float:
        """The sum of the weights of its words."""
        return sum(word.weight for word in self.words)


class _Read(NamedTuple):
    """A word while it is read: as typed, as meant (with its terms), and what else may stand for it."""

    typed: Term
    meant: str
    terms: tuple[str, ...]
    alternatives: tuple[Alternative, ...]


class Expansion(NamedTuple):
    """A rule that applies: terms `first` to `last` (exclusive) of the question may mean the terms `meant`."""

    first: int
    last: int
    meant: tuple[str, ...]
    weight: float


class Thesaurus:
    """Finds the synonym rules that apply to a question."""

    def __init__(self, rules: Sequence[SynonymRule]) -> None:
        self._rules: dict[str, list[SynonymRule]] = {}
        for rule in rules:
            self._rules.setdefault(rule.typed[0], []).append(rule)

    def expansions(self, terms: Sequence[str]) -> list[Expansion]:
        """Return every rule whose typed terms stand side by side in `terms`, in the order of the question."""
        return [
            Expansion(at, at + len(rule.typed), rule.meant, rule.weight)
            for at, term in enumerate(terms)
            for rule in self._rules.get(term, ())
            if tuple(terms[at : at + len(rule.typed)]) == rule.typed
        ]


class Understander:
    """Understands questions against one catalogue: its words, its weights, its synonyms."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._speller = Speller(catalogue.words)
        self._thesaurus = Thesaurus(catalogue.guide.synonyms)
        self._forms = Forms(catalogue.terms, catalogue.guide.languages)

    def understand(self, text: str) -> Understanding:
        """Return what `text` asks for; any text will do, one without words asks for nothing."""
        asked = extract_question(text, self._catalogue.knows)
        language, foreign = self._language(asked)
        joined = self._with_forms(self._joined(asked), language)  # a foreign word is no slip
        read = self._with_synonyms(joined if foreign else [self._repaired(asked, word) for word in joined])
        little = stop_words(language)
        telling = [word for word in read if not is_stop_word(word.meant) and word.meant not in little]
        words = self._weighed(telling or read)
        phrases = [phrase for quote in _QUOTED.findall(asked) if (phrase := _phrase(quote))]
        parts: list[Query] = [_node(word) for word in words]
        slips = [word for word in read if word.meant != word.typed.word]
        return Understanding(
            text,
            _replaced(asked, slips),
            tuple(words),
            tuple(Correction(typed=word.typed.word, meant=word.meant) for word in slips if self._is_shown(word)),
            Or((*parts, *phrases)),
            language,
            foreign,
        )

    def _language(self, text: str) -> tuple[str, str]:
        """Return the language of a text, and once more if the articles have none in it; "" where it is not known."""
        languages = self._catalogue.guide.languages
        language = language_of(text) if languages else ""
        if not language and len(languages) == 1:
            return languages[0], ""
        return language, language if language not in languages else ""

    def _with_forms(self, read: list[_Read], language: str) -> list[_Read]:
        """Return the words with their other forms, in other languages than English."""
        if not self._forms.languages:
            return read
        found = []
        for word in read:
            forms = [term for term in self._forms.of(word.typed.word, language) if term not in word.terms]
            others = (Alternative((term,), FORM, f"form of “{word.meant}”") for term in forms)
            found.append(word._replace(alternatives=(*word.alternatives, *others)))
        return found

    def _joined(self, text: str) -> list[_Read]:
        """Return the words of `text`, each with the words of the index that it makes with its neighbours ("log in")."""
        own, joined = parted(analyse(text))
        alternatives: list[list[Alternative]] = [[] for _ in own]
        for term in joined:
            if self._catalogue.knows(term.term):
                parts = [at for at in range(term.position, len(own)) if own[at].end <= term.end]
                _add(
                    alternatives,
                    parts,
                    Alternative((term.term,), HYPHENATED, f"“{text[term.start : term.end]}” as one word"),
                )
        for at, term in enumerate(own):
            if (noun := _VERB.fullmatch(term.word)) and self._catalogue.knows(verb := term_of(noun[1])):
                _add(alternatives, (at,), Alternative((verb,), PARTED, f"“{noun[1]} {noun[2]}” written as one word"))
        for at, (term, following) in enumerate(pairwise(own)):
            word = term.word + following.word
            if len(word) >= JOINED_CHARACTERS and term.word.isalpha() and self._speller.knows(word):
                why = f"joined “{term.word} {following.word}”"
                _add(alternatives, (at, at + 1), Alternative((term_of(word),), JOINED, why))
        return [_Read(term, term.word, (term.term,), tuple(alternatives[at])) for at, term in enumerate(own)]

    def _repaired(self, text: str, read: _Read) -> _Read:
        """Return the word with its spelling repairs; words that the index has, or that join to one, have none."""
        term, speller = read.typed, self._speller
        if read.alternatives or self._catalogue.knows(term.term) or speller.knows(term.word) or is_stop_word(term.word):
            return read
        if _is_name(text, term):
            return read
        repairs = speller.repairs(term.word)
        if not (repairs and repairs[0].cost <= ONE_SLIP) and (pair := speller.split(term.word)):
            stems = tuple(term_of(word) for word in pair if not is_stop_word(word))
            apart = Alternative(stems, WRITTEN_AS_ONE, f"“{term.word}” written as one word")
            return _Read(term, " ".join(pair), tuple(map(term_of, pair)), (apart,)) if stems else read
        if not repairs:
            return read
        why = f"correction of “{term.word}”"
        alternatives = (Alternative((term_of(word),), weight, why) for word, _, weight in repairs if self._tells(word))
        return _Read(term, repairs[0].word, (term_of(repairs[0].word),), tuple(dict.fromkeys(alternatives)))

    def _is_shown(self, slip: _Read) -> bool:
        """Tell whether a repair is searched for: not for stop words and words that no passage has."""
        return any(self._tells(word) for word in slip.meant.split())

    def _tells(self, word: str) -> bool:
        return self._catalogue.knows(term_of(word)) and not is_stop_word(word)

    def _with_synonyms(self, read: Sequence[_Read]) -> list[_Read]:
        """Return the words with their synonyms by the authors' rules, which may hold stop words too."""
        terms = [(term, at) for at, word in enumerate(read) for term in word.terms]
        rules = self._thesaurus.expansions([term for term, _ in terms])
        if not rules:
            return list(read)
        expansions: list[list[Alternative]] = [[] for _ in read]
        for first, last, meant, weight in rules:
            if known := tuple(term for term in meant if self._catalogue.knows(term)):
                places = sorted({at for _, at in terms[first:last]})
                why = f"synonym of “{' '.join(read[at].meant for at in places)}”"
                _add(expansions, places, Alternative(known, weight, why))
        return [
            word._replace(alternatives=(*word.alternatives, *others)) if others else word
            for word, others in zip(read, expansions, strict=True)
        ]

    def _weighed(self, said: Sequence[_Read]) -> list[QuestionWord]:
        words: dict[str, QuestionWord] = {}
        for read in said:
            term = read.typed.term
            if before := words.get(term):
                others = dict.fromkeys((*before.alternatives, *read.alternatives))
                words[term] = replace(before, alternatives=tuple(others))
                continue
            known = self._catalogue.knows(term)
            share = _share(read.meant, known=known)
            weight = share * self._catalogue.weight_of(read.terms[0])
            words[term] = QuestionWord(read.typed.word, term, share, weight, known, read.alternatives)
        kept = sorted(words.values(), key=lambda word: -word.weight)[:MAX_WORDS]
        return [word for word in words.values() if word in kept] if len(words) > MAX_WORDS else list(words.values())


def _is_name(text: str, term: Term) -> bool:
    """Tell whether an unknown word looks like an identifier, which is never taken for a slip."""
    surface = text[term.start : term.end]
    if _IN_A_NAME.match(text, term.end) or (term.start and _IN_A_NAME.match(text, term.start - 1)):
        return True
    if surface.isupper():
        return len(surface) <= ACRONYM_CHARACTERS and not text.isupper()
    return not (surface[1:].islower() or surface.islower())


def _add(alternatives: Sequence[list[Alternative]], places: Iterable[int], alternative: Alternative) -> None:
    for at in places:
        alternatives[at].append(alternative)


def _replaced(text: str, slips: Sequence[_Read]) -> str:
    for word in reversed(slips):
        text = text[: word.typed.start] + word.meant + text[word.typed.end :]
    return text


def _share(word: str, *, known: bool) -> float:
    """Return how much of a word's rarity counts; a number that no article has says nothing about its subject."""
    if _has_digit(word):
        return (QUANTITY if len(word) <= QUANTITY_DIGITS else NUMBER) if known else 0.0
    return WEAK_WORD if word in WEAK_WORDS else 1.0


def _has_digit(word: str) -> bool:
    return not word.isalpha() and any(map(str.isdigit, word))


def _phrase(quote: str) -> Phrase | None:
    terms, _ = parted(analyse(quote))
    return Phrase(tuple(term.term for term in terms), weight=0.5) if len(terms) > 1 else None


def _node(word: QuestionWord) -> Query:
    own = [Word(word.term, word.share)] if word.known or not word.alternatives else []
    parts: list[Query] = [*own, *(_alternative(alternative, word.share) for alternative in word.alternatives)]
    return parts[0] if len(parts) == 1 else Best(tuple(parts))


def _alternative(alternative: Alternative, share: float) -> Query:
    share *= alternative.weight / len(alternative.terms)
    words = tuple(Word(term, share) for term in alternative.terms)
    return words[0] if len(words) == 1 else And(words)
