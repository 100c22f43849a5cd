"""Words of a text: what one word is, its plain form, and where it stands in the text as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.text import MAX_WORD_CHARACTERS, fold, joined_words, slug, tokens

WORDS = {
    "plain words": ("Pay the bill", ["pay", "the", "bill"]),
    "punctuation is no word": ("Pay, now! (or: later)", ["pay", "now", "or", "later"]),
    "underscores part words": ("seat_count", ["seat", "count"]),
    "contractions are one word": ("don't can’t we＇re", ["dont", "cant", "were"]),
    "possessives are the word": ("a customer's, James’s, customers'", ["a", "customer", "james", "customers"]),
    "accents are folded": ("Café résumé Zürich", ["cafe", "resume", "zurich"]),
    "accents written on their own are too": ("Cafe\u0301 re\u0301sume\u0301", ["cafe", "resume"]),
    "soft hyphens are not there": ("in\u00advoice", ["invoice"]),
    "zero-width characters are not there": ("in\u200bvo\u2060ice\ufeff", ["invoice"]),
    "case is folded in every script": ("STRASSE Straße ΣΊΣΥΦΟΣ", ["strasse", "strasse", "σισυφοσ"]),
    "ligatures and full-width letters": ("ﬁnance ＡＢＣ", ["finance", "abc"]),
    "emoji part words": ("refund🎉now 👩‍👩‍👧", ["refund", "now"]),
    "thousands separators": ("1,200 and 12,000,000", ["1200", "and", "12000000"]),
    "decimals": ("10.5% of $5.99", ["10.5", "of", "5.99"]),
    "both": ("1,200.50", ["1200.50"]),
    "a full stop ends no number": ("60. Then 48.", ["60", "then", "48"]),
    "full-width digits": ("１２３", ["123"]),
    "dates and ranges": ("2026-11-25 60–48", ["2026", "11", "25", "60", "48"]),
    "letters and digits": ("2FA E1042 Q4", ["2fa", "e1042", "q4"]),
    "chinese in pairs": ("請求書", ["請求", "求書"]),
    "one chinese character": ("書", ["書"]),
    "chinese beside latin": ("PDF請求書v2", ["pdf", "請求", "求書", "v2"]),
    "japanese with its repetition mark": ("我々は", ["我々", "々は"]),
    "korean has spaces": ("청구서 발행", ["청구서", "발행"]),
    "nothing": ("", []),
    "nothing but signs": ("¿?! … \n\t", []),
}

PIECES = [
    *("e\u0301", "é", "\u0301", "\u200b", "İ", "ß", "ﬁ", "\ufdfa", "\ud800"),
    *("’", "'s", "1,200", "3.5", "-", "/", "_", " ", "A", "請求", "ก", "🎉"),
]
any_text = st.text(st.characters()) | st.lists(st.sampled_from(PIECES) | st.characters(), max_size=30).map("".join)


@pytest.mark.parametrize(("text", "expected"), WORDS.values(), ids=WORDS.keys())
def test_the_words_of_a_text(text: str, expected: list[str]) -> None:
    assert [token.word for token in tokens(text)] == expected


PLACES = {
    "accents of their own": ("a re\u0301sume\u0301!", "re\u0301sume\u0301"),
    "characters beyond the basic plane": ("🎉🎉 refund", "refund"),
    "soft hyphen": ("an in\u00advoice", "in\u00advoice"),
    "separators": ("for 1,200", "1,200"),
    "apostrophe": ("the customer's", "customer's"),
}


@pytest.mark.parametrize(("text", "last"), PLACES.values(), ids=PLACES.keys())
def test_offsets_are_those_of_the_text_as_written(text: str, last: str) -> None:
    token = tokens(text)[-1]

    assert text[token.start : token.end] == last


@given(any_text)
def test_every_token_stands_inside_the_text_and_its_place_folds_to_it(text: str) -> None:
    for token in tokens(text):
        surface = text[token.start : token.end]

        assert 0 <= token.start < token.end <= len(text)
        assert fold(surface.replace(",", "") if surface[0].isdigit() else surface) == token.word
        assert 0 < len(token.word) <= MAX_WORD_CHARACTERS


@given(any_text)
def test_tokens_come_in_the_order_of_the_text(text: str) -> None:
    starts = [token.start for token in tokens(text)]

    assert starts == sorted(set(starts))


@given(st.text(st.characters()))
def test_folding_twice_is_folding_once(word: str) -> None:
    assert fold(fold(word)) == fold(word)


@given(any_text)
def test_letter_case_makes_no_difference_in_english(text: str) -> None:
    plain = "".join(character for character in text if character.isascii())

    assert [token.word for token in tokens(plain.upper())] == [token.word for token in tokens(plain.lower())]


def test_a_word_is_cut_at_its_greatest_length_and_keeps_its_place() -> None:
    (token,) = tokens("x" * 10_000)

    assert (len(token.word), token.start, token.end) == (MAX_WORD_CHARACTERS, 0, 10_000)


JOINED = {
    "hyphen": ("please log-in here", ["login"]),
    "typographic hyphen": ("e‑mail", ["email"]),
    "slash": ("pay by c/c", ["cc"]),
    "address": ("user@example.com", ["userexamplecom"]),
    "three parts": ("state-of-play", ["stateofplay"]),
    "four parts are no word": ("state-of-the-art", []),
    "numbers are left alone": ("60-48, 2026-11-25, 24/7 or 1.5-2.5", []),
    "a number beside letters": ("seats-60", ["seats60"]),
    "spaces part": ("log - in", []),
    "two signs part": ("log--in", []),
    "an en dash parts": ("Monday–Friday", []),
}


@pytest.mark.parametrize(("text", "expected"), JOINED.values(), ids=JOINED.keys())
def test_words_held_together_by_a_sign_are_one_word_too(text: str, expected: list[str]) -> None:
    assert [token.word for _, token in joined_words(text, tokens(text))] == expected


@given(any_text)
def test_a_joined_word_spans_the_words_it_is_made_of(text: str) -> None:
    words = tokens(text)
    for first, joined in joined_words(text, words):
        assert joined.start == words[first].start
        assert joined.end in {word.end for word in words[first + 1 :]}
        assert joined.word.startswith(words[first].word[:MAX_WORD_CHARACTERS])


SLUGS = {
    "words": ("How to pay?", "how-to-pay"),
    "apostrophes": ("Don’t cancel", "dont-cancel"),
    "underscores": ("seat_count", "seat-count"),
    "accents stay": ("Café Größe", "café-grösse"),
    "nothing": ("?!", ""),
}


@pytest.mark.parametrize(("text", "expected"), SLUGS.values(), ids=SLUGS.keys())
def test_a_slug_is_words_joined_by_hyphens(text: str, expected: str) -> None:
    assert slug(text) == expected
