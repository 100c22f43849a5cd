"""Answers in process: the bare search beside other engines, and whole answers by number of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from bench.competitors import searches
from bench.corpus import Corpus, KnownQuestions
from bench.measuring import Times, side_by_side, times
from kb_service.analysis import analyse, is_stop_word
from kb_service.answers.results import Question
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.knowledge_base import KnowledgeBase
from kb_service.staff.counter import DisabledCounter
from kb_service.web.payloads import answer_response

QUESTIONS: Final = 300
PASSAGES: Final = 5  # of an answer, unless more or fewer are asked for
SLOW_QUESTIONS: Final = 60  # for what takes tens of milliseconds
LENGTHS: Final = {"1 to 2 words": (1, 2), "3 to 6 words": (3, 6), "7 to 15 words": (7, 15), "16 to 30 words": (16, 30)}


class Answered(NamedTuple):
    """Times of one corpus: of each engine's search, of whole answers by kind of question, and when asked again.

    `largest_response` is that of an answer with five passages, in bytes of JSON.
    """

    searches: dict[str, Times]
    answers: dict[str, Times]
    cached: Times
    largest_response: int


def answer(corpus: Corpus | None, folder: Path, *, questions: int = QUESTIONS) -> Answered:
    """Ask the index in `folder` questions of `corpus`; without one, those that its articles say they answer."""
    engine = WhooshEngine(folder, audiences=("public",))
    snapshot = engine.snapshot(audience="public")
    source = corpus or KnownQuestions([text for text, _ in snapshot.catalogue.guide.questions])
    asked = [analysed(question) for question in source.questions(questions)]
    engines = searches(snapshot)
    found = side_by_side(lambda: engines, asked, few={"Whoosh's searcher": SLOW_QUESTIONS})
    base = _opened(folder)
    largest = _largest_response(base, source.questions(questions))
    again = times(lambda: _asking(base), source.questions(1) * questions)
    return Answered(found, answers(source, folder, questions=questions), again, largest)


def answers(corpus: Corpus | KnownQuestions, folder: Path, *, questions: int) -> dict[str, Times]:
    """Return the times of `KnowledgeBase.answer`, words only, each question asked once of an index just opened."""
    kinds = {"2 to 10 words": corpus.questions(questions)}
    kinds |= {name: corpus.questions(questions // 2, words=words) for name, words in LENGTHS.items()}
    if isinstance(corpus, Corpus):
        kinds["three rare words"] = corpus.marked_questions(questions // 2)
    return {name: times(lambda: _asking(_opened(folder)), list(dict.fromkeys(asked))) for name, asked in kinds.items()}


def _opened(folder: Path) -> KnowledgeBase:
    return KnowledgeBase(WhooshEngine(folder, audiences=("public",)), staff_counter=DisabledCounter())


def _asking(base: KnowledgeBase) -> Callable[[str], object]:
    return lambda text: base.answer(Question(text))


def _largest_response(base: KnowledgeBase, asked: Sequence[str]) -> int:
    answered = (base.answer(Question(text)) for text in asked)
    full = [answer for answer in answered if len(answer.passages) == PASSAGES]
    responses = (answer_response(answer, contact_url="", record="off") for answer in full)
    return max((len(msgspec.json.encode(response)) for response in responses), default=0)


def analysed(question: str) -> list[str]:
    """Return the distinct terms that are searched for."""
    terms = analyse(question)
    return list(dict.fromkeys(t.term for t in terms if not is_stop_word(t.word))) or [terms[0].term]
