"""Of a chatty text the sentences that ask are taken; a plain question is left as it is."""

from __future__ import annotations

import pytest
from hypothesis import given

from kb_service.analysis import term_of
from kb_service.questions.asked_part import asked_part
from tests.test_text import any_text

KNOWN = {term_of(word) for word in "seat invoice card credit log reduce staff month bill license old amount".split()}


def asked(text: str) -> str:
    return asked_part(text, KNOWN.__contains__)


CHATTY = {
    "greeting and thanks": (
        "Hi all, hope you're well! How do I add a seat? Thanks so much, Tom",
        "How do I add a seat?",
    ),
    "a request behind a greeting": ("Hello, we'd like to reduce our seats. Cheers!", "we'd like to reduce our seats."),
    "anger": (
        "Unbelievable! I am FURIOUS. Why is the old amount on my invoice???",
        "Why is the old amount on my invoice???",
    ),
    "a story": (
        (
            "My father founded our bakery in Oslo. Daily he complains about rolls, bread and butter. "
            "He logs in monthly. Does he occupy a seat?"
        ),
        "He logs in monthly. Does he occupy a seat?",
    ),
    "what the articles speak of stays": (
        (
            "A credit card is on file. My dog ate shoes, slippers and carpets. It rained. "
            "Why is my invoice unpaid? Billed this month."
        ),
        "A credit card is on file. It rained. Why is my invoice unpaid? Billed this month.",
    ),
    "mail": (
        "reduce seats how\n\nKind regards,\nJane\n\nOn Monday Bot wrote:\n> An invoice was sent.",
        "reduce seats how",
    ),
}


@pytest.mark.parametrize(("text", "question"), CHATTY.values(), ids=CHATTY.keys())
def test_the_sentences_that_ask_are_left(text: str, question: str) -> None:
    assert asked(text).split() == question.split()


PLAIN = [
    "how do I add a seat",
    "60 seats, 48 active: why?",
    "The invoice shows the old amount. Why?",
    "key.php is missing on acme.kayako.com",
    "Staff count exceeded. (27 > 25). Please contact Kayako Support.",
    "I reduced seats. I was billed. I am lost",
    "hello",
    "Thanks!",
    "",
    "\n",
]


@pytest.mark.parametrize("text", PLAIN)
def test_a_text_that_asks_with_all_its_words_is_left_as_it_is(text: str) -> None:
    assert asked(text).split() == text.split()


def test_what_asks_with_too_few_words_keeps_what_was_said_before() -> None:
    story = (
        "My father has a bakery near Oslo harbour. It burnt to ashes. Bread, cakes, buns and pies are gone. What now?"
    )

    assert asked(story).split() == story.split()


@given(any_text)
def test_of_any_text_words_are_left_in_their_order(text: str) -> None:
    left = iter(text.split())

    assert asked(text).strip() or not text.strip()
    assert len("".join(asked(text).split())) <= len("".join(left))
