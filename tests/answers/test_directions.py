"""The direction in which a question goes, and texts that only go the other way."""

from __future__ import annotations

import pytest

from kb_service.analysis import term_code, term_of
from kb_service.answers.directions import goes_back, is_opposite


@pytest.mark.parametrize(
    ("question", "goes"),
    [
        ("how do we get from Pro to Basic", True),
        ("from pro to our basic plan, how?", True),
        ("how do we get from Basic to Pro", False),
        ("how do we get to Basic", False),
        ("from Pro to Deluxe", False),
    ],
)
def test_a_text_with_but_the_way_back_does_not_tell_the_way(question: str, goes: bool) -> None:
    assert goes_back(question, "You can move from the Basic plan to Pro at any time.") is goes


def test_a_text_with_both_ways_tells_each() -> None:
    assert not goes_back("from Pro to Basic", "Go from Basic to Pro at any time, and from Pro to Basic once a year.")


def test_numbers_are_examples_and_no_places_to_go() -> None:
    assert not goes_back("from 15 to 20 seats", "For example from 20 to 15 seats.")


def code(word: str) -> int:
    return term_code(term_of(word))


def test_opposites_are_known_both_ways_in_all_their_forms() -> None:
    text = {code(word) for word in ("you", "upgrading", "remove")}

    assert is_opposite(code("downgrades"), text)
    assert is_opposite(code("adding"), text)
    assert not is_opposite(code("upgrade"), text)
    assert not is_opposite(code("you"), text)
