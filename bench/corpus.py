"""A made-up corpus, the same on every machine: Markdown articles whose words are as unevenly frequent as real ones.

The n-th most frequent of 60,000 words is drawn with a chance proportional to 1 / (n + 2.7) (Zipf and Mandelbrot); the
first 150 are English words of grammar, so that they cost what they cost in real text. A passage has 30 to 110 words.
Beside them each passage has three marks; every mark stands in about twenty passages however large the corpus is.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Final

from kb_service.analysis import STOP_WORDS, WEAK_WORDS

PASSAGES_EACH: Final = 5  # of an article
VOCABULARY: Final = 60_000
GRAMMAR: Final = 150
SHIFT: Final = 2.7
MARKS_EACH: Final = 3
PASSAGES_PER_MARK: Final = 20
_SYLLABLES: Final = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


class Corpus:
    """Articles and questions of a corpus of about `passages` passages."""

    def __init__(self, passages: int, *, seed: int = 1) -> None:
        self.articles = max(1, passages // PASSAGES_EACH)
        self._chance = Random(seed)
        words = _vocabulary(self._chance)
        self._words = words
        self._heavy = list(accumulate(1 / (rank + SHIFT) for rank in range(len(words))))
        self._marks = [f"mark{number:05}" for number in range(max(1, passages * MARKS_EACH // PASSAGES_PER_MARK))]

    def write(self, folder: Path) -> None:
        """Write the articles below a new `folder`, a thousand to a folder."""
        for number in range(self.articles):
            path = folder / f"part-{number // 1000:02}" / f"article-{number:06}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._article(), encoding="utf-8")

    def questions(self, count: int, *, words: tuple[int, int] = (2, 10)) -> list[str]:
        """Return questions of that many words, frequent and rare as in the text."""
        return [self._run(*words) for _ in range(count)]

    def marked_questions(self, count: int) -> list[str]:
        """Return questions of three marks: each matches about sixty passages, whatever the size of the corpus."""
        return [" ".join(self._chance.sample(self._marks, k=min(3, len(self._marks)))) for _ in range(count)]

    def _article(self) -> str:
        title = self._run(3, 8).capitalize()
        questions = "".join(f"  - {self._run(4, 9).capitalize()}?\n" for _ in range(self._chance.randint(0, 2)))
        head = f"---\ntitle: {title}\n" + (f"questions:\n{questions}" if questions else "") + "---\n"
        sections = (f"\n## {self._run(2, 5).capitalize()}\n\n{self._passage()}\n" for _ in range(PASSAGES_EACH))
        return head + "".join(sections)

    def _passage(self) -> str:
        marks = " ".join(self._chance.choices(self._marks, k=MARKS_EACH))
        sentences = [self._run(6, 18).capitalize() for _ in range(self._chance.randint(3, 8))]
        return ". ".join(sentences) + f". {marks}."

    def _run(self, least: int, most: int) -> str:
        count = self._chance.randint(least, most)
        return " ".join(self._chance.choices(self._words, cum_weights=self._heavy, k=count))


class KnownQuestions:
    """Questions of real articles: those that they say they answer, over and over, cut to the wanted length."""

    def __init__(self, questions: Sequence[str], *, seed: int = 1) -> None:
        self._chance = Random(seed)
        self._texts = [text.split() for text in questions] or [["nothing"]]

    def questions(self, count: int, *, words: tuple[int, int] = (2, 10)) -> list[str]:
        """Return questions of that many words."""
        return [self._run(self._chance.randint(*words)) for _ in range(count)]

    def _run(self, length: int) -> str:
        found: list[str] = []
        while len(found) < length:
            found += self._chance.choice(self._texts)
        return " ".join(found[:length])


def _vocabulary(chance: Random) -> list[str]:
    grammar = sorted(word for word in STOP_WORDS | WEAK_WORDS if len(word) > 1)
    chance.shuffle(grammar)
    made = {"".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(2 * VOCABULARY)}
    rest = sorted(made - set(grammar))
    chance.shuffle(rest)
    return [*grammar[:GRAMMAR], *rest][:VOCABULARY]
