"""Makes what is read for tests: ranked passages of articles given as Markdown, and questions of plain words."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from kb_service.analysis import analyse, is_stop_word
from kb_service.answers.signs import Signs, signs_of
from kb_service.index.known_questions import Resemblance
from kb_service.index.query import Or
from kb_service.meaning.closely import Matches
from kb_service.questions.understanding import QuestionWord, Understanding
from kb_service.ranking import Evidence, Ranked, RankedList
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled

EVIDENCE = Evidence(0.5, 0.5, 0.2, 0.0, False, None, None)


def asked(question: str) -> Understanding:
    """A question whose every word that is no stop word weighs the same."""
    terms = {term.term: term.word for term in analyse(question) if not is_stop_word(term.word)}
    words = tuple(QuestionWord(word, term, 1.0, 1.0, True, ()) for term, word in terms.items())
    return Understanding(question, question, words, (), Or(()))


def ranked(
    *texts: str, scores: Sequence[float] = (), likeness: Sequence[Sequence[float]] = (), evidence: Evidence = EVIDENCE
) -> list[Ranked]:
    """One passage an article, with how well its sentences meet the question, where they are given."""
    articles = [an_article(f"a{at}", text, title="Title") for at, text in enumerate(texts)]
    entries = filled(MemoryEngine(), *articles).store.entries(range(len(texts)))
    if likeness:
        evidence = evidence._replace(passage_likeness=0.5, question_likeness=0.4)
        entries = [
            msgspec.structs.replace(entry, matches=Matches((max(mine), 0.0), tuple([(one, one, 0.0) for one in mine])))
            for entry, mine in zip(entries, likeness, strict=True)
        ]
    return [Ranked(at, entry, (scores or [1.0] * len(entries))[at], evidence, ()) for at, entry in enumerate(entries)]


def listed(*passages: Ranked) -> RankedList:
    """Passages as a ranking of them, in a folder that knows no ways to ask."""
    nothing = Resemblance(np.zeros(len(passages) + 1, dtype=np.float32), None, None, frozenset())
    return RankedList(passages, len(passages), nothing, contest=(1.0,), likeness=(0.5,))


def signs(question: str, *texts: str) -> Signs:
    """The signs of passages with these texts."""
    return signs_of(asked(question), ranked(*texts))
