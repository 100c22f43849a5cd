"""The question is extracted from a message: greetings, thanks, background and quoted mail are dropped."""

from __future__ import annotations

import pytest
from hypothesis import given

from kb_service.analysis import term_of
from kb_service.questions.message import extract_question, questions_of
from tests.test_text import any_text

KNOWN = {term_of(word) for word in "seat invoice card credit log reduce staff month bill license old amount".split()}


def asked(text: str) -> str:
    return extract_question(text, KNOWN.__contains__)


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


POLITE = [
    *("Hi there,", "Hello Kayako team,", "Dear Sir or Madam,", "Good morning!", "hiya :)", "Dear Karl,"),
    *("hope you're having a great week!", "I trust this finds you well.", "Happy Friday!", "sorry to bother you"),
    *("Thanks a million!", "Thank you for being so kind.", "Kind regards,", "Cheers mate", "Have a good one!"),
    *("Looking forward to hearing from you.", "please excuse my English", "Shame on you!!"),
]
ASKING = [
    *("hi our invoice is wrong", "hello we cannot log in", "hey guys crad got declind", "dear support where is my key"),
    *(
        "thanks but the invoice is still wrong",
        "thank you how do I pay",
        "have a question about seats",
        "help with SSO",
    ),
    *("thanksgiving closing hours", "good standing certificate", "invoice", "请求"),
]


@pytest.mark.parametrize("clause", POLITE)
def test_a_polite_clause_is_dropped(clause: str) -> None:
    assert asked(f"{clause}\nHow do I add a seat?") == "How do I add a seat?"


@pytest.mark.parametrize("clause", ASKING)
def test_what_goes_on_after_politeness_is_kept(clause: str) -> None:
    assert asked(f"{clause}\nHow do I add a seat?") == f"{clause} How do I add a seat?"


def test_a_name_behind_thanks_signs_and_is_dropped_but_not_a_question_or_a_thing() -> None:
    assert asked("Where is the invoice? Kind regards, Ingrid Solheim, Office Manager") == "Where is the invoice?"
    assert asked("Kind regards, Where is it?") == "Where is it?"
    assert asked("Thanks, the invoice, please") == "the invoice, please"


MAILS = {
    "quoted lines": "Where is it?\n\n> Dear customer,\n> here it is.",
    "quoted lines first": "> Dear customer,\n> here it is.\nWhere is it?",
    "who wrote them": "Where is it?\nOn Tue, 4 Mar 2025 at 10:12, Bot <bot@example.com> wrote:\n> Here.",
    "in German": "Where is it?\nAm 14.01.2025 um 08:30 schrieb Bot:\n> Hier.",
    "history without marks": "Where is it?\n-----Original Message-----\nFrom: Bot\nHere it is.",
    "headers of history": "Where is it?\nFrom: Bot\nSent: Monday\nTo: Me\n\nHere it is.",
    "a phone's line": "Where is it?\n\nSent from my iPhone",
    "a signature": "Where is it?\n--\nJane Roe\nManager",
    "a closing": "Where is it?\n\nKind regards,\nJane Roe\nManager, Example Ltd",
}


@pytest.mark.parametrize("mail", MAILS.values(), ids=MAILS.keys())
def test_of_a_mail_its_own_words_are_left(mail: str) -> None:
    assert asked(mail).strip() == "Where is it?"


def test_a_question_after_the_closing_is_left_too() -> None:
    assert asked("Pay by card.\nThanks,\nJane\nPS: where is it?").endswith("where is it?")


@given(any_text)
def test_of_any_text_words_are_left_in_their_order(text: str) -> None:
    left = iter(text.split())

    assert asked(text).strip() or not text.strip()
    assert len("".join(asked(text).split())) <= len("".join(left))


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        (
            "How do I order a desk? And who signs the contract?",
            ("How do I order a desk?", "And who signs the contract?"),
        ),
        (
            "how do I order a desk and when is it delivered",
            ("how do I order a desk", "how do I order a desk. when is it delivered"),
        ),
        (
            "Our lease is over. Can we extend it? Who do I ask? Thanks, Ida",
            ("Our lease is over. Can we extend it?", "Our lease is over. Who do I ask?"),
        ),
        (
            "1. How do I move out?\n2. Is the deposit paid back?\n3. What about parking?",
            ("How do I move out?", "Is the deposit paid back?", "What about parking?"),
        ),
        (
            "How do I sublet a desk, can I paint the wall, and who has keys?",
            ("How do I sublet a desk", "can I paint the wall", "who has keys?"),
        ),
    ],
)
def test_a_message_with_several_questions_is_read_as_them_each_with_what_it_refers_to(
    message: str, questions: tuple[str, ...]
) -> None:
    assert questions_of(message, lambda _: True) == questions


@pytest.mark.parametrize(
    "message",
    [
        "",
        "Can I pay by wire? Is that possible?",
        "Who can order desks and chairs?",
        "What happens if and when I leave?",
        "Do you take cards or can we pay by cheque?",
        "We rent 60 desks but only 48 are used, why?",
        "Hello! How are you? Where is the kitchen?",
        "The door is shut. What now?",
        "where is the kitchen",
    ],
)
def test_a_message_that_asks_one_thing_is_not_taken_apart(message: str) -> None:
    assert questions_of(message, lambda _: True) == ()
