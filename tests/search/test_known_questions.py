"""How near a question is to those that articles are known to answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.search.analysis import analyse, is_stop_word
from kb_service.search.known_questions import KnownQuestions
from kb_service.search.likeness import NO_ARTICLE
from kb_service.search.understanding import Alternative, QuestionWord

QUESTIONS = [
    ("How do we pay by card?", 0),
    ("Which card?", 0),
    ("Where is the invoice?", 2),
    ("Tax number?", NO_ARTICLE),
]
RARE = {"tax": 5.0, "number": 1.0}
WORDS = ["pay", "card", "invoice", "tax", "number", "zebra", "the"]


def weight_of(term: str) -> float:
    return RARE.get(term, 2.0)


@pytest.fixture(scope="module")
def known() -> KnownQuestions:
    return KnownQuestions(QUESTIONS, weight_of)


def words(text: str, *, synonym: str = "", sureness: float = 0.5) -> list[QuestionWord]:
    terms = dict.fromkeys(term.term for term in analyse(text) if not is_stop_word(term.word))
    others = (Alternative((synonym,), sureness, "synonym"),) if synonym else ()
    return [QuestionWord(term, term, 1.0, weight_of(term), True, others) for term in terms]


def test_the_same_question_in_other_words_of_grammar_is_wholly_like(known: KnownQuestions) -> None:
    assert known.likeness(words("can I pay with a card"))[0] == pytest.approx(1)


def test_half_the_weight_on_either_side_is_less_like(known: KnownQuestions) -> None:
    one, same, both = (known.likeness(words(text))[0] for text in ("pay", "pay card", "pay card zebra zoo"))

    assert one == both == pytest.approx(0.5**0.5)
    assert same == pytest.approx(1)


def test_rare_words_tell_more(known: KnownQuestions) -> None:
    tax, number = (known.likeness(words(text))[3] for text in ("tax", "number"))

    assert tax > number > 0


def test_a_synonym_agrees_as_surely_as_it_stands_for_the_word(known: KnownQuestions) -> None:
    surely, hardly = (known.likeness(words("bill", synonym="invoic", sureness=sureness))[2] for sureness in (0.9, 0.3))

    assert 1 > surely > hardly > 0


def test_a_word_that_is_also_a_synonym_of_itself_still_agrees_wholly(known: KnownQuestions) -> None:
    assert known.likeness(words("invoice", synonym="invoic", sureness=0.1))[2] == pytest.approx(1)


def test_the_likest_question_of_an_article_counts_and_articles_without_one_are_not_like(known: KnownQuestions) -> None:
    likeness = known.likeness(words("which card"))
    of_articles = known.of_articles(likeness, np.asarray([2, 1, 0, NO_ARTICLE], dtype=np.int32))

    assert of_articles.tolist() == [0, 0, likeness[1], 0]


def test_questions_that_no_article_answers_have_a_place_of_their_own(known: KnownQuestions) -> None:
    likeness = known.likeness(words("tax number"))

    assert known.of_articles(likeness, np.asarray([NO_ARTICLE], dtype=np.int32)).tolist() == [pytest.approx(1)]
    assert known.of_articles(likeness, np.asarray([0, 1, 2], dtype=np.int32)).tolist() == [0, 0, 0]


@pytest.mark.parametrize("questions", [[], [("How is it?", 0)]], ids=["none", "words of grammar alone"])
def test_without_words_to_compare_nothing_is_like(questions: list[tuple[str, int]]) -> None:
    known = KnownQuestions(questions, weight_of)
    likeness = known.likeness(words("pay"))

    assert likeness.tolist() == [0] * len(questions)
    assert known.of_articles(likeness, np.asarray([0, 5], dtype=np.int32)).tolist() == [0, 0]


@given(asked=st.lists(st.sampled_from(WORDS), max_size=6))
def test_likeness_is_between_0_and_1(known: KnownQuestions, asked: list[str]) -> None:
    likeness = known.likeness(words(" ".join(asked), synonym="card"))

    assert np.all((likeness >= 0) & (likeness <= 1))
