"""What a question asks for and what a sentence offers."""

from __future__ import annotations

import pytest

from kb_service.answers.asking import Asking, asking, saying

EVERYTHING, NOTHING = Asking(*[True] * 5), Asking(*[False] * 5)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        pytest.param("how long does it take", "number", id="how long"),
        pytest.param("on which day is it due", "number", id="which day"),
        pytest.param("how do I add a seat", "steps", id="how do"),
        pytest.param("walk me through the upgrade", "steps", id="walk me through"),
        pytest.param("passing a licence on, how?", "steps", id="how last"),
        pytest.param("so why 12 bills", "reason", id="why"),
        pytest.param("whom do we write to", "whom", id="whom"),
        pytest.param("we paid twice, can we get that back", "yes_or_no", id="can we"),
    ],
)
def test_a_question_asks_for_an_answer_of_its_kind(question: str, kind: str) -> None:
    assert asking(question)._asdict()[kind]


def test_a_few_keywords_ask_for_no_kind() -> None:
    assert not any(asking("seat limit administrators"))


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        pytest.param("Payment is due 45 days before.", "number", id="digits"),
        pytest.param("It is tried three times.", "number", id="number word"),
        pytest.param("That is because the order is unchanged.", "reason", id="because"),
        pytest.param("Write to billing@example.com.", "contact", id="address"),
        pytest.param("Support cannot grant it.", "decides", id="cannot"),
        pytest.param("The ID is explained in Find your order ID.", "points", id="another article"),
    ],
)
def test_a_sentence_offers_what_it_says(sentence: str, kind: str) -> None:
    assert saying(sentence, EVERYTHING)._asdict()[kind]
    assert kind == "points" or not any(saying(sentence, NOTHING))


def test_a_plain_statement_offers_nothing_in_particular() -> None:
    assert not any(saying("Seats cost money.", EVERYTHING))
