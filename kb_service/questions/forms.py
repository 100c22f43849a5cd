"""Other forms of a word in the languages of the articles, English aside: its stem tells them, by Snowball.

Articles are indexed by English stems (`analysis`), which leave most words of other languages as they are. So a question
in German that says "Rechnungen" is searched for the articles' "Rechnung" as well: among the terms of the index all are
looked up that have the same German stem.

>>> Forms(["rechnung", "seat"], ("de",)).of("rechnungen", "de")
('rechnung',)
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

import Stemmer
from whoosh.lang.stopwords import stoplists

from kb_service.text import fold

FEWEST_LETTERS: Final = 4  # shorter words are their own stem, or that of too many others

_SNOWBALL: Final = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "es": "spanish",
    "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_NONE: Final = MappingProxyType[str, tuple[str, ...]]({})


class Forms:
    """The terms of an index by their stems in each of some languages; for any number of threads."""

    def __init__(self, terms: Iterable[str], languages: Iterable[str]) -> None:
        """`terms` are read only where a language needs them."""
        self.languages = tuple(one for one in languages if one in _SNOWBALL)
        listed = [one for one in terms if len(one) >= FEWEST_LETTERS and one.isalpha()] if self.languages else []
        self._terms = {one: _by_stem(listed, one) for one in self.languages}

    def of(self, word: str, language: str) -> tuple[str, ...]:
        """Return the terms that are other forms of a word in a language, or in any where "" is given."""
        if len(word) < FEWEST_LETTERS or not word.isalpha():
            return ()
        asked = (language,) if language else self.languages
        found = (term for one in asked for term in self._terms.get(one, _NONE).get(_stem(word, one), ()))
        return tuple(dict.fromkeys(term for term in found if term != word))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the plain forms of a language's words of grammar; none of English, which has its own, and of others."""
    words = stoplists.get("no" if language == "nb" else language, ()) if language in _SNOWBALL else ()
    return frozenset(map(fold, words))


def _by_stem(terms: Iterable[str], language: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for term in terms:
        found.setdefault(_stem(term, language), []).append(term)
    return {stem: tuple(same) for stem, same in found.items()}


class _Stemmers(threading.local):
    """One of each language for each thread: PyStemmer's objects are not for sharing."""

    def __init__(self) -> None:
        self.of: dict[str, Stemmer.Stemmer] = {}


_stemmers = _Stemmers()


def _stem(word: str, language: str) -> str:
    if language not in _stemmers.of:
        _stemmers.of[language] = Stemmer.Stemmer(_SNOWBALL[language], 0)
    return str(_stemmers.of[language].stemWord(word))
