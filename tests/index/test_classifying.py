"""Which article is asked for: learnt from the ways to ask that authors know, when they know enough of them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from kb_service.index import classifying
from kb_service.index.classifying import FEWEST_A_CLASS, MOST_ARTICLES, Classifier, Coefficients, learn
from tests.fakes import BagOfWordsEncoder

REFUSED = -1
CARD = ["pay by card", "which cards do you take", "is visa fine", "credit card declined", "my card has expired"]
SEAT = ["remove a seat", "fewer seats please", "how many seats have we", "a seat for my colleague", "seats we pay for"]
ELSEWHERE = ["what is the weather", "book a flight", "the printer is on fire", "who won the match", "sing me a song"]
ASKED = [*((text, 0) for text in CARD), *((text, 1) for text in SEAT), *((text, REFUSED) for text in ELSEWHERE)]
ENCODER = BagOfWordsEncoder(dimensions=64)


def vectors_of(asked: list[tuple[str, int]]) -> NDArray[np.float32]:
    return ENCODER.encode([text for text, _ in asked])


def learnt(asked: list[tuple[str, int]], articles: int) -> Coefficients:
    coefficients = learn(asked, articles, vectors_of(asked))
    assert coefficients is not None
    return coefficients


def belonging(question: str, *, asked: list[tuple[str, int]] = ASKED, by_meaning: bool = True) -> NDArray[np.float32]:
    classifier = Classifier(learnt(asked, 2))
    vectors = learnt(asked, 2).vectors
    assert vectors is not None
    return classifier.belonging(question, vectors @ ENCODER.encode_one(question) if by_meaning else None)


@pytest.mark.parametrize("by_meaning", [True, False], ids=["by meaning", "by words alone"])
@pytest.mark.parametrize(
    ("question", "place"),
    [("is my card still fine", 0), ("seats for two colleagues", 1), ("the weather on my flight", 2)],
)
def test_a_question_belongs_to_the_article_that_is_asked_so_or_to_none(
    question: str, place: int, *, by_meaning: bool
) -> None:
    assert belonging(question, by_meaning=by_meaning).argmax() == place


@pytest.mark.parametrize("by_meaning", [True, False], ids=["by meaning", "by words alone"])
def test_what_is_asked_word_for_word_belongs_wholly(*, by_meaning: bool) -> None:
    assert belonging("remove a seat", by_meaning=by_meaning)[1] == pytest.approx(1, abs=0.1)


def test_words_that_nobody_asks_make_a_question_belong_less() -> None:
    assert belonging("remove a seat belt", by_meaning=False)[1] < belonging("remove a seat", by_meaning=False)[1]


def test_one_row_an_asked_question_and_one_column_an_article_and_one_for_none() -> None:
    coefficients = learnt(ASKED, 2)

    assert coefficients.by_words.shape == (len(ASKED), 3)
    assert coefficients.with_meaning is not None
    assert coefficients.with_meaning.shape == (len(ASKED), 3)
    assert coefficients.by_words.dtype == np.float32


def test_an_article_with_few_ways_to_ask_counts_as_much_as_one_with_many() -> None:
    many = [(f"pay by card number {number}", 0) for number in range(40)]

    assert belonging("seats", asked=[*many, *((text, 1) for text in SEAT)]).argmax() == 1


def test_without_vectors_words_alone_are_learnt_from() -> None:
    coefficients = learn(ASKED, 2, None)

    assert coefficients is not None
    assert (coefficients.with_meaning, coefficients.vectors) == (None, None)


@pytest.mark.parametrize(
    ("classes", "articles"),
    [
        pytest.param([], 0, id="no article"),
        pytest.param([], 2, id="no way to ask"),
        pytest.param([0] * 20, 2, id="an article nobody asks for"),
        pytest.param([0, 1] * (FEWEST_A_CLASS - 1), 2, id="too few ways to ask"),
        pytest.param([REFUSED] * 20, 1, id="only what has no answer"),
        pytest.param(list(range(MOST_ARTICLES + 1)) * FEWEST_A_CLASS, MOST_ARTICLES + 1, id="too many articles"),
    ],
)
def test_where_too_little_is_known_nothing_is_learnt(classes: list[int], articles: int) -> None:
    assert learn([("how so", number) for number in classes], articles, None) is None


def test_of_too_many_ways_to_ask_each_article_keeps_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifying, "MOST_ASKED", 12)
    asked = [(f"card {n}", 0) for n in range(30)] + [(f"seat {n}", 1) for n in range(6)]
    asked += [(f"weather {n}", REFUSED) for n in range(30)]

    kept = [asked[number][1] for number in learnt(asked, 2).kept]

    assert [kept.count(number) for number in (0, 1, REFUSED)] == [4, 4, 4]


def test_the_same_questions_teach_the_same() -> None:
    first, second = learnt(ASKED, 2), learnt(ASKED, 2)

    assert first.by_words.tolist() == second.by_words.tolist()
