"""How near a question is to those that articles are known to answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.analysis import analyse, is_stop_word
from kb_service.index.asked import NO_ARTICLE
from kb_service.index.known_questions import KnownQuestions, question_arrays, weighed_anew
from kb_service.questions.understanding import Alternative, QuestionWord

QUESTIONS = [
    ("How do we pay by card?", 0),
    ("Where is the invoice?", 2),
    ("Which card?", 1),
    ("Tax number?", NO_ARTICLE),
    ("When is an invoice due?", 2),
]
RARE = {"tax": 5.0, "number": 1.0}
WORDS = ["pay", "card", "invoice", "tax", "number", "due", "zebra", "the"]


def weight_of(term: str) -> float:
    return RARE.get(term, 2.0)


@pytest.fixture(scope="module")
def known() -> KnownQuestions:
    return KnownQuestions.of(QUESTIONS, weight_of)


def words(text: str, *, synonym: str = "", sureness: float = 0.5) -> list[QuestionWord]:
    terms = dict.fromkeys(term.term for term in analyse(text) if not is_stop_word(term.word))
    others = (Alternative((synonym,), sureness, "synonym"),) if synonym else ()
    return [QuestionWord(term, term, 1.0, weight_of(term), True, others) for term in terms]


def likeness(known: KnownQuestions, asked: Sequence[QuestionWord], article: int) -> float:
    return float(known.likest(asked).of(np.asarray([article], dtype=np.int32))[0])


def plain_likeness(asked: Sequence[QuestionWord], article: int) -> float:
    """What KnownQuestions says, as it is defined."""
    best, total = 0.0, sum(word.weight for word in asked)
    for text in (text for text, number in QUESTIONS if number == article):
        terms = {term.term for term in analyse(text) if not is_stop_word(term.word)}
        agreed = sum(word.weight * max(sure * (term in terms) for term, sure in word.variants) for word in asked)
        whole = sum(map(weight_of, terms))
        best = max(best, (min(agreed / total, 1) * min(agreed / whole, 1)) ** 0.5 if agreed else 0.0)
    return best


def test_questions_weighed_anew_are_those_made_with_the_other_weights() -> None:
    anew = weighed_anew(question_arrays(QUESTIONS, lambda term: 1.0), weight_of)

    assert np.allclose(anew.weights, question_arrays(QUESTIONS, weight_of).weights)


def test_the_same_question_in_other_words_of_grammar_is_wholly_like(known: KnownQuestions) -> None:
    assert likeness(known, words("can I pay with a card"), 0) == pytest.approx(1)


def test_half_the_weight_on_either_side_is_less_like(known: KnownQuestions) -> None:
    one, same, both = (likeness(known, words(text), 0) for text in ("pay", "pay card", "pay card zebra zoo"))

    assert one == both == pytest.approx(0.5**0.5)
    assert same == pytest.approx(1)


def test_rare_words_tell_more(known: KnownQuestions) -> None:
    tax, number = (likeness(known, words(text), NO_ARTICLE) for text in ("tax", "number"))

    assert tax > number > 0


def test_a_synonym_agrees_as_surely_as_it_stands_for_the_word(known: KnownQuestions) -> None:
    surely, hardly = (likeness(known, words("bill", synonym="invoic", sureness=sureness), 2) for sureness in (0.9, 0.3))

    assert 1 > surely > hardly > 0


def test_a_word_that_is_also_a_synonym_of_itself_still_agrees_wholly(known: KnownQuestions) -> None:
    assert likeness(known, words("invoice", synonym="invoic", sureness=0.1), 2) == pytest.approx(1)


def test_the_likest_question_of_an_article_counts_and_others_are_not_like(known: KnownQuestions) -> None:
    found = known.likest(words("when is the invoice"))

    assert found.of(np.asarray([3, 2, 1, 0, NO_ARTICLE, 2], dtype=np.int32)).tolist() == [0, 1, 0, 0, 0, 1]


def test_questions_that_no_article_answers_have_a_place_of_their_own(known: KnownQuestions) -> None:
    found = known.likest(words("tax number"))

    assert found.to_none == pytest.approx(1)
    assert found.of(np.asarray([0, 1, 2], dtype=np.int32)).tolist() == [0, 0, 0]
    assert known.likest(words("card")).to_none == 0


@pytest.mark.parametrize("questions", [[], [("How is it?", 0)]], ids=["none", "words of grammar alone"])
def test_without_words_to_compare_nothing_is_like(questions: list[tuple[str, int]]) -> None:
    found = KnownQuestions.of(questions, weight_of).likest(words("pay"))

    assert found.of(np.asarray([0, 5], dtype=np.int32)).tolist() == [0, 0]
    assert found.to_none == 0


@given(
    asked=st.lists(st.sampled_from(WORDS), max_size=6),
    synonym=st.sampled_from(["", "card", "invoic"]),
    sureness=st.floats(0.1, 1),
)
def test_likeness_is_what_it_is_defined_to_be(
    known: KnownQuestions, asked: list[str], synonym: str, sureness: float
) -> None:
    said = words(" ".join(asked), synonym=synonym, sureness=sureness)

    for article in (NO_ARTICLE, 0, 1, 2, 3):
        assert likeness(known, said, article) == pytest.approx(plain_likeness(said, article), abs=1e-9)
    assert known.likest(said).to_none == likeness(known, said, NO_ARTICLE)
