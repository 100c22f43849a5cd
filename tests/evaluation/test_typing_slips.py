from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.evaluation.judged_questions import JudgedQuestion, JudgedSet
from kb_service.evaluation.typing_slips import set_with_typos, with_typos

LONGER = re.compile(r"(?<!\w)[^\W\d_]{5,}(?!\w)")


def test_every_third_longer_word_gets_a_slip() -> None:
    text = "charged money twice because someone added seats without asking"
    changed = [before for before, after in zip(text.split(), with_typos(text).split(), strict=True) if before != after]

    assert changed == ["charged", "because", "seats"]


@pytest.mark.parametrize("text", ["60 seat or 48?", "code 100245 on v12345", "pay now", "", "12345 67890.12"])
def test_numbers_and_short_words_are_left(text: str) -> None:
    assert with_typos(text) == text


@given(st.text())
def test_only_longer_words_change_and_by_one_letter_at_most_in_length(text: str) -> None:
    slipped = with_typos(text)

    assert abs(len(slipped) - len(text)) <= len(LONGER.findall(text))
    assert re.findall(r"\d+", slipped) == re.findall(r"\d+", text)


@given(st.from_regex(r"[A-Za-z]{5,12}", fullmatch=True))
def test_a_slip_keeps_the_first_letter(word: str) -> None:
    assert with_typos(word)[0] == word[0]


def test_slips_depend_on_text_and_seed_alone() -> None:
    text = "remove several seats tomorrow"

    assert with_typos(text) == with_typos(text)
    assert {with_typos(text, seed=seed) for seed in range(20)} != {with_typos(text)}


def test_all_four_kinds_of_slip_occur() -> None:
    slips = {with_typos("invoice", seed=seed) for seed in range(300)}

    assert {"inovice", "invoce", "innvoice"} <= slips
    assert slips & {"imvoice", "ibvoice"}


def test_letters_of_another_alphabet_have_no_neighbours_but_slip() -> None:
    assert with_typos("счетов") != "счетов"


def test_the_copy_of_a_set_keeps_its_judgments_under_another_name() -> None:
    judged = JudgedSet(name="set", questions=(JudgedQuestion(id="1", text="remove seats", relevant={"a": 1.0}),))
    copy = set_with_typos(judged)

    assert (copy.name, copy.variant) == ("set with typos", "typos")
    assert copy.questions[0].relevant == {"a": 1.0}
    assert copy.questions[0].text != "remove seats"
