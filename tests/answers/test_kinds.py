"""The kind of answer that a question asks for, and whether a quote offers one."""

from __future__ import annotations

import pytest

from kb_service.answers.kinds import lacks_asked_kind

# By what is asked: a quote that offers none of the kind, and one that does.
CASES = {
    "how much is a big room": ("The big room has a view of the sea.", "The big room is $80 a night."),
    "What percentage do students save?": ("Students sign up at the desk.", "Students pay 10% less."),
    "how many wrong codes lock the door": ("Several wrong codes lock the door.", "Five wrong codes lock the door."),
    "How long does a parcel take?": ("Parcels come by van.", "A parcel comes within three days."),
    "within how many days must I return it": ("Return it in its box.", "Return it within 14 days."),
    "by when do I have to pay": ("Pay at the desk.", "Pay before the course begins."),
    "until what day is the pool open": ("The pool is behind the house.", "The pool closes at the end of September."),
    "How often is the list renewed?": ("The list hangs in the hall.", "The list is renewed daily."),
    "At what hour does the bar close?": ("The bar closes on the last day.", "The bar closes at 11:30 pm."),
    "who keeps the keys": ("The keys hang on a hook.", "The team at the desk keeps the keys."),
    "where is the fuse box": ("The fuse box is grey.", "The fuse box is in the cellar, under the stairs."),
    "how do I open a locker": ("A locker holds two bags.", "Turn left, then enter your number."),
}


@pytest.mark.parametrize("question", CASES)
def test_a_quote_without_anything_of_the_kind_lacks_it(question: str) -> None:
    without, offering = CASES[question]

    assert lacks_asked_kind(question, without)
    assert not lacks_asked_kind(question, offering)


@pytest.mark.parametrize(
    "question", ["lockers", "is the pool open", "Why is the bar closed?", "what is a fuse box", ""]
)
def test_a_question_that_asks_for_no_kind_lacks_none(question: str) -> None:
    assert not lacks_asked_kind(question, "It is grey.")
