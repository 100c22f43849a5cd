"""A text's sentences and list items: everything but the blanks, in order, cut where a sentence ends."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.sentences import split_sentences

PIECES = ["One. ", "two! ", "e.g. ", "1. ", "- ", "\n", "\n\n", "A", "b?", "…", "。", "請求", " ", "“Why?” ", "3.5"]
texts = st.lists(st.sampled_from(PIECES) | st.characters(codec="utf-8"), max_size=30).map("".join)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in split_sentences(text)]


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
