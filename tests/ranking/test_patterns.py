"""An error text that an article explains leads to that article."""

from __future__ import annotations

import pytest
from hypothesis import given

from kb_service.ranking.patterns import Patterns
from tests.test_text import any_text

PATTERNS = Patterns(
    [
        ("Staff count exceeds purchased seats", 0),
        ("E1042", 1),
        ("Payment declined (code 51)", 2),
        ("declined", 3),
        ("!!", 4),
        ("Log-in failed", 5),
    ]
)

SHOWN = {
    "as it stands": ("Staff count exceeds purchased seats", {0}),
    "inside a story": ("Since today it says: STAFF COUNT EXCEEDS PURCHASED SEATS! What now?", {0}),
    "another form of a word": ("staff counts exceeding purchased seats", {0}),
    "with words between": ("staff count still exceeds purchased seats", set()),
    "a part of it": ("staff count exceeds", set()),
    "turned": ("purchased seats exceeds staff count", set()),
    "a code": ("what is e1042", {1}),
    "another code": ("what is e1043", set()),
    "two at once": ("E1042: payment declined code 51", {1, 2, 3}),
    "the number counts": ("payment declined code 52", {3}),
    "joined words": ("log-in failed", {5}),
    "joined words written apart": ("log in failed", {5}),
    "nothing": ("", set()),
    "signs": ("!!", set()),
}


@pytest.mark.parametrize(("text", "articles"), SHOWN.values(), ids=SHOWN.keys())
def test_the_articles_whose_pattern_stands_in_a_question(text: str, articles: set[int]) -> None:
    assert PATTERNS.articles_shown_by(text) == articles


def test_without_patterns_nothing_is_shown() -> None:
    assert Patterns([]).articles_shown_by("E1042") == frozenset()


@given(any_text)
def test_any_text_can_be_a_pattern_and_shows_itself(text: str) -> None:
    assert Patterns([(text, 7)]).articles_shown_by(text) <= {7}
    assert Patterns([(f"{text} e1042", 7)]).articles_shown_by(f"what is {text} e1042?") == {7}
