"""Lists of questions beside the articles: read whole, wrong parts told."""

from __future__ import annotations

import pytest

from kb_service.questions.question_lists import questions_by_key


def test_questions_come_with_their_keys_in_order_and_without_blanks_around() -> None:
    pairs, problems = questions_by_key({"tax": [" VAT number? ", "GST?"], "cancelling": ["How do we leave?"]})

    assert pairs == [("VAT number?", "tax"), ("GST?", "tax"), ("How do we leave?", "cancelling")]
    assert problems == []


@pytest.mark.parametrize(
    "listed",
    ["VAT?", None, 5, {"a": "b"}, ["VAT?", 5], ["VAT?", ""], ["VAT?", "  "], ["VAT?", ["GST?"]]],
    ids=["text", "nothing", "number", "table", "a number in it", "an empty one", "a blank one", "a list in it"],
)
def test_what_is_no_list_of_questions_is_told_and_the_others_are_used(listed: object) -> None:
    pairs, problems = questions_by_key({"tax": listed, "other": ["Why?"]})

    assert pairs == [("Why?", "other")]
    assert problems == ["`tax` must be a list of questions"]


def test_a_question_under_two_keys_counts_for_the_first_and_is_told() -> None:
    pairs, problems = questions_by_key({"tax": ["VAT?"], "money": ["VAT? "]})

    assert pairs == [("VAT?", "tax")]
    assert problems == ["'VAT? ' stands under `tax` and `money`"]


def test_a_question_said_twice_under_one_key_is_one() -> None:
    assert questions_by_key({"tax": ["VAT?", "VAT?"]}) == ([("VAT?", "tax")], [])


def test_an_empty_file_has_no_questions() -> None:
    assert questions_by_key({}) == ([], [])
