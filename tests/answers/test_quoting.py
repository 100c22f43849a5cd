"""What of a passage is quoted: whole sentences, whole lists, word for word."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.analysis import analyse, is_stop_word
from kb_service.answers.quoting import MAX_CHARACTERS, MAX_LIST_CHARACTERS, Source, find_quote
from kb_service.questions.understanding import QuestionWord
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled
from tests.test_text import any_text

texts = st.lists(st.sampled_from(["One. ", "1. ", "- ", "\n", " "]) | st.characters(codec="utf-8")).map("".join)


def words(question: str) -> list[QuestionWord]:
    """Each word that is no stop word, all of the same weight."""
    terms = {term.term: term.word for term in analyse(question) if not is_stop_word(term.word)}
    return [QuestionWord(word, term, 1.0, 1.0, True, ()) for term, word in terms.items()]


def source(text: str, *, score: float = 1.0, likeness: Sequence[float] | None = None) -> Source:
    return Source(filled(MemoryEngine(), an_article("a", text)).store.entries([0])[0], score, likeness)


def quoted(text: str, question: str, *, likeness: Sequence[float] | None = None) -> str:
    """What of `text` answers."""
    _, start, end = find_quote([source(text, likeness=likeness)], question, words(question))
    return text[start:end]


@given(texts, any_text)
def test_a_quote_lies_within_its_passage_and_is_not_blank(text: str, question: str) -> None:
    quote = quoted(text, question)

    assert quote in text
    assert bool(quote.strip()) == bool(text.strip())


def test_the_sentence_with_the_words_of_the_question_is_quoted() -> None:
    text = "Invoices are sent on Monday. Refunds take five days. Seats cost money."

    assert quoted(text, "how do refunds come?") == "Refunds take five days."


def test_without_any_word_the_first_sentence_is_quoted() -> None:
    assert quoted("Answers come first. Reasons come after.", "?!") == "Answers come first."


@pytest.mark.parametrize("question", ["how long do refunds take", "when is my refund here", "refund: how many days"])
def test_a_question_for_a_number_prefers_a_sentence_with_digits(question: str) -> None:
    text = "A refund goes to the card. Nobody has to ask. The refund is there within 10 days."

    assert quoted(text, question) == "The refund is there within 10 days."


def test_a_neighbour_that_adds_words_of_the_question_is_quoted_too() -> None:
    text = "Seats can be removed. The credit stays on the account. Nothing else happens."

    assert quoted(text, "removed seats credit account") == "Seats can be removed. The credit stays on the account."


def test_a_neighbour_that_would_make_the_quote_too_long_is_not() -> None:
    text = f"Seats can be removed. The credit {'really ' * (MAX_CHARACTERS // 7)}stays."

    assert quoted(text, "can seats be removed, where is the credit") == "Seats can be removed."


STEPS = "1. Open the portal.\n2. Choose Manage.\n3. Save."


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        pytest.param(f"Remove a seat so:\n{STEPS}\nDone.", "manage", f"Remove a seat so:\n{STEPS}", id="by a step"),
        pytest.param(f"Remove a seat so:\n{STEPS}", "how do we remove a seat", f"Remove a seat so:\n{STEPS}", id="how"),
        pytest.param(f"Remove a seat so:\n{STEPS}", "can a seat be removed", f"Remove a seat so:\n{STEPS}", id="lead"),
        pytest.param(f"Seats cost money.\n{STEPS}", "do seats cost money", "Seats cost money.", id="no procedure"),
        pytest.param(f"Seats cost money.\n{STEPS}", "manage the portal", STEPS, id="no lead"),
        pytest.param(f"{STEPS}\nThen wait.", "choose", STEPS, id="at the start"),
    ],
)
def test_a_procedure_is_quoted_whole_with_what_leads_into_it(text: str, question: str, expected: str) -> None:
    assert quoted(text, question) == expected


def test_a_list_too_long_to_quote_gives_the_item_that_answers() -> None:
    items = [f"- Item number {n} is about {'many ' * 30}things." for n in range(MAX_LIST_CHARACTERS // 150)]
    text = "\n".join([*items, "- The refund."])

    assert quoted(text, "refund") == "- The refund."


def test_numbers_of_the_question_choose_no_sentence() -> None:
    text = "Seats are billed. We have 60 offices."

    assert quoted(text, "60 seats") == "Seats are billed."


def test_the_sentence_that_means_the_same_is_quoted_whatever_its_words() -> None:
    text = "Invoices are sent on Monday. Refunds take five days. Seats cost money."

    assert quoted(text, "when is the cash back", likeness=[0.1, 0.8, 0.2]) == "Refunds take five days."


def test_of_two_passages_the_one_that_says_it_is_quoted() -> None:
    sources = [source("Seats cost money."), source("Refunds take long.")]

    assert find_quote(sources, "refunds", words("refunds")).source == 1


def test_of_two_passages_that_say_it_the_better_ranked_is_quoted() -> None:
    sources = [source("Refunds take long.", score=0.2), source("Refunds take long.", score=0.9)]

    assert find_quote(sources, "refunds", words("refunds")).source == 1
