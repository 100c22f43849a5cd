"""Terms: indexing and asking meet in the same one, whichever way a word is spelt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.analysis import analyse, is_stop_word, term_code, term_of
from tests.test_text import any_text
from tests.timing import least_seconds

LONG = 20_000  # characters, ten times the longest question: what grows with their square takes seconds
ENOUGH_SECONDS = 1.0  # seven times what the slowest takes on a busy machine

MEETING = """
    licence license; licences licenses; licenced licensed; licencing licensing; organise organize; organised organized;
    organising organizing; organiser organizer; organisation organization; organisations organizations; colour color;
    colours colors; coloured colored; favourite favorite; behaviour behavior; honoured honored; labour labor;
    cancelled canceled; cancelling canceling; cancellation cancelation; cancelled cancel; cancellation cancel;
    centre center; centres centers; cheque check; cheques checks; instalment installment; instalments installments;
    enrol enroll; enrolment enrollment; fulfil fulfill; enquiry inquiry; enquiries inquiries; catalogue catalog;
    dialogue dialog; analyse analyze; analysed analyzed; analysing analyzing; authorise authorize;
    authorisation authorization; recognise recognize; customise customize; itemised itemized; labelled labeled;
    travelled traveled; modelling modeling; programme program; grey gray; defence defense; practise practice;
    practising practicing; judgement judgment; invoices invoice; invoicing invoice; billed bills; seats seat;
    renewing renews; renewed renew; paying pays; upgraded upgrading; Café cafe; don't dont; don’t don't; 1,200 1200;
    １２ 12; log-in login; e-mail email; sign-up signup; in\u00advoice invoice
"""
APART = """
    price precise; promise premise; device devise; general generation; hour her; four for; source sorry; past paste;
    new news; plan plane; organ organize; billion bill; user use; 12 120; 1.5 15; e1042 e1043
"""


def pairs(listed: str) -> list[list[str]]:
    return [pair.split() for pair in listed.split(";")]


@pytest.mark.parametrize(("one", "other"), pairs(MEETING))
def test_spellings_and_forms_of_a_word_meet(one: str, other: str) -> None:
    assert {term.term for term in analyse(one)} & {term.term for term in analyse(other)}


@pytest.mark.parametrize(("one", "other"), pairs(APART))
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert not {term.term for term in analyse(one)} & {term.term for term in analyse(other)}


@pytest.mark.parametrize("word", ["e1042", "2fa", "1200", "10.5", "請求", "größe"])
def test_numbers_codes_and_other_scripts_are_kept_as_they_are(word: str) -> None:
    assert term_of(word) == word


def test_a_joined_word_stands_at_the_place_of_its_first_part() -> None:
    found = [(term.position, term.word) for term in analyse("the log-in page")]

    assert found == [(0, "the"), (1, "log"), (1, "login"), (2, "in"), (3, "page")]


def test_terms_keep_their_word_and_its_place_in_the_text() -> None:
    text = "Two re\u0301sume\u0301s 🎉 organised"
    first, second = [term for term in analyse(text) if term.word in {"resumes", "organised"}]

    assert text[first.start : first.end] == "re\u0301sume\u0301s"
    assert text[second.start : second.end] == "organised"
    assert (first.term, second.term) == ("resum", "organ" + "iz")


def test_stop_words_keep_their_positions() -> None:
    assert [term.position for term in analyse("how to log in")] == [0, 1, 2, 3]
    assert [is_stop_word(word) for word in ("how", "to", "log", "in")] == [True, True, False, True]


def test_the_codes_of_terms_fit_32_bits_and_differ() -> None:
    codes = [term_code(term) for term in ("seat", "seats", "", "請求")]

    assert len(set(codes)) == len(codes)
    assert all(0 <= code < 2**32 for code in codes)


@given(any_text)
def test_any_text_is_analysed_with_positions_in_order(text: str) -> None:
    terms = analyse(text)
    positions = [term.position for term in terms]

    assert positions == sorted(positions)
    assert set(positions) == set(range(len(set(positions))))
    assert all(0 <= term.start < term.end <= len(text) for term in terms)


@given(st.text(alphabet=st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=20))
def test_a_word_has_one_term_whatever_its_case(word: str) -> None:
    assert analyse(word)[0].term == analyse(word.upper())[0].term == term_of(word)


HOSTILE = {
    "one letter": "x",
    "digits": "1",
    "numbers without end": "1,",
    "joined without end": "a-",
    "apostrophes": "a'",
    "accents": "e\u0301",
    "accents only": "\u0301",
    "invisible": "a\u200b",
    "endings": "organisation",
    "short words": "aa ",
    "new words": "".join(f"{chr(97 + i % 26)}{i}ised " for i in range(300)),
    "chinese": "請",
    "chinese beside latin": "a請",
    "one character that unfolds to eighteen": "\ufdfa",
    "surrogates": "\ud800a",
    "emoji": "👩‍👩‍👧",
    "nul": "\0a",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_long_text_is_analysed_in_no_time(piece: str) -> None:
    text = (piece * LONG)[:LONG]

    assert least_seconds(lambda: analyse(text)) < ENOUGH_SECONDS
