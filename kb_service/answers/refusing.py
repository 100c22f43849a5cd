"""What helps where nothing answers: who can answer, which languages the articles have, and the nearest articles."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from kb_service.analysis import analyse, is_stop_word
from kb_service.answers.presenting import related_article
from kb_service.answers.results import RelatedArticle
from kb_service.index.catalogue import Catalogue
from kb_service.questions.understanding import Understanding
from kb_service.ranking import Evidence, Ranked

ALIKE: Final = 0.6  # of the weight of a question's words: who can answer one that has as much of it can answer it
NEAR: Final = 0.2  # the likeness, or the share of the question's words, from which an article is near
NEAREST: Final = 3  # articles that are offered
MOST_KEPT: Final = 4096  # listed questions whose terms are kept


def whom_to_ask(catalogue: Catalogue, understood: Understanding) -> str:
    """Return who can answer a question by the likest one that authors listed with somebody; "" without one."""
    mine = {word.term for word in understood.words}
    weight, best, whom = sum(map(catalogue.weight_of, mine)), 0.0, ""
    for question, name in catalogue.guide.whom_to_ask:
        terms = _terms_of(question)
        if shared := mine & terms:
            held = sum(map(catalogue.weight_of, shared))
            alike = held / sum(map(catalogue.weight_of, mine | terms))
            if held >= ALIKE * weight and alike > best:
                best, whom = alike, name
    return whom


@lru_cache(maxsize=MOST_KEPT)
def _terms_of(question: str) -> frozenset[str]:
    return frozenset([term.term for term in analyse(question) if not is_stop_word(term.word)])


def languages_to_ask_in(catalogue: Catalogue, understood: Understanding) -> tuple[str, ...]:
    """Return the codes of the articles' languages where a question is in none of them."""
    return catalogue.guide.languages if understood.foreign else ()


def nearest_articles(
    catalogue: Catalogue, understood: Understanding, ranked: Sequence[Ranked]
) -> tuple[RelatedArticle, ...]:
    """Return the nearest articles, as far as they are near."""
    if understood.foreign:
        return ()
    near = {each.entry.article_number: each.entry.passage for each in ranked if _is_near(each.evidence)}
    return tuple(
        related_article(passage.article_id, passage.title, catalogue.language_of(number))
        for number, passage in near.items()
    )[:NEAREST]


def _is_near(evidence: Evidence) -> bool:
    return max(evidence.coverage, evidence.passage_likeness or 0.0) >= NEAR
