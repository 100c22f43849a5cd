"""Unanswerable questions made from answerable ones: the answer is taken away, or they are asked elsewhere."""

from __future__ import annotations

from kb_service.answers.answering import decide
from kb_service.evaluation.judgments import JudgedQuestion
from kb_service.evaluation.runs import Row
from kb_service.evaluation.subject import DEPTH, Subject, best_of_each


def is_answerable(row: Row) -> bool:
    """Tell whether a question has an answer that can be taken away."""
    return row.answerable == "a" and bool(row.relevant)


def ask_without_answer(subject: Subject, row: Row) -> Row:
    """Return what a person would get for the question of `row` if the articles that answer it were not there.

    They are taken out of the candidates before these are ranked; only how rare words are still counts them.
    """
    understood = subject.ranker.understander.understand(row.question)
    ranked = subject.ranker.rank(understood, limit=DEPTH, without=subject.numbers_of(row.relevant or {}))
    decision = decide(understood, ranked, no_answer_below=subject.no_answer_below)
    best = best_of_each(ranked.passages)
    return Row(
        id=row.id,
        question=row.question,
        answerable="n",
        relevant=None,
        span="",
        tags=row.tags,
        ranked=tuple(best),
        scores=tuple(best.values()),
        confidence=decision.confidence,
        outcome=decision.outcome,
        quote=decision.quote.text if decision.quote else "",
        milliseconds=0.0,
    )


def ask_foreign(subject: Subject, text: str) -> Row:
    """Return what a person gets who asks what these articles are not about."""
    return subject.ask(JudgedQuestion(id=text, text=text, answerable="n"))
