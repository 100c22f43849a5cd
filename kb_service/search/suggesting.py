"""Completes what is being typed: titles and known questions whose words continue it, in milliseconds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
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


class Suggester:
    """The titles and known questions of a snapshot by the beginnings of their words."""

    def __init__(self, guide: Guide) -> None:
        texts = [(title, "title", number) for number, title in enumerate(guide.titles)]
        texts += [(question, "question", number) for question, number in guide.questions]
        self._texts = texts
        by_word: dict[str, set[int]] = {}
        for at, (text, _, _) in enumerate(texts):
            for token in tokens(text):
                by_word.setdefault(token.word, set()).add(at)
        self._words = sorted(by_word)
        self._holding = [by_word[word] for word in self._words]

    def complete(self, typed: str, *, limit: int) -> tuple[Completion, ...]:
        """Return up to `limit` texts that hold every typed word, the last one as a beginning; one an article."""
        words = [token.word for token in tokens(typed)][:MAX_TYPED_WORDS]
        if not words or limit < 1:
            return ()
        whole = typed[-1:].isspace()
        holding = [
            self._beginning(word) if at == len(words) - 1 and not whole else self._exactly(word)
            for at, word in enumerate(words)
        ]
        matching = set.intersection(*holding)
        if not matching and len(words) > 1:  # a word nobody wrote down: what holds the most of them
            matching = _most(holding)
        found: list[Completion] = []
        seen: set[int] = set()
        for at in sorted(matching, key=lambda at: self._rank(at, words)):
            text, kind, article = self._texts[at]
            if article not in seen:
                seen.add(article)
                found.append(Completion(text, kind, article, _marks(text, words)))
                if len(found) == limit:
                    break
        return tuple(found)

    def _exactly(self, word: str) -> set[int]:
        at = bisect_left(self._words, word)
        return self._holding[at] if at < len(self._words) and self._words[at] == word else set()

    def _beginning(self, word: str) -> set[int]:
        first, last = bisect_left(self._words, word), bisect_left(self._words, word + "\U0010ffff")
        return set().union(*self._holding[first:last])

    def _rank(self, at: int, words: Sequence[str]) -> tuple[bool, bool, int, int]:
        text, kind, _ = self._texts[at]
        starts = [token.word for token in tokens(text)][: len(words)]
        begun = bool(starts) and all(have.startswith(typed) for have, typed in zip(starts, words, strict=False))
        return not begun, kind != "title", len(text), at


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
