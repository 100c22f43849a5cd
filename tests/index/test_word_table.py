"""A table of words answers as the dict does that it was made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.index.word_table import Strings, WordTable, string_arrays
from tests.test_text import any_text

WORDS = {"seat": 3, "seats": 0, "card": 1, "cart": 2, "café": 5, "請求": 4, "": 7, "2.7": 9}


@pytest.fixture(scope="module")
def table() -> WordTable:
    return WordTable.of(WORDS)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_mapped_to_its_number(table: WordTable, word: str) -> None:
    assert (table[word], word in table, table.find(word)) == (WORDS[word], True, WORDS[word])


@pytest.mark.parametrize("word", ["sea", "seatss", "Seat", "cafe", "\ud800"])
def test_another_word_is_not_there(table: WordTable, word: str) -> None:
    assert (table.get(word), word in table, table.find(word)) == (None, False, None)
    with pytest.raises(KeyError):
        table[word]


@pytest.mark.slow
@given(words=st.dictionaries(any_text, st.integers(min_value=0, max_value=2**31 - 1)))
def test_whatever_the_words_it_equals_their_dict(words: dict[str, int]) -> None:
    assert WordTable.of(words) == words


def test_words_are_found_by_first_letter_and_length(table: WordTable) -> None:
    assert set(table.like("c", 4)) == {"card", "cart", "café"}
    assert (table.like("請", 2), table.like("s", 6), table.like("x", 4)) == (["請求"], [], [])


def test_first_letters_are_those_that_words_begin_with(table: WordTable) -> None:
    assert table.first_letters == ["", "2", "c", "s", "請"]


def test_a_table_of_nothing_has_nothing() -> None:
    table = WordTable.of({})

    assert (len(table), table.find("seat"), table.like("s", 4), table.first_letters) == (0, None, [], [])


@given(strings=st.lists(any_text))
def test_strings_come_back_in_their_order(strings: list[str]) -> None:
    found = Strings(*string_arrays(strings))

    assert list(found) == found.all() == strings
