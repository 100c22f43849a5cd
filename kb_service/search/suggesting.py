"""Completes what is being typed: titles and known questions whose words continue it, in milliseconds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from kb_service.search.engine import Guide
from kb_service.text import tokens

MAX_TYPED_WORDS: Final = 12


class Completion(NamedTuple):
    """A title or known question of an article that goes on from what is typed; `marks` as in FoundPassage."""

    text: str
    kind: str
    article_number: int
    marks: tuple[tuple[int, int], ...]


class _Text(NamedTuple):
    """What can complete; `words` are its own, in order."""

    text: str
    kind: str
    article_number: int
    words: tuple[str, ...]

    def begins_with(self, typed: Sequence[str]) -> bool:
        """Tell whether each typed word begins the word at its place."""
        return bool(self.words) and all(map(str.startswith, self.words, typed))


class Suggester:
    """The titles and known questions of a snapshot by the beginnings of their words."""

    def __init__(self, guide: Guide) -> None:
        texts = [(title, "title", number) for number, title in enumerate(guide.titles)]
        texts += [(question, "question", number) for question, number in guide.questions]
        texts.sort(key=lambda text: (text[1] != "title", len(text[0])))  # numbered in the order in which they complete
        same: dict[str, str] = {}  # of each word one string is kept
        self._texts = [_Text(*text, tuple(same.setdefault(t.word, t.word) for t in tokens(text[0]))) for text in texts]
        by_word: dict[str, set[int]] = {}
        for at, text in enumerate(self._texts):
            for word in text.words:
                by_word.setdefault(word, set()).add(at)
        self._words = sorted(by_word)
        self._holding = [by_word[word] for word in self._words]

    def complete(self, typed: str, *, limit: int) -> tuple[Completion, ...]:
        """Return up to `limit` texts that hold every typed word, the last one as a beginning; one an article.

        Those that begin with what is typed come first, then titles, then what is short.
        """
        words = [token.word for token in tokens(typed)][:MAX_TYPED_WORDS]
        if not words or limit < 1:
            return ()
        chosen = list(islice(self._in_order(self._matching(words, whole=typed[-1:].isspace()), words), limit))
        return tuple(Completion(each.text, each.kind, each.article_number, _marks(each.text, words)) for each in chosen)

    def _matching(self, words: Sequence[str], *, whole: bool) -> set[int]:
        holding = [
            self._beginning(word) if at == len(words) - 1 and not whole else self._exactly(word)
            for at, word in enumerate(words)
        ]
        matching = set.intersection(*holding)
        if not matching and len(words) > 1:  # a word nobody wrote down: what holds the most of them
            return _most(holding)
        return matching

    def _in_order(self, matching: Iterable[int], words: Sequence[str]) -> Iterator[_Text]:
        seen: set[int] = set()
        texts = [self._texts[at] for at in sorted(matching)]
        for begun in (True, False):
            for text in texts:
                if text.article_number not in seen and text.begins_with(words) == begun:
                    seen.add(text.article_number)
                    yield text

    def _exactly(self, word: str) -> set[int]:
        at = bisect_left(self._words, word)
        return self._holding[at] if at < len(self._words) and self._words[at] == word else set()

    def _beginning(self, word: str) -> set[int]:
        first, last = bisect_left(self._words, word), bisect_left(self._words, word + "\U0010ffff")
        return set().union(*self._holding[first:last])


def _most(holding: Sequence[set[int]]) -> set[int]:
    counts: dict[int, int] = {}
    for found in holding:
        for at in found:
            counts[at] = counts.get(at, 0) + 1
    most = max(counts.values(), default=0)
    return {at for at, count in counts.items() if count == most and most * 2 > len(holding)}


def _marks(text: str, words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for token in tokens(text):
        typed = max((len(word) for word in words if token.word.startswith(word)), default=0)
        if typed:
            as_written = token.end - token.start == len(token.word)  # not so: "1,200", "ﬁnance"; marked whole
            end = token.start + typed if as_written else token.end
            if found and token.start <= found[-1][1]:  # scripts without spaces are read as overlapping pairs
                found[-1] = (found[-1][0], max(found[-1][1], end))
            else:
                found.append((token.start, end))
    return tuple(found)
