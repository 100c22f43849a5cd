"""Politeness, signatures and quoted mail are told from what somebody asks."""

from __future__ import annotations

import pytest
from hypothesis import given

from kb_service.questions.courtesy import is_name, is_polite, own_text
from tests.test_text import any_text

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
    *("thanksgiving closing hours", "good standing certificate", "", "invoice", "请求"),
]


@pytest.mark.parametrize("clause", POLITE)
def test_politeness_asks_nothing(clause: str) -> None:
    assert is_polite(clause)


@pytest.mark.parametrize("clause", ASKING)
def test_what_goes_on_after_politeness_may_ask(clause: str) -> None:
    assert not is_polite(clause)


def test_who_signs_has_capitals() -> None:
    assert is_name("Ingrid Solheim,")
    assert is_name("Where is it") is not True
    assert not is_name("the invoice")
    assert not is_name("...")


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
    assert own_text(mail).strip() == "Where is it?"


def test_a_question_after_the_closing_is_left_too() -> None:
    assert own_text("A.\nThanks,\nJane\nPS: where is it?").endswith("where is it?")


@given(any_text)
def test_any_text_is_read(text: str) -> None:
    assert own_text(text) == text or "\n" in text
    assert {is_polite(text), is_name(text)} <= {True, False}
