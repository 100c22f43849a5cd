"""Questions alike by their words: rare words tell more, pairs of words too, and words that nobody asks tell apart."""

from __future__ import annotations

import pytest

from kb_service.index.asked_words import AskedWords

ASKED = AskedWords.of(["remove a seat", "remove a card", "add a seat", "when is the invoice due"])


def test_the_same_words_are_wholly_alike_and_others_not_at_all() -> None:
    assert ASKED.likeness("When is the invoice due?").tolist() == pytest.approx([0, 0, 0, 1])


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    alike = ASKED.likeness("card seat")

    assert alike[1] > alike[0]


def test_words_in_the_same_order_are_more_alike() -> None:
    assert ASKED.likeness("remove a seat")[0] > ASKED.likeness("seat a remove")[0]


def test_a_word_that_nobody_asks_makes_the_rest_less_alike() -> None:
    assert 0 < ASKED.likeness("invoice due for ransom")[3] < ASKED.likeness("invoice due")[3]


def test_without_words_nothing_is_alike() -> None:
    assert ASKED.likeness("").tolist() == [0, 0, 0, 0]
