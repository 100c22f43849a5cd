"""The articles that come with the project: what is true of every sentence of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from kb_service.content.library import read_library
from kb_service.text import split_sentences

ARTICLES = Path(__file__).parent.parent / "articles"
READS_AS_AN_ANSWER = re.compile(r"\W*(?:yes|no|yeah|nope|of course|not? at all)\s*[,.;:!–—-]", re.IGNORECASE)


@cache
def sentences() -> tuple[tuple[str, str], ...]:
    return tuple(_sentences())


def _sentences() -> Iterator[tuple[str, str]]:
    for article in read_library(ARTICLES).articles:
        for view in filter(None, (article.public, article.agent)):
            for passage in view.passages:
                for start, end, _ in split_sentences(passage.text):
                    yield passage.id, passage.text[start:end]


def test_no_sentence_begins_with_yes_or_no_as_it_would_answer_whatever_was_asked() -> None:
    assert [found for found in sentences() if READS_AS_AN_ANSWER.match(found[1])] == []


@pytest.mark.parametrize(
    ("article", "fact"),
    [
        ("disabled-and-deleted-staff", "Switching an account off never changes the bill."),
        ("invoice-shows-old-amount-after-reduction", "Switching an account off never changes the bill:"),
        ("when-seat-changes-take-effect", "Switching an account off never changes the bill,"),
        ("disabled-and-deleted-staff", "Deleting an account never changes the bill either,"),
        ("disabled-and-deleted-staff", "A disabled account uses up no seat of the limit,"),
        ("credit-not-used-on-invoice", "The credit does not come off the next invoice by itself."),
        ("refunds-and-credit", "Switching accounts off brings neither a refund nor a credit:"),
        ("pay-by-bank-transfer", "Wires do not go to the same bank account for all customers:"),
    ],
)
def test_what_is_often_mixed_up_has_a_sentence_that_is_right_on_its_own(article: str, fact: str) -> None:
    assert any(passage.startswith(f"{article}#") and text.startswith(fact) for passage, text in sentences())
