"""What a question asks for: its words with their weight, what they may be slips or other names of, and a query."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.analysis import term_code, term_of
from kb_service.index.guide import SynonymRule
from kb_service.index.port import Snapshot
from kb_service.index.query import And, Or, Phrase, Word
from kb_service.questions import understanding as weights
from kb_service.questions.understanding import (
    MAX_WORDS,
    Correction,
    Expansion,
    QuestionWord,
    Thesaurus,
    Understander,
    Understanding,
)
from tests.billing_articles import filled_with_billing
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.snapshots import filled_with
from tests.test_text import any_text

KNOWN = filled_with_billing(MemoryEngine()).snapshot(audience="public")
WORDS = [
    "creditcard",
    "invioce",
    "help",
    "desk",
    "wire",
    "60",
    "5.4",
    "the",
    '"',
    "credit card",
    "e-mail",
    "請求書",
    "x" * 99,
]
questions = any_text | st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return filled_with_billing(MemoryEngine()).snapshot(audience="public")


@pytest.fixture(scope="module")
def understander(snapshot: Snapshot) -> Understander:
    return Understander(snapshot.catalogue)


def asked(understood: Understanding) -> list[str]:
    return [word.surface for word in understood.words]


def word_of(understood: Understanding, surface: str) -> QuestionWord:
    return next(word for word in understood.words if word.surface == surface)


def meant(word: QuestionWord) -> list[tuple[str, ...]]:
    return [alternative.terms for alternative in word.alternatives]


@settings(max_examples=60)
@given(question=questions)
def test_any_text_is_understood_within_limits(understander: Understander, question: str) -> None:
    understood = understander.understand(question)

    assert understood.text == question
    assert len(understood.words) <= MAX_WORDS
    assert len({word.term for word in understood.words}) == len(understood.words)
    assert all(0 <= word.share <= 1 and word.weight >= 0 for word in understood.words)
    assert all(0 < each.weight <= 1 and each.terms for word in understood.words for each in word.alternatives)


@settings(max_examples=60)
@given(question=questions)
def test_repairs_are_words_that_the_index_has(snapshot: Snapshot, understander: Understander, question: str) -> None:
    known = snapshot.catalogue.words
    for correction in understander.understand(question).corrections:
        assert any(snapshot.catalogue.knows(term_of(word)) for word in correction.meant.split())
        assert correction.typed not in known


@pytest.mark.parametrize("question", ["", " ", "?!", "🎉", "\0"], ids=["empty", "blank", "signs", "emoji", "nul"])
def test_a_question_without_words_asks_for_nothing(understander: Understander, question: str) -> None:
    understood = understander.understand(question)

    assert (understood.words, understood.corrections, understood.weight) == ((), (), 0)
    assert understood.query == Or(())


def test_words_of_grammar_are_left_out_unless_there_are_no_others(understander: Understander) -> None:
    assert asked(understander.understand("how do I see the invoice of a seat")) == ["see", "invoice", "seat"]
    assert asked(understander.understand("how is it")) == ["how", "is", "it"]


def test_a_word_said_twice_counts_once(understander: Understander) -> None:
    assert asked(understander.understand("Invoice, invoices, INVOICES")) == ["invoice"]


def test_of_a_long_story_the_words_that_tell_most_are_kept_in_their_order(understander: Understander) -> None:
    story = " ".join(f"zebra{letter}{other}" for letter in "abcdefgh" for other in "abcdefgh")
    words = asked(understander.understand(f"invoice {story} 60 after seats"))

    assert len(words) == MAX_WORDS
    assert words == [word for word in story.split() if word in words]


def test_a_rare_word_weighs_more_and_words_that_say_little_weigh_less(understander: Understander) -> None:
    understood = understander.understand("after the mastercard invoice")

    assert word_of(understood, "mastercard").weight > word_of(understood, "invoice").weight
    assert word_of(understood, "after").share == weights.WEAK_WORD
    assert understood.weight == sum(word.weight for word in understood.words)


NUMBERS = {
    "a known version stays exact": ("php 5.4", "5.4", weights.NUMBER),
    "a known quantity hardly counts": ("within 10 days", "10", weights.QUANTITY),
    "a quantity no article has does not": ("for 60 seats", "60", 0.0),
    "a number one digit off is another number": ("php 5.5", "5.5", 0.0),
    "an order id is no word": ("order 408812", "408812", 0.0),
}


@pytest.mark.parametrize(("question", "number", "share"), NUMBERS.values(), ids=NUMBERS.keys())
def test_numbers_are_exact(understander: Understander, question: str, number: str, share: float) -> None:
    understood = understander.understand(question)
    word = word_of(understood, number)

    assert (word.is_number, word.share, word.known, word.alternatives) == (True, share, share > 0, ())
    assert understood.corrections == ()


@pytest.mark.parametrize(
    ("typed", "correct"),
    [("invioce", "invoice"), ("pasword", "password"), ("creddit", "credit"), ("organisaton", "organisation")],
)
def test_a_slip_is_searched_as_typed_and_as_meant(understander: Understander, typed: str, correct: str) -> None:
    understood = understander.understand(f"my {typed}")
    word, right = word_of(understood, typed), word_of(understander.understand(correct), correct)

    assert understood.corrections == (Correction(typed=typed, meant=correct),)
    assert meant(word)[0] == (right.term,)
    assert word.alternatives[0].weight < 1
    assert word.codes > right.codes


@pytest.mark.parametrize("word", ["invoice", "seats", "organization", "bread", "cat"])
def test_a_word_that_is_no_slip_is_left_alone(understander: Understander, word: str) -> None:
    assert understander.understand(word).corrections == ()


NAMES = ["write to invioce@example.com", "see invioce.example", "the setting invioce_day", "the ID INVCE", "an inVioce"]


@pytest.mark.parametrize("question", NAMES)
def test_what_looks_like_a_name_is_no_slip(understander: Understander, question: str) -> None:
    assert (understander.understand(question).corrections, understander.understand(question).meant) == ((), question)


@pytest.mark.parametrize("question", ["MY INVIOCE", "Invioce", "an INVIOCE"])
def test_shouting_is_no_name(understander: Understander, question: str) -> None:
    assert understander.understand(question).corrections == (Correction(typed="invioce", meant="invoice"),)


def test_a_slip_of_a_word_of_grammar_is_one_too(understander: Understander) -> None:
    understood = understander.understand("waht shoudl an invoice say")

    assert asked(understood) == ["invoice", "say"]
    assert (understood.corrections, understood.meant) == ((), "what should an invoice say")


def test_a_slip_of_a_word_that_no_article_has_is_meant_but_not_searched(understander: Understander) -> None:
    understood = understander.understand("my husbadn left")

    assert (understood.corrections, understood.meant) == ((), "my husband left")
    assert not word_of(understood, "husbadn").known


@pytest.mark.parametrize("typed", ["licnece", "organistaion", "cancelation", "canceld"])
def test_a_slip_in_the_other_spelling_meets_too(typed: str) -> None:
    text = "The license of an organization; cancellations; cancelled."
    understood = Understander(filled_with(an_article("a", text), synonyms={}).catalogue).understand(typed)

    assert any(
        term_code(term_of(right)) in understood.words[0].codes for right in text.strip(".").replace(";", "").split()
    )


def test_words_written_as_one_are_searched_apart(understander: Understander) -> None:
    understood = understander.understand("my creditcard")

    assert understood.corrections == (Correction(typed="creditcard", meant="credit card"),)
    assert meant(word_of(understood, "creditcard")) == [("credit", "card")]


def test_a_word_written_as_two_is_searched_joined(understander: Understander) -> None:
    understood = understander.understand("open the help desk")

    assert meant(word_of(understood, "help")) == meant(word_of(understood, "desk")) == [("helpdesk",)]
    assert understood.corrections == ()


def test_a_synonym_counts_less_than_the_word_and_says_whose_it_is(understander: Understander) -> None:
    word = word_of(understander.understand("can we wire it"), "wire")

    assert word.variants == (("wire", 1.0), ("bank", 0.9), ("transfer", 0.9))
    assert word.alternatives[0].why == "synonym of “wire”"


@pytest.mark.parametrize("question", ["pls whats up with wer invoice tho", "thx guys, invoice asap"])
def test_slang_carries_nothing(understander: Understander, question: str) -> None:
    assert [word.surface for word in understander.understand(question).words if word.share == 1] == ["invoice"]


def test_a_hyphenated_word_that_no_article_joins_is_its_parts(understander: Understander) -> None:
    understood = understander.understand("a bank-transfer")

    assert asked(understood) == ["bank", "transfer"]
    assert understood.corrections == ()


def test_the_query_takes_any_word_in_the_best_of_its_readings(understander: Understander) -> None:
    query = understander.understand("wire the invoice").query

    assert query == Or(
        (
            And((Word("bank", 0.45), Word("transfer", 0.45))),
            Word("invoic"),
        )
    )


@pytest.mark.parametrize("quote", ['"credit card"', "“credit card”", "«credit card»", "„credit card“"])
def test_quoted_words_are_a_phrase_too(understander: Understander, quote: str) -> None:
    query = understander.understand(f"lost {quote}!").query

    assert isinstance(query, Or)
    assert query.parts[-1] == Phrase(("credit", "card"), 0.5)


@pytest.mark.parametrize("quote", ['"card"', '"', '""', '"credit', "it's John's card"])
def test_other_quotation_marks_are_no_phrase(understander: Understander, quote: str) -> None:
    query = understander.understand(quote).query

    assert isinstance(query, Or)
    assert not any(isinstance(part, Phrase) for part in query.parts)


ABOUT_LOGINS = filled_with(
    an_article("logins", "Open the log-in page and sign in.", "Login is by password. Plastic: a credit card."),
    an_article("terms", "A prorated or annual plan, for a year, is rated pro-rata."),
    synonyms={
        "same": [["sign in", "login"], ["annual", "once a year"], ["pro-rata", "prorated"]],
        "one_way": [{"from": "credit card", "to": "plastic"}],
    },
)


RULES = {
    "with a word of grammar": ("how do I sign in", "sign", "login"),
    "with one between": ("billed once a year", "year", "annual"),
    "written with a hyphen": ("is it pro-rata", "rata", "prorat"),
    "of words written as one": ("my creditcard", "creditcard", "plastic"),
    "of a slip": ("once a yaer", "yaer", "annual"),
}


@pytest.mark.parametrize(("question", "word", "synonym"), RULES.values(), ids=RULES.keys())
def test_a_rule_of_several_words_applies_however_they_are_written(question: str, word: str, synonym: str) -> None:
    understood = Understander(ABOUT_LOGINS.catalogue).understand(question)

    assert (synonym,) in meant(word_of(understood, word))


def test_a_hyphenated_word_is_its_parts_and_the_one_that_they_make() -> None:
    understood = Understander(ABOUT_LOGINS.catalogue).understand("the log-in page")

    assert [word.surface for word in understood.words] == ["log", "page"]
    assert meant(word_of(understood, "log"))[0] == ("login",)


@pytest.mark.parametrize("written", ["login", "log-in", "log in"])
@pytest.mark.parametrize("text", ["The login page", "The log-in page", "How to log in here"])
def test_a_verb_and_its_noun_meet_however_they_are_written(written: str, text: str) -> None:
    snapshot = filled_with(an_article("a", text), an_article("b", "Something else"), synonyms={})

    query = Understander(snapshot.catalogue).understand(written).query

    assert snapshot.store.candidates(query, limit=5).numbers.tolist() == [0]


def test_a_word_said_twice_means_what_either_may_mean() -> None:
    word = word_of(Understander(ABOUT_LOGINS.catalogue).understand("a year, once a year"), "year")

    assert ("annual",) in meant(word)


def test_a_quoted_joined_word_is_a_phrase_that_a_text_can_have() -> None:
    query = Understander(ABOUT_LOGINS.catalogue).understand('it says "log-in page"').query

    assert isinstance(query, Or)
    assert query.parts[-1] == Phrase(("log", "in", "page"), 0.5)
    assert ABOUT_LOGINS.store.candidates(Or(query.parts[-1:]), limit=5).total == 1


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus(
        [
            SynonymRule(("wire",), ("bank", "transfer"), 0.9),
            SynonymRule(("money", "back"), ("refund",), 0.8),
            SynonymRule(("money",), ("pay",), 0.5),
        ]
    )


def test_a_rule_applies_where_its_terms_stand_side_by_side(thesaurus: Thesaurus) -> None:
    assert thesaurus.expansions(["my", "money", "back"]) == [
        Expansion(1, 3, ("refund",), 0.8),
        Expansion(1, 2, ("pay",), 0.5),
    ]


def test_rules_apply_wherever_they_fit_in_the_order_of_the_question(thesaurus: Thesaurus) -> None:
    found = thesaurus.expansions(["wire", "money", "wire"])

    assert [(each.first, each.meant) for each in found] == [
        (0, ("bank", "transfer")),
        (1, ("pay",)),
        (2, ("bank", "transfer")),
    ]


@pytest.mark.parametrize("terms", [[], ["back", "monday"], ["mon"]], ids=["none", "others", "part"])
def test_otherwise_no_rule_applies(thesaurus: Thesaurus, terms: list[str]) -> None:
    assert thesaurus.expansions(terms) == []
