"""What is measured: an index and the knowledge base over it, asked just as people ask it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from kb_service.answers.results import Question
from kb_service.content.article import Article
from kb_service.evaluation.judgments import JudgedQuestion
from kb_service.evaluation.runs import Row
from kb_service.index.port import Engine
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.knowledge_base import KnowledgeBase
from kb_service.meaning.encoder import Encoder
from kb_service.ranking.ranking import Ranked, Ranker
from kb_service.staff.disabled_counter import DisabledCounter

DEPTH: Final = 50  # passages ranked: the most that /api/v1/search gives, and no more than ranking looks at anyway
SHOWN: Final = 5  # passages that an answer is decided on: the default `limit` of a question
Progress = Callable[[str, int, int], None]


class Subject:
    """Answers judged questions from the public articles of an engine; asks no helpdesk."""

    def __init__(self, engine: Engine, *, encoder: Encoder | None, no_answer_below: float) -> None:
        self.ranker = Ranker(engine.snapshot(audience="public"), encoder=encoder)
        self.generation = self.ranker.catalogue.generation
        self.documents = self.ranker.catalogue.articles
        self.no_answer_below = no_answer_below
        self._knowledge_base = KnowledgeBase(
            engine, encoder=encoder, staff_counter=DisabledCounter(), no_answer_below=no_answer_below
        )

    def numbers_of(self, article_ids: Iterable[str]) -> set[int]:
        """Return the numbers of the articles with these ids, as far as there are such."""
        numbers = (self.ranker.catalogue.article_number(article_id) for article_id in article_ids)
        return {number for number in numbers if number is not None}

    def ask(self, question: JudgedQuestion) -> Row:
        """Return what a person gets who asks this."""
        answer = self._knowledge_base.answer(Question(question.text, limit=SHOWN))
        # As KnowledgeBase.search ranks, without its marks: those of 50 long passages take ten times as long.
        ranked = self.ranker.rank(self.ranker.understander.understand(question.text), limit=DEPTH)
        best = best_of_each(ranked.passages)
        return Row(
            id=question.id,
            question=question.text,
            answerable=question.answerable,
            relevant=question.relevant,
            span=question.span,
            tags=question.tags,
            ranked=tuple(best),
            scores=tuple(best.values()),
            confidence=answer.confidence,
            outcome=answer.outcome,
            quote=answer.answer.text if answer.answer else "",
            milliseconds=answer.took_ms,
        )


def best_of_each(passages: Iterable[Ranked]) -> dict[str, float]:
    """Return the articles in the order of their best passages, with the scores of those."""
    best: dict[str, float] = {}
    for one in passages:
        best.setdefault(one.entry.passage.article_id, round(one.score, 4))
    return best


@contextmanager
def subject_of_documents(
    documents: Sequence[Article], *, encoder: Encoder | None, no_answer_below: float, progress: Progress | None = None
) -> Iterator[Subject]:
    """Index `documents` in a temporary folder with the engine that serves, and give what answers from them."""
    with TemporaryDirectory(prefix="kb-evaluate-") as folder:
        engine = WhooshEngine(Path(folder), encoder=encoder, progress=progress)
        engine.replace_all(documents)
        try:
            yield Subject(engine, encoder=encoder, no_answer_below=no_answer_below)
        finally:
            engine.close()
