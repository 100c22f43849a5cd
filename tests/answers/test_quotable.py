"""What speaks for each sentence of a passage."""

from __future__ import annotations

import msgspec
import pytest

from kb_service.answers.asking import asking
from kb_service.answers.quotable import Source, features, read
from kb_service.questions.understanding import QuestionWord
from tests.answers.test_quoting import source, words


def found(one: Source, question: str) -> list[dict[str, float]]:
    return features([read(one, words(question))], asking(question))[0]


def test_a_sentence_has_its_share_of_the_questions_words_and_knows_that_of_the_one_before() -> None:
    first, second = found(source("Seats cost money. Refunds take long."), "seats cost refunds")

    assert first["shared"] == pytest.approx(2 / 3)
    assert second["shared_before"] == first["shared"]


def test_a_quantity_of_the_question_speaks_for_no_sentence() -> None:
    sixty = [QuestionWord("60", "60", 1.0, 1.0, True, ())]

    assert read(source("We have 60 seats."), sixty).held == [frozenset()]


def test_only_the_first_sentence_of_an_article_is_its_opening() -> None:
    assert [each["opening"] for each in found(source("One thing. Two things."), "thing")] == [1.0, 0.0]


def test_steps_speak_for_themselves_where_the_question_asks_how() -> None:
    plain = source("1. Open it.\n2. Save it.")
    passage = msgspec.structs.replace(plain.entry.passage, kind="steps")
    steps = plain._replace(entry=msgspec.structs.replace(plain.entry, passage=passage))

    assert [each["step"] for each in found(steps, "how do we save")] == [1.0, 1.0]
    assert [each["step"] for each in found(steps, "price of a save")] == [0.0, 0.0]


def test_a_passage_is_as_far_behind_as_its_score_is_below_the_best() -> None:
    sources = [read(source("Seats.", score=0.9), []), read(source("Seats.", score=0.4), [])]

    assert [one[0]["behind"] for one in features(sources, asking(""))] == pytest.approx([0.0, -0.5])


def test_without_meanings_there_is_no_likeness() -> None:
    assert "likeness" not in found(source("Seats."), "seats")[0]
    assert found(source("Seats.", likeness=[0.7]), "seats")[0]["likeness"] == 0.7
