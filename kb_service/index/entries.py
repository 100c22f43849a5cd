"""From articles to what an index holds of their passages: entries, the terms of their fields with places, the words.

Engines share this, so that the same articles give the same words whatever stores them.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from kb_service.analysis import Term, analyse, parted, term_code
from kb_service.content.article import Article, Passage
from kb_service.index.guide import Guide
from kb_service.index.port import Entry
from kb_service.index.query import PART_COUNTS
from kb_service.index.sentences import sentences_of, title_words_of

PARTS_APART: Final = 10  # word positions between title, headings and body
_APART: Final = (0,) * PARTS_APART

Places: TypeAlias = dict[str, list[int]]  # term to its word positions, ascending, as often as PART_COUNTS says


class AnalysedPassage(NamedTuple):
    """A passage ready to be indexed: `fields` maps each name of query.FIELDS to its terms; `words` are as written."""

    entry: Entry
    fields: dict[str, Places]
    words: set[str]


def analysed_passages(articles: Iterable[Article]) -> Iterator[AnalysedPassage]:
    """Yield the passages of one audience's articles (see articles.articles_for) in the order of their numbers.

    Articles are numbered from 0 in the order given.
    """
    for number, article in enumerate(articles):
        if article.public is None or article.unlisted:
            continue
        title, questions = _Part.of(article.title), _Part.of("\n".join(article.questions))
        asked, of_article = _places(questions), {term.word for term in (*title.terms, *questions.terms)}
        for passage in article.public.passages:
            headings, body = _Part.of(_headings(passage)), _Part.of(passage.text)
            text, codes, body_at = _text_field({"title": title, "headings": headings, "body": body})
            entry = Entry(
                passage=passage,
                article_number=number,
                verified_at=article.verified_at,
                review_by=article.review_by,
                related=article.related,
                codes=codes,
                body_at=body_at,
                spans=_spans(body),
                sentences=sentences_of(passage, body.own),
                titles=title_words_of(passage),
            )
            words = of_article.union([term.word for term in headings.terms], [term.word for term in body.terms])
            yield AnalysedPassage(entry=entry, fields={"text": text, "questions": asked}, words=words)


def count_wording(guide: Guide, into: Counter[str]) -> None:
    """Count the words of what people are known to ask: they are no slips, and slips of them can be repaired."""
    for text in (*guide.not_covered, *(text for text, _ in guide.phrasings)):
        into.update(dict.fromkeys((term.word for term in analyse(text)), 1))


class _Part(NamedTuple):
    """A part of a passage, analysed: its terms, those that are one word each, and apart from them the joined words."""

    terms: list[Term]
    own: list[Term]
    joined: list[Term]

    @classmethod
    def of(cls, text: str) -> _Part:
        terms = analyse(text)
        return cls(terms, *parted(terms))

    def placed(self) -> Iterator[tuple[int, str]]:
        """Yield each term with its word position: joined words follow all others, each far from the one before."""
        for term in self.own:
            yield term.position, term.term
        for number, term in enumerate(self.joined, 1):
            yield len(self.own) + number * (PARTS_APART + 1) - 1, term.term


def _places(part: _Part) -> Places:
    """Return the places of the terms of a part; joined words stand apart, see _text_field."""
    places: Places = defaultdict(list)
    for place, term in part.placed():
        places[term].append(place)
    return places


def _text_field(parts: Mapping[str, _Part]) -> tuple[Places, bytes, int]:
    """Return the one searched text (words as often as PART_COUNTS says), its codes, and where the body starts.

    One word stands at a position: joined words ("log-in" as "login") follow their part, each far from all others, so
    that a phrase has the words of the text side by side, and an engine needs no two words at one place.
    """
    places: Places = defaultdict(list)
    codes = array("I")
    start = 0
    for name, part in parts.items():
        if codes:
            codes.extend(_APART)
        start, times = len(codes), PART_COUNTS[name]
        for place, term in part.placed():
            places[term] += (start + place,) * times
        codes.extend([term_code(term.term) for term in part.own])
        for joined in part.joined:
            codes.extend((*_APART, term_code(joined.term)))
    return places, codes.tobytes(), start


def _spans(body: _Part) -> bytes:
    spans = array("I", [offset for term in body.own for offset in (term.start, term.end)])
    for term in body.joined:
        spans.extend((*_APART, *_APART, term.start, term.end))
    return spans.tobytes()


def _headings(passage: Passage) -> str:
    return "\n".join(heading for heading in passage.heading_path if heading != passage.title)


def embedded_text(passage: Passage) -> str:
    """Return what of a passage is embedded: with its title and headings it is found better (MRR .808 against .788)."""
    context = ". ".join(part for part in dict.fromkeys((passage.title, *passage.heading_path)) if part)
    return f"{context}. {passage.text}" if context else passage.text
