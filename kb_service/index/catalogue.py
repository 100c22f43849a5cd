"""What every process knows of a generation: the words, the titles, what is asked; all but the passages and articles.

It is small (about 150 bytes a passage), the same for every engine, and one run of bytes: the file of an embedded
engine, mapped and so shared by all workers, or chunks that a cluster keeps and each host fetches once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from kb_service.content.article import Article, Audience
from kb_service.index.guide import Guide, plain
from kb_service.index.known_questions import NO_SECTIONS, KnownQuestions, SectionPassages, known_question_arrays
from kb_service.index.mapped_files import Arrays, below, named, record_arrays, records_of
from kb_service.index.query import idf
from kb_service.index.suggestions import Suggester, SuggestionArrays, suggestion_arrays
from kb_service.index.word_table import WordArrays, WordTable, alphabetical_arrays, word_arrays

Floats = NDArray[np.float32]


class Traits(NamedTuple):
    """What kind each passage is of: a procedure, and below a heading of Guide.common_headings."""

    steps: NDArray[np.bool_]
    common_heading: NDArray[np.bool_]


class Asked(NamedTuple):
    """The vectors of `asked(guide)` in that order, [asked, dimensions], and the name of the model that made them."""

    vectors: Floats
    encoder: str


class _Head(msgspec.Struct, frozen=True, array_like=True):
    audience: Audience
    passages: int
    encoder: str
    article_ids: tuple[str, ...]
    former_ids: dict[str, int]
    topics: dict[str, list[int]]
    listed: int
    expires_at: dict[int, date]
    review_by: dict[int, date]


class Catalogue:
    """The catalogue of one generation for one audience; for any number of threads.

    `articles` and `passages` are how many are found; both are numbered from 0, articles in the order of their ids,
    passages in that of their articles. Articles from number `articles` on are unlisted: they have an id, and no more.
    Passages `first_passage[n]` to `first_passage[n + 1]` (exclusive) are those of article n. `words` has the words as
    written, those of known phrasings too, `terms` the analysed ones, each with how many passages hold it (in their
    text, for terms). `encoder` names the model whose vectors the store compares, "" without.
    """

    def __init__(self, arrays: Arrays, *, generation: str) -> None:
        """`arrays` are those of `catalogue_arrays`; raises ValueError or KeyError where they are not whole."""
        head = msgspec.msgpack.decode(arrays["head"].data, type=_Head)
        self.generation = generation
        self.audience, self.passages, self.encoder = head.audience, head.passages, head.encoder
        self.article_ids, self.topics = head.article_ids, head.topics
        self.articles = head.listed
        self.guide = msgspec.msgpack.decode(arrays["guide"].data, type=Guide)
        self.words = _open_words("words", arrays)
        self.terms = _open_words("terms", arrays)
        self.article_of: NDArray[np.int32] = arrays["article_of"]
        numbers = np.arange(self.articles + 1, dtype=np.int32)
        self.first_passage: memoryview[int] = np.searchsorted(self.article_of, numbers).data
        self.traits = Traits(arrays["steps"], arrays["common_heading"])
        self.known_questions = KnownQuestions(below("known_questions", arrays), self.guide)
        suggestions = SuggestionArrays(**below("suggestions", arrays))
        guide = self.guide
        headings = records_of(below("headings", arrays), tuple[str, int, str])  # many, and read by few
        self.suggester = Suggester(guide.titles, guide.questions, suggestions, headings)
        self.arrays = arrays
        self.withdrawn: frozenset[int] = frozenset()  # articles that are not to be shown, see `without`
        self._said_in = [plain(tag) for tag in self.guide.said_in]
        self._translations = {number: group for group in self.guide.translations for number in group}
        self._expires_at, self._review_by = head.expires_at, head.review_by
        self._numbers = {**head.former_ids, **{name: number for number, name in enumerate(head.article_ids)}}

    def weight_of(self, term: str) -> float:
        """Return how much a term tells, its inverse document frequency; a term that no text has tells most."""
        return idf(self.terms.find(term) or 0, self.passages)

    def knows(self, term: str) -> bool:
        """Tell whether any passage has this term, or any known question."""
        return self.terms.find(term) is not None

    def article_number(self, article_id: str) -> int | None:
        """Return the number of the article with this id or former id, None when this audience has none."""
        return self._numbers.get(article_id)

    def language_of(self, number: int) -> str:
        """Return the language of an article, "" where it is not known, as that of an unlisted one."""
        return self.guide.written_in[number] if number < self.articles else ""

    def for_others(self, languages: Sequence[str]) -> frozenset[int]:
        """Return the articles that are not for readers of the first of these languages which any article says it is in.

        Those are the ones that say another; where none says any of these, there are none such.
        """
        wanted = next((each for each in map(plain, languages) if each and each in self._said_in), None)
        if wanted is None:
            return frozenset()
        return frozenset(number for number, said in enumerate(self._said_in) if said not in ("", wanted))

    def translations(self, number: int) -> tuple[int, ...]:
        """Return the articles that say the same as one, in several languages, itself among them; else none."""
        return self._translations.get(number, ())

    def expired(self, today: date) -> frozenset[int]:
        """Return the articles that are no longer to be shown: days can pass before the next generation."""
        return self.withdrawn.union(number for number, day in self._expires_at.items() if today >= day)

    def without(self, withdrawn: frozenset[int]) -> Catalogue:
        """Return the same under another name, of which these articles are no longer to be shown."""
        found = copy(self)
        found.withdrawn, found.generation = withdrawn, f"{self.generation}-without-{len(withdrawn)}"
        return found

    def overdue(self, today: date) -> frozenset[int]:
        """Return the articles that should have been reviewed before this day."""
        return frozenset(number for number, day in self._review_by.items() if today > day)


def catalogue_arrays(
    articles: Sequence[Article],
    guide: Guide,
    *,
    audience: Audience,
    words: Mapping[str, int],
    terms: Mapping[str, int],
    article_of: NDArray[np.int32],
    traits: Traits,
    asked_vectors: Asked | None = None,
    section_passages: SectionPassages = NO_SECTIONS,
    before: Iterable[Catalogue] = (),
) -> Arrays:
    """Return what a Catalogue is opened from, of one audience's articles (see articles_for) and their passages.

    `words` and `terms` are counted as Catalogue says; `section_passages` is as known_question_arrays takes it. What was
    made of the same questions is taken over from catalogues `before`: learning takes up to two seconds.
    """
    known = list(before)
    encoder = asked_vectors.encoder if asked_vectors else ""
    head = _Head(
        audience=audience,
        passages=len(article_of),
        encoder=encoder,
        article_ids=tuple(article.id for article in articles),
        former_ids={old: number for number, article in enumerate(articles) for old in article.redirects_from},
        topics=_topics(articles),
        listed=sum(not article.unlisted for article in articles),
        expires_at={number: one.expires_at for number, one in enumerate(articles) if one.expires_at},
        review_by={number: one.review_by for number, one in enumerate(articles) if one.review_by},
    )
    said = {
        "guide": _encoded(msgspec.structs.replace(guide, headings=())),
        **named("headings", record_arrays(guide.headings)),
    }
    same = next((each for each in known if all(np.array_equal(each.arrays[name], said[name]) for name in said)), None)
    suggestions = (
        below("suggestions", same.arrays)
        if same
        else suggestion_arrays(guide.titles, guide.questions, guide.headings)._asdict()
    )
    known_questions = known_question_arrays(
        guide,
        vectors=asked_vectors.vectors if asked_vectors else None,
        encoder=encoder,
        section_passages=section_passages,
        before=[below("known_questions", each.arrays) for each in known],
    )
    return {
        "head": _encoded(head),
        **said,
        "article_of": article_of,
        **traits._asdict(),
        **named("words", word_arrays(words)._asdict()),
        **named("terms", alphabetical_arrays(terms)._asdict()),
        **named("suggestions", suggestions),
        **named("known_questions", known_questions),
    }


def _topics(articles: Sequence[Article]) -> dict[str, list[int]]:
    topics: dict[str, list[int]] = {}
    for number, article in enumerate(article for article in articles if not article.unlisted):
        for topic in article.topics:
            topics.setdefault(topic, []).append(number)
    return topics


def _open_words(name: str, arrays: Arrays) -> WordTable:
    return WordTable(WordArrays(**below(name, arrays)))


def _encoded(value: object) -> NDArray[np.uint8]:
    return np.frombuffer(msgspec.msgpack.encode(value), dtype=np.uint8)
