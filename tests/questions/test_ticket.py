"""A whole ticket: who writes, what is asked, what was pasted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.questions.ticket import LONGEST_ERROR, LONGEST_QUESTION, MOST_ERRORS, MOST_QUESTIONS, read_ticket
from tests.timing import least_seconds

LOCKED = "Staff count exceeded. (61 > 60). Please contact Kayako Support for further assistance."

TICKETS: dict[str, tuple[str, list[str]]] = {
    "a question": ("how do i add a seat", ["how do i add a seat"]),
    "two questions": (
        "How do I add a seat? Where do I find our invoices?",
        ["How do I add a seat?", "Where do I find our invoices?"],
    ),
    "what is pointed back to": (
        "We pay for 60 seats and 48 people use them. Is that why the bill is so high?",
        ["We pay for 60 seats and 48 people use them. Is that why the bill is so high?"],
    ),
    "a list": (
        "Dear team,\n\n1. Can we pay by bank transfer?\n2) Where do we find our invoices?\n- How do we reduce seats?\n",
        ["Can we pay by bank transfer?", "Where do we find our invoices?", "How do we reduce seats?"],
    ),
    "wrapped lines": (
        "Can you tell me where I find the invoices\nof last year for the whole company?\n\nThanks",
        ["Can you tell me where I find the invoices of last year for the whole company?"],
    ),
    "without question marks": (
        "hello, i want to know how to change our plan\n\nalso please tell me where the invoices are",
        ["i want to know how to change our plan", "also please tell me where the invoices are"],
    ),
    "quoted mail": (
        "How do we pay by card?\n\nOn Mon, 1 Jun 2026 Support wrote:\n> What is your order number?\n> Do you use Visa?",
        ["How do we pay by card?"],
    ),
    "an error that is asked about": (
        f"When we sign in it says\n\n{LOCKED}\n\nWhat does that mean?",
        [f"{LOCKED} What does that mean?"],
    ),
    "an error alone": (f"Hi,\n\n{LOCKED}\n\nThanks", [LOCKED]),
    "an error in quotation marks": (
        "Since today we get “Access denied: your licence has expired”.",
        ["Access denied: your licence has expired"],
    ),
    "the same again": ("Where are our invoices? where are our INVOICES?", ["where are our INVOICES?"]),
    "the subject": ("Subject: refund for unused seats\n\nThank you,\nTom", ["refund for unused seats"]),
    "nothing that asks": ("our invoice of May", ["our invoice of May"]),
}


@pytest.mark.parametrize(("ticket", "questions"), TICKETS.values(), ids=TICKETS)
def test_each_question_is_found(ticket: str, questions: list[str]) -> None:
    assert [" ".join(each.split()) for each in read_ticket(ticket).questions] == questions


ASKERS = {
    "a mail's header": ("From: Anna Bergström <anna@acme.com>\nTo: us@example.com\n\nHow?", "Anna Bergström"),
    "a helpdesk's header": ("Requester: Tom Reed\nPriority: high\n\nHow do we pay?", "Tom Reed"),
    "a signature": ("How do we pay?\n\nKind regards,\n\nAnna Bergström\nOffice Manager", "Anna Bergström"),
    "thanks": ("How do we pay?\nThanks\nTom", "Tom"),
    "what they say": ("Hello, my name is Peter O'Toole. How do we pay?", "Peter O'Toole"),
    "an address alone": ("From: anna@acme.com\n\nHow do we pay?", ""),
    "a team": ("From: Billing <billing@acme.com>\n\nHow do we pay?", ""),
    "a sentence": ("How do we pay?\n\nThanks,\nplease answer soon", ""),
    "nobody": ("How do we pay?", ""),
    "a question behind thanks": ("Thanks for that.\nHow do we pay?", ""),
}


@pytest.mark.parametrize(("ticket", "asker"), ASKERS.values(), ids=ASKERS)
def test_who_writes_is_read_where_somebody_says_so(ticket: str, asker: str) -> None:
    assert read_ticket(ticket).asker == asker


ERRORS = {
    "a line of a program": (f"It says:\n{LOCKED}\nWhy?", [LOCKED]),
    "code": ("We see\n```\nFatal error: cannot\nconnect\n```\nWhy?", ["Fatal error: cannot connect"]),
    "code that is none": ("We use\n```\nprint(1)\n```\nWhy?", []),
    "a quotation": ('The page said "licence could not be verified" to us.', ["licence could not be verified"]),
    "a quotation of something else": ('We read "how to add many seats" today.', []),
    "a person who tells of one": ("We get an error 500 when we sign in.", []),
    "a stack": ("Traceback (most recent call last):\nWhy?", ["Traceback (most recent call last):"]),
}


@pytest.mark.parametrize(("ticket", "errors"), ERRORS.values(), ids=ERRORS)
def test_what_a_program_said_is_told_from_what_people_say(ticket: str, errors: list[str]) -> None:
    assert list(read_ticket(ticket).errors) == errors


def test_more_questions_than_anybody_reads_are_counted() -> None:
    ticket = read_ticket("\n".join(f"How do we pay with card number {n}?" for n in range(20)))

    assert len(ticket.questions) == MOST_QUESTIONS
    assert ticket.left_out == 20 - MOST_QUESTIONS


parts = st.sampled_from(
    [
        *(
            "How do we pay",
            "?",
            "\n",
            "\n\n",
            ". ",
            "From: ",
            "Tom",
            "Thanks,",
            "error: ",
            "(3 > 2)",
            "```",
            '"',
            "> ",
            "- ",
        ),
        *("it", "Subject: x", "--", "\0", "😀", "on Monday you wrote:", "\ud800", "1. "),
    ]
)


@settings(max_examples=200)
@given(st.one_of(st.text(max_size=300), st.lists(parts, max_size=40).map(" ".join)))
def test_any_text_is_a_ticket(text: str) -> None:
    ticket = read_ticket(text)

    assert 1 <= len(ticket.questions) <= MOST_QUESTIONS
    assert max(map(len, ticket.questions)) <= LONGEST_QUESTION
    assert len(ticket.errors) <= MOST_ERRORS
    assert all(0 < len(each) <= LONGEST_ERROR for each in ticket.errors)
    assert all("\0" not in each for each in (*ticket.questions, *ticket.errors) if "\0" not in text)


@pytest.mark.parametrize(
    "unit", ["why? ", "error: (3 > 2)\n", "From: a\n", "> ", '"error ', "a", "```\n", "\n\n", "Thanks,\n", "it. "]
)
def test_a_hostile_ticket_takes_no_longer_than_its_length(unit: str) -> None:
    def seconds(characters: int) -> float:
        text = (unit * characters)[:characters]
        return least_seconds(lambda: read_ticket(text))

    assert seconds(20_000) < max(0.5, 16 * seconds(5_000))
