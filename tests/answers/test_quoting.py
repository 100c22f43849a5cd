"""What of a passage is quoted: whole sentences, whole lists, word for word."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.answers.quoting import MAX_CHARACTERS, MAX_LIST_CHARACTERS, Source, find_quote
from kb_service.engines.memory import MemoryEngine
from kb_service.search.analysis import analyse, is_stop_word
from kb_service.search.sentences import split_sentences
from kb_service.search.understanding import QuestionWord
from tests.builders import an_article
from tests.engines.questions import filled
from tests.test_text import any_text

PIECES = ["One. ", "two! ", "e.g. ", "1. ", "- ", "\n", "\n\n", "A", "b?", "…", "。", "請求", " ", "“Why?” ", "3.5"]
texts = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=30).map("".join)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in split_sentences(text)]


def quoted(text: str, question: str) -> str:
    """What of `text` answers, each word of the question that is no stop word weighing the same."""
    terms = {term.term: term.word for term in analyse(question) if not is_stop_word(term.word)}
    words = [QuestionWord(word, term, 1.0, 1.0, True, ()) for term, word in terms.items()]
    entry = filled(MemoryEngine(), an_article("a", text)).entries([0])[0]
    _, start, end = find_quote([Source(entry, 1.0, None)], question, words)
    return text[start:end]


SENTENCES = {
    "plain": ("One is here. Two is there! Is three? Yes.", ["One is here.", "Two is there!", "Is three?", "Yes."]),
    "abbreviations": ("Use a card, e.g. Visa. Mr. Smith pays.", ["Use a card, e.g. Visa.", "Mr. Smith pays."]),
    "initials": ("Ask J. Doe first. Then pay.", ["Ask J. Doe first.", "Then pay."]),
    "amounts": ("It costs 3.50 a day. Pay 1,200.", ["It costs 3.50 a day.", "Pay 1,200."]),
    "file names": ("Open invoice.pdf now. Print it.", ["Open invoice.pdf now.", "Print it."]),
    "a small letter goes on": ("Wait approx. ten days. done", ["Wait approx. ten days. done"]),
    "a number starts one": ("Wait. 24 hours are enough.", ["Wait.", "24 hours are enough."]),
    "a placeholder starts one": ("Open it. <your domain> is yours.", ["Open it.", "<your domain> is yours."]),
    "quotation marks": ("He said “Pay.” “Why?” she asked.", ["He said “Pay.”", "“Why?” she asked."]),
    "brackets": ("Pay now (or later.) Then wait.", ["Pay now (or later.)", "Then wait."]),
    "chinese": ("請付款。謝謝！", ["請付款。", "謝謝！"]),
    "lines": ("A heading\nA sentence", ["A heading", "A sentence"]),
    "steps": ("Do this:\n1. Open. Then wait.\n2. Pay.", ["Do this:", "1. Open. Then wait.", "2. Pay."]),
    "bullets": ("- One. Two.\n* Three\n• Four", ["- One. Two.", "* Three", "• Four"]),
    "blanks around": ("\n\n  One.   \n \n Two. \n", ["One.", "Two."]),
    "nothing": (" \n\n ", []),
}


@pytest.mark.parametrize(("text", "expected"), SENTENCES.values(), ids=SENTENCES.keys())
def test_the_sentences_and_items_of_a_text(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_a_text_of_abbreviations_alone_is_split_in_no_time() -> None:
    started = process_time()

    assert len(split_sentences("e.g. X " * 10_000)) == 1
    assert process_time() - started < 1


def test_an_error_text_keeps_its_numbers_with_it() -> None:
    text = "Staff count exceeded. (3 > 2). Please contact your administrator. It means this."

    assert split(text)[0].startswith("Staff count exceeded. (3 > 2).")


@given(texts)
def test_sentences_hold_everything_but_blanks_in_order(text: str) -> None:
    spans = split_sentences(text)
    gaps = [0, *(at for span in spans for at in (span.start, span.end)), len(text)]

    assert gaps == sorted(gaps)
    assert not any(text[start:end].strip() for start, end in zip(gaps[::2], gaps[1::2], strict=True))
    assert all(text[start:end].strip() == text[start:end] != "" for start, end, _ in spans)


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
    text = "A refund goes to the card. The refund is there within 10 days."

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
        pytest.param(f"Remove a seat so:\n{STEPS}", "can a seat be removed", "Remove a seat so:", id="whether"),
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
