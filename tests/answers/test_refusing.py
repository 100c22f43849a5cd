"""What helps where nothing answers: who can, which languages there are, and what is near."""

from __future__ import annotations

from datetime import date

import pytest

from kb_service.answers.answering import FoundAnswer, find_answer
from kb_service.answers.refusing import nearest_articles
from kb_service.index.guide import Wording
from kb_service.ranking import Ranked, Ranker
from tests.answers.reading import EVIDENCE, asked, ranked
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine

ARTICLES = (
    an_article("parking", "You can park behind the house. Guests of the house park in front of it.", title="Parking"),
    an_article("lift", "The lift is next to the reception, and it is open to all of you.", title="The lift"),
)
WORDING = Wording(
    not_covered=("Do you insure the parcels?", "Is there a pool?"),
    whom_to_ask=(("Do you insure the parcels?", "Insurance@example.com"),),
)


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    engine = MemoryEngine()
    engine.replace_all(ARTICLES, wording=WORDING)
    return Ranker(engine.snapshot(audience="public"))


def answer(ranker: Ranker, question: str) -> FoundAnswer:
    return find_answer(
        ranker, question, limit=5, explain=False, html=False, today=date(2026, 11, 30), no_answer_below=0.55
    )


@pytest.mark.parametrize("question", ["Do you insure the parcels?", "are parcels insured", "insure parcels please"])
def test_a_refusal_says_who_can_answer(ranker: Ranker, question: str) -> None:
    found = answer(ranker, question)

    assert (found.outcome, found.ask) == ("no_answer", "Insurance@example.com")


@pytest.mark.parametrize("question", ["Is there a pool?", "Where do guests park?", "who walks the dog"])
def test_nobody_is_named_for_what_nobody_was_listed_for(ranker: Ranker, question: str) -> None:
    assert answer(ranker, question).ask == ""


def test_a_question_in_another_language_is_told_which_the_articles_have(ranker: Ranker) -> None:
    found = answer(ranker, "Wo können wir das Auto parken?")

    assert (found.outcome, found.languages, found.related) == ("no_answer", ("en",), ())
    assert answer(ranker, "Where do guests park?").languages == ()


def test_only_what_is_near_is_offered_where_nothing_answers(ranker: Ranker) -> None:
    near, far = (
        ranked("Guests park in front.", evidence=EVIDENCE._replace(coverage=coverage)) for coverage in (0.6, 0.1)
    )

    def nearest(*found: Ranked) -> list[str]:
        return [each.article_id for each in nearest_articles(ranker.catalogue, asked("where do guests park"), found)]

    assert nearest(*near, *far) == ["a0"]
    assert nearest(*far) == []
