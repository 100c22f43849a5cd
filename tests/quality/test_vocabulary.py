"""Every way that people speak of seats and bills finds an article about its subject among the first three."""

from __future__ import annotations

from kb_service.evaluation.judged_questions import read_question_file
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.meaning.vectors import Encoder
from kb_service.ranking import Ranker
from tests.quality.test_billing_questions import DATA

FIRST = 3


def test_by_words_alone(index_by_words: WhooshEngine) -> None:
    assert not_found(index_by_words, None) == []


def test_with_meaning(index_by_meaning: WhooshEngine, model: Encoder) -> None:
    assert not_found(index_by_meaning, model) == []


def not_found(index: WhooshEngine, encoder: Encoder | None) -> list[str]:
    """The questions of the vocabulary whose first articles are all about something else."""
    snapshot = index.snapshot(audience="public")
    ranker = Ranker(snapshot, encoder=encoder)
    missed = []
    for question in read_question_file(DATA / "vocabulary.jsonl", snapshot.articles()).questions:
        ranked = ranker.rank(ranker.understander.understand(question.text), limit=10).passages
        first = list(dict.fromkeys(each.entry.passage.article_id for each in ranked))[:FIRST]
        if not {*first} & {*(question.relevant or ())}:
            missed.append(question.text)
    return missed
