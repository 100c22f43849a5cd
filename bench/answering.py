"""Answers in process: the bare search beside other engines, and whole answers by number of words."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from bench.competitors import searches
from bench.corpus import Corpus, KnownQuestions
from bench.measuring import Times, times
from kb_service.engines.whoosh.engine import WhooshEngine
from kb_service.knowledge_base import KnowledgeBase, Question
from kb_service.search.analysis import analyse, is_stop_word
from kb_service.staff.disabled_counter import DisabledCounter

QUESTIONS: Final = 300
SLOW_QUESTIONS: Final = 60  # for what takes tens of milliseconds
LENGTHS: Final = {"1 to 2 words": (1, 2), "3 to 6 words": (3, 6), "7 to 15 words": (7, 15), "16 to 30 words": (16, 30)}


class Answered(NamedTuple):
    """Times of one corpus: of each engine's search, and of whole answers by kind of question."""

    searches: dict[str, Times]
    answers: dict[str, Times]


def answer(corpus: Corpus | None, folder: Path, *, questions: int = QUESTIONS) -> Answered:
    """Ask the index in `folder` questions of `corpus`; without one, those that its articles say they answer."""
    engine = WhooshEngine(folder, audiences=("public",))
    snapshot = engine.snapshot(audience="public")
    source = corpus or KnownQuestions([text for text, _ in snapshot.guide.questions])
    asked = [analysed(question) for question in source.questions(questions)]
    found = {
        name: times(search, asked if name != "Whoosh's searcher" else asked[:SLOW_QUESTIONS])
        for name, search in searches(snapshot).items()
    }
    return Answered(found, answers(source, engine, questions=questions))


def answers(corpus: Corpus | KnownQuestions, engine: WhooshEngine, *, questions: int) -> dict[str, Times]:
    """Return the times of `KnowledgeBase.answer`, words only, each question asked once."""
    base = KnowledgeBase(engine, staff_counter=DisabledCounter())
    kinds = {"2 to 10 words": corpus.questions(questions)}
    kinds |= {name: corpus.questions(questions // 2, words=words) for name, words in LENGTHS.items()}
    if isinstance(corpus, Corpus):
        kinds["three rare words"] = corpus.marked_questions(questions // 2)
    return {name: times(lambda text: base.answer(Question(text)), asked) for name, asked in kinds.items()}


def analysed(question: str) -> list[str]:
    """Return the distinct terms that are searched for."""
    terms = analyse(question)
    return list(dict.fromkeys(t.term for t in terms if not is_stop_word(t.word))) or [terms[0].term]
