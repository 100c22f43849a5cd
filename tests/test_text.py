"""Words and sentences of a text: what one is, its plain form, and where it stands in the text as it was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.text import MAX_WORD_CHARACTERS, fold, joined_words, slug, split_sentences, tokens
from tests.timing import least_seconds

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


SENTENCE_PIECES = [
    *("One. ", "two! ", "e.g. ", "1. ", "- ", "\n", "\n\n", "A", "b?", "…", "。", "請求", " ", "“Why?” ", "3.5")
]
texts = st.lists(st.sampled_from(SENTENCE_PIECES) | st.characters(codec="utf-8"), max_size=30).map("".join)


def sentences(text: str) -> list[str]:
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
    "an answer": ("No. You need a card only later.", ["No.", "You need a card only later."]),
    "numbered": ("See No. 5 or Fig. 3. It is short.", ["See No. 5 or Fig. 3.", "It is short."]),
    "german": (
        "Es gibt z. B. Rechnungen, d. h. Belege. Am 3. März ist Schluss.",
        ["Es gibt z. B. Rechnungen, d. h. Belege.", "Am 3. März ist Schluss."],
    ),
    "versus": ("Monthly vs. Yearly plans. Compare them.", ["Monthly vs. Yearly plans.", "Compare them."]),
    "companies": (
        "Umbrella Inc. Europe pays. So does Acme Ltd. The rest does not.",
        ["Umbrella Inc. Europe pays.", "So does Acme Ltd.", "The rest does not."],
    ),
    "hours": (
        "Open from 9 a.m. Monday. It closes at 5 p.m. Then ring.",
        ["Open from 9 a.m. Monday.", "It closes at 5 p.m.", "Then ring."],
    ),
    "versions": ("Since v2.10. Older ones lack it.", ["Since v2.10.", "Older ones lack it."]),
    "letters of steps": ("b. NO – Go on. Stop there.", ["b. NO – Go on.", "Stop there."]),
    "small first letter": ("Take it along. iPhones work too.", ["Take it along.", "iPhones work too."]),
    "ellipsis": ("Wait… Then pay. Click … Actions now.", ["Wait…", "Then pay.", "Click … Actions now."]),
    "other capitals": ("Das geht. Über Nacht? Ärger. Ça va.", ["Das geht.", "Über Nacht?", "Ärger.", "Ça va."]),
    "greek and russian": (
        "Πλήρωσε. Έπειτα περίμενε. Да. Это всё.",
        ["Πλήρωσε.", "Έπειτα περίμενε.", "Да.", "Это всё."],
    ),
    "arabic": ("متى؟ غدا. انتظر۔ نعم", ["متى؟", "غدا.", "انتظر۔", "نعم"]),
    "hindi": ("यह सच है। वह नहीं।", ["यह सच है।", "वह नहीं।"]),
    "korean": ("결제하세요. 기다리세요.", ["결제하세요.", "기다리세요."]),
    "spanish": ("Paga ya. ¿Cuándo? ¡Hoy!", ["Paga ya.", "¿Cuándo?", "¡Hoy!"]),
    "quotes in chinese": ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
    "an aside": (
        "Pay now (see above). (Later is fine.) Then wait.",
        ["Pay now (see above). (Later is fine.)", "Then wait."],
    ),
    "below an item": ("1. Open.\n   It takes long. Wait.\n2. Pay.", ["1. Open.", "It takes long. Wait.", "2. Pay."]),
    "chinese": ("請付款。謝謝！", ["請付款。", "謝謝！"]),
    "lines": ("A heading\nA sentence", ["A heading", "A sentence"]),
    "steps": ("Do this:\n1. Open. Then wait.\n2. Pay.", ["Do this:", "1. Open. Then wait.", "2. Pay."]),
    "bullets": ("- One. Two.\n* Three\n• Four", ["- One. Two.", "* Three", "• Four"]),
    "blanks around": ("\n\n  One.   \n \n Two. \n", ["One.", "Two."]),
    "nothing": (" \n\n ", []),
}


@pytest.mark.parametrize(("text", "expected"), SENTENCES.values(), ids=SENTENCES.keys())
def test_the_sentences_and_items_of_a_text(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_what_stands_below_an_item_is_of_the_list() -> None:
    assert [item for *_, item in split_sentences("Do:\n1. Open.\n   Wait.\n2. Pay.\n\nDone.")] == [
        *(False, True, True, True, False),
    ]


def test_a_text_of_abbreviations_alone_is_split_in_no_time() -> None:
    text = "e.g. X " * 10_000

    assert len(split_sentences(text)) == 1
    assert least_seconds(lambda: split_sentences(text)) < 1


def test_an_error_text_keeps_its_numbers_with_it() -> None:
    text = "Staff count exceeded. (3 > 2). Please contact your administrator. It means this."

    assert sentences(text)[0].startswith("Staff count exceeded. (3 > 2).")


@given(texts)
def test_sentences_hold_everything_but_blanks_in_order(text: str) -> None:
    spans = split_sentences(text)
    gaps = [0, *(at for span in spans for at in (span.start, span.end)), len(text)]

    assert gaps == sorted(gaps)
    assert not any(text[start:end].strip() for start, end in zip(gaps[::2], gaps[1::2], strict=True))
    assert all(text[start:end].strip() == text[start:end] != "" for start, end, _ in spans)
