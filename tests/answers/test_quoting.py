"""What of a passage is quoted: whole sentences, whole lists, word for word."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kb_service.answers.quoting import MAX_CHARACTERS, MAX_LIST_CHARACTERS, quoted_span
from tests.answers.test_signs import of_markdown


def quoted(markdown: str, likely: Sequence[float]) -> str:
    """What is quoted of an article where its sentences are so likely to answer."""
    [read] = of_markdown("seats", markdown).read
    assert len(read.spans) == len(likely)
    start, end = quoted_span(read, likely)
    return read.passage.text[start:end]


def test_the_likeliest_sentence_is_quoted() -> None:
    assert quoted("Bills are sent on Monday. Refunds take five days.", [0.05, 0.95]) == "Refunds take five days."


def test_neighbours_that_are_nearly_as_likely_are_quoted_too() -> None:
    text = "Bills are sent. Refunds take five days. They go to the card. Seats cost money."

    assert quoted(text, [0.02, 0.5, 0.3, 0.02]) == "Refunds take five days. They go to the card."


def test_at_most_three_sentences_are_quoted() -> None:
    assert quoted("One is one. Two is two. Three is three. Four is four.", [0.25] * 4).count(".") == 3


def test_a_neighbour_that_would_make_the_quote_too_long_is_not() -> None:
    text = f"Seats can be removed. The credit {'really ' * (MAX_CHARACTERS // 7)}stays."

    assert quoted(text, [0.5, 0.5]) == "Seats can be removed."


STEPS = "1. Open the portal.\n2. Choose Manage.\n3. Save."


@pytest.mark.parametrize(
    ("markdown", "likely", "expected"),
    [
        pytest.param(f"Remove a seat so:\n\n{STEPS}", [0, 0, 1, 0], f"Remove a seat so:\n\n{STEPS}", id="by a step"),
        pytest.param(f"Remove a seat so:\n\n{STEPS}", [1, 0, 0, 0], f"Remove a seat so:\n\n{STEPS}", id="by its lead"),
        pytest.param(f"Seats cost money.\n\n{STEPS}", [0.9, 0.1, 0, 0], "Seats cost money.", id="another sentence"),
        pytest.param(f"Seats cost money.\n\n{STEPS}", [0, 1, 0, 0], STEPS, id="no lead"),
    ],
)
def test_a_procedure_is_quoted_whole_with_what_leads_to_it(
    markdown: str, likely: Sequence[float], expected: str
) -> None:
    assert quoted(markdown, likely) == expected


def test_a_list_too_long_to_quote_gives_the_item_that_answers() -> None:
    items = [f"- Item number {n} is about {'many ' * 12}things" for n in range(MAX_LIST_CHARACTERS // 60)]

    assert quoted("\n".join([*items, "- The refund"]), [*[0.0] * len(items), 1.0]) == "- The refund"


def test_a_row_of_a_table_is_quoted_for_itself() -> None:
    table = "| Plan | Price |\n| --- | --- |\n| Basic | 5 |\n| Pro | 9 |"

    assert quoted(table, [0, 0.05, 0.9]) == "Pro | 9"


def test_a_heading_beside_the_answer_is_not_quoted() -> None:
    assert quoted("**Where is it?**\n\nBehind the house.", [0.4, 0.6]) == "Behind the house."
