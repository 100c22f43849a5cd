"""Why a passage stands where it does, in words."""

from __future__ import annotations

import pytest

from kb_service.ranking.explaining import explain
from kb_service.ranking.ranking import Ranker
from tests.billing_articles import LOCKED, filled_with_billing
from tests.index.memory_engine import MemoryEngine


@pytest.fixture(scope="module")
def ranker() -> Ranker:
    return Ranker(filled_with_billing(MemoryEngine()).snapshot(audience="public"))


def reasons(ranker: Ranker, question: str, *, at: int = 0, limit: int = 5) -> list[str]:
    understood = ranker.understander.understand(question)
    return list(explain(understood, ranker.rank(understood, limit=limit).passages, at))


def test_words_held_and_lacked_are_named(ranker: Ranker) -> None:
    found = reasons(ranker, "visa mastercard xylophone card", limit=1)

    assert found[:2] == ["holds “visa”, “mastercard” and “card”", "lacks xylophone"]


def test_repairs_and_synonyms_say_what_they_are(ranker: Ranker) -> None:
    assert reasons(ranker, "wire", limit=1)[0] == "holds “wire” (synonym of “wire”)"
    assert reasons(ranker, "mastercrad", limit=1)[0] == "holds “mastercrad” (correction of “mastercrad”)"


def test_words_of_the_title_are_named(ranker: Ranker) -> None:
    assert "“payment” in the title" in reasons(ranker, "payment by visa", limit=1)


def test_an_error_text_is_a_reason(ranker: Ranker) -> None:
    assert "its article explains the error text in the question" in reasons(ranker, LOCKED)


def test_a_known_question_is_a_reason(ranker: Ranker) -> None:
    assert "its article is known to answer a question like this (100% alike)" in reasons(
        ranker, "which cards do you take"
    )


def test_words_close_together_are_a_reason(ranker: Ranker) -> None:
    assert "the words stand close together" in reasons(ranker, "American Express")


def test_the_distance_to_the_next_says_what_that_lacks(ranker: Ranker) -> None:
    ahead = reasons(ranker, "visa invoice")[-1]

    assert "ahead of the next, which lacks " in ahead
    assert reasons(ranker, "visa invoice", limit=1)[-1] != ahead


def test_a_passage_without_any_of_the_words_says_so(ranker: Ranker) -> None:
    understood = ranker.understander.understand("visa")
    passage = ranker.rank(understood, limit=1).passages[0]._replace(held=(False,))

    assert explain(understood, [passage], 0)[:2] == ("holds none of the words", "lacks visa")
