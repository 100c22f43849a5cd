"""What articles say of themselves (titles, known questions, error texts), and their authors of readers' words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from kb_service.content.article import Article

COMMON_FROM: Final = 5  # articles with a heading that make it a common one,
COMMON_SHARE: Final = 0.1  # and which share of all they must be


class SynonymRule(msgspec.Struct, frozen=True, array_like=True):
    """Who writes `typed` may mean `meant`: both are terms in order, one for a word and several for a phrase."""

    typed: tuple[str, ...]
    meant: tuple[str, ...]
    weight: float


class Wording(msgspec.Struct, frozen=True):
    """What authors keep of their readers' words, beside the articles.

    `not_covered` are questions known to have no answer; `phrasings` are (other way to ask, article id): matched, never
    shown.
    """

    synonyms: tuple[SynonymRule, ...] = ()
    not_covered: tuple[str, ...] = ()
    phrasings: tuple[tuple[str, str], ...] = ()


NO_WORDING: Final = Wording()


class Guide(msgspec.Struct, frozen=True):
    """Titles by article number; known questions, error texts and phrasings each with the number of its article.

    `common_headings` stand in many articles ("See also"): what is below them is rarely what somebody asks for.
    """

    titles: tuple[str, ...]
    questions: tuple[tuple[str, int], ...]
    patterns: tuple[tuple[str, int], ...]
    synonyms: tuple[SynonymRule, ...] = ()
    not_covered: tuple[str, ...] = ()
    phrasings: tuple[tuple[str, int], ...] = ()
    common_headings: frozenset[str] = frozenset()


def make_guide(articles: Sequence[Article], wording: Wording) -> Guide:
    """Return the guide of one audience's articles, without unlisted ones and phrasings of articles it lacks."""
    articles = [article for article in articles if not article.unlisted]
    numbers = {article.id: number for number, article in enumerate(articles)}
    headings = Counter(
        heading
        for article in articles
        for heading in {section.heading for section in (article.public.sections if article.public else ())}
    )
    often = max(COMMON_FROM, COMMON_SHARE * len(articles))
    return Guide(
        titles=tuple(article.title for article in articles),
        questions=tuple((text, number) for number, article in enumerate(articles) for text in article.questions),
        patterns=tuple((text, number) for number, article in enumerate(articles) for text in article.patterns),
        synonyms=wording.synonyms,
        not_covered=wording.not_covered,
        common_headings=frozenset(heading for heading, count in headings.items() if count >= often),
        phrasings=tuple((text, numbers[article_id]) for text, article_id in wording.phrasings if article_id in numbers),
    )
