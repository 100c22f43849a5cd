"""Classes of words."""

from __future__ import annotations

from collections import Counter

import pytest

from kb_service.seats import vocabulary
from kb_service.seats.vocabulary import OPAQUE, class_of, is_noun


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("licences", "SEAT"),
        ("licenses", "SEAT"),
        ("licenes", "SEAT"),
        ("lisence", "LICENCE"),
        ("poeple", "PERSON"),
        ("agnets", "PERSON"),
        ("regularly", "ABOUT"),
        ("but", "but"),
        ("r", "are"),
        ("invoices", "BILL"),
        ("sets", OPAQUE),
        ("beats", OPAQUE),
        ("", OPAQUE),
    ],
)
def test_a_word_has_the_class_of_its_meaning_also_when_misspelt(word: str, expected: str) -> None:
    assert class_of(word) == expected


def test_no_word_has_two_classes() -> None:
    words = Counter(word for words in vocabulary._CLASSES.values() for word in words.split())

    assert [word for word, times in words.items() if times > 1 or word in vocabulary._PLAIN] == []


def test_seats_and_people_are_nouns_and_bills_are_not() -> None:
    assert [is_noun(word) for word in ("seat", "agents", "admins", "invoice")] == [True, True, True, False]
