"""What people are known to ask, and the text of a passage that is compared by meaning."""

from __future__ import annotations

from typing import Final

from kb_service.analysis import WEAK_WORDS, analyse, is_stop_word
from kb_service.content.article import Passage
from kb_service.index.guide import Guide

NO_ARTICLE: Final = -1
TITLE_WORDS: Final = 5  # a shorter title names a section ("1. Overview"), no question: orsharc .816 with all titles


def asked(guide: Guide) -> list[tuple[str, int]]:
    """Return what people ask, with article numbers: known questions, phrasings, titles that say as much as one.

    Questions that no article answers come last, with the number NO_ARTICLE.
    """
    titles = [(title, number) for number, title in enumerate(guide.titles) if _says_a_question(title)]
    return [*guide.questions, *guide.phrasings, *titles, *((text, NO_ARTICLE) for text in guide.not_covered)]


def known_to_be_asked(guide: Guide) -> list[tuple[str, int]]:
    """Return what people are known to ask, titles aside, with article numbers; NO_ARTICLE where none answers."""
    return [*guide.questions, *guide.phrasings, *((text, NO_ARTICLE) for text in guide.not_covered)]


def embedded_text(passage: Passage) -> str:
    """Return what of a passage is embedded: with its title and headings it is found better (MRR .808 against .788)."""
    context = ". ".join(part for part in dict.fromkeys((passage.title, *passage.heading_path)) if part)
    return f"{context}. {passage.text}" if context else passage.text


def _says_a_question(title: str) -> bool:
    if title.rstrip().endswith("?"):
        return True
    words = {term.term for term in analyse(title) if not is_stop_word(term.word) and term.word not in WEAK_WORDS}
    return len(words) >= TITLE_WORDS
