"""Error texts that articles explain: a question that shows one is about that article, whatever else it says."""

from __future__ import annotations

from collections.abc import Sequence

from kb_service.analysis import analyse, parted


class Patterns:
    """The `patterns:` of a snapshot's articles, compared word by word (letter case, stems and punctuation aside)."""

    def __init__(self, patterns: Sequence[tuple[str, int]]) -> None:
        self._starting: dict[str, list[tuple[tuple[str, ...], int]]] = {}
        for text, article in patterns:
            terms = _terms(text)
            if terms:
                self._starting.setdefault(terms[0], []).append((terms, article))

    def articles_shown_by(self, text: str) -> frozenset[int]:
        """Return the numbers of the articles with a pattern that stands in `text`, its words side by side."""
        if not self._starting:
            return frozenset()
        terms = _terms(text)
        return frozenset(
            article
            for at, term in enumerate(terms)
            for pattern, article in self._starting.get(term, ())
            if terms[at : at + len(pattern)] == pattern
        )


def _terms(text: str) -> tuple[str, ...]:
    return tuple(term.term for term in parted(analyse(text))[0])
