"""Articles of made-up words that are as unevenly frequent as real ones (Zipf), the same at every run."""

from __future__ import annotations

from random import Random

from kb_service.analysis import term_of
from kb_service.content.article import Article
from kb_service.index.query import Or, Word
from tests.builders import an_article

SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


class Generator:
    """Makes articles and questions from one vocabulary; two with the same seed make the same."""

    def __init__(self, *, seed: int, vocabulary: int) -> None:
        self._random = Random(seed)
        names = {"".join(self._random.choices(SYLLABLES, k=self._random.randint(2, 4))) for _ in range(2 * vocabulary)}
        self.vocabulary = sorted(names)[:vocabulary]
        self._random.shuffle(self.vocabulary)
        self._weights = [1 / rank for rank in range(1, len(self.vocabulary) + 1)]

    def words(self, least: int, most: int) -> str:
        count = self._random.randint(least, most)
        return " ".join(self._random.choices(self.vocabulary, weights=self._weights, k=count))

    def article(self, name: str, *, passages: int) -> Article:
        return an_article(
            name,
            *(self.words(5, 70) for _ in range(passages)),
            title=self.words(2, 6).capitalize(),
            questions=[self.words(4, 9) + "?" for _ in range(self._random.randint(0, 2))],
            topics=self._random.sample(["one", "two"], self._random.randint(0, 2)),
        )

    def articles(self, count: int, *, passages: int) -> list[Article]:
        return [self.article(f"article-{number:04}", passages=passages) for number in range(count)]

    def question(self) -> Or:
        """Up to six words, frequent and rare, a few of them worth less than they are rare."""
        typed = dict.fromkeys([*self.words(1, 4).split(), *self._random.sample(self.vocabulary, k=2)])
        return Or(tuple(Word(term_of(word), self._random.choice([1.0, 1.0, 0.3])) for word in typed))
