"""Slips of typing are mended with the index's own words; numbers and known words are left alone."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kb_service.index.word_table import WordTable
from kb_service.questions.spelling import REPAIRS_KEPT, Speller, common_words
from kb_service.text import tokens
from tests.test_text import any_text

# What the articles of a billing help centre say, by how many passages say it.
WORDS = {
    word: int(count)
    for count, word in (
        pair.split()
        for pair in """
        90 invoice; 40 invoices; 80 payment; 30 payments; 70 subscription; 20 subscriptions; 60 account; 60 billing;
        50 refund; 20 refunds; 45 license; 30 licence; 55 seat; 50 seats; 40 staff; 38 renewal; 12 renew; 35 upgrade;
        15 downgrade; 33 cancel; 18 cancellation; 30 customer; 20 customers; 28 address; 26 receipt; 25 currency;
        24 discount; 22 contract; 21 agreement; 19 quantity; 18 administrator; 17 permission; 16 domain; 15 email;
        14 password; 13 credit; 29 card; 12 transfer; 31 bank; 11 proration; 10 prorated; 9 annual; 9 monthly;
        8 maximum; 8 exceeded; 7 expired; 7 expiry; 6 headcount; 6 helpdesk; 5 purchase; 5 purchased; 4 reseller;
        3 occurred; 3 receive; 3 separate; 3 necessary; 3 immediately; 90 the; 80 for; 44 pay; 20 vat; 10 order;
        9 orders; 12 number; 15 100; 15 2024; 2 year; 2 charge; 2 charged; 2 quote; 2 tax; 2 login; 2 date
        """.split(";")
    )
}

SLIPS = """
    invioce invoice; invoce invoice; invocie invoice; invoise invoice; inovice invoice; nvoice invoice; onvoice invoice;
    ivnoice invoice; invoicee invoice; paymet payment; payement payment; paymnet payment; pyment payment;
    subscripton subscription; subscribtion subscription; subcription subscription; subsciption subscription;
    suscription subscription; acount account; accout account; acccount account; accuont account; biling billing;
    billling billing; bililng billing; refnud refund; refudn refund; refound refund; rfund refund; licens license;
    lisence licence; seet seat; saet seat; staf staff; renewel renewal; renewl renewal; upgrad upgrade;
    upgarde upgrade; donwgrade downgrade; cancle cancel; cancelation cancellation; custmer customer;
    costumer customer; adress address; addres address; reciept receipt; receit receipt; curency currency;
    currancy currency; discout discount; contarct contract; agreemnt agreement; quantaty quantity;
    administartor administrator; adminstrator administrator; permision permission; domian domain; emial email;
    pasword password; passwrod password; crdeit credit; tranfer transfer; proratoin proration; anual annual;
    montly monthly; maximun maximum; exeeded exceeded; expird expired; helpdeks helpdesk; purchse purchase;
    occured occurred; recieve receive; seperate separate; neccessary necessary; immediatly immediately; vank bank
"""


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(WordTable.of(WORDS))


@pytest.mark.parametrize(("typed", "meant"), [pair.split() for pair in SLIPS.split(";")])
def test_a_slip_is_mended(speller: Speller, typed: str, meant: str) -> None:
    best = speller.repairs(typed)[0]

    assert best.word == meant
    assert 0.3 <= best.weight < 1


LEFT_ALONE = {
    "known": ["invoice", "seats", "licence"],
    "short": ["sae", "vta", "pya", "teh"],
    "numbers": ["1000", "20244", "2025", "10000", "1.50"],
    "codes": ["e1042", "2fa", "inv0ice"],
    "far from everything": ["xylophone", "zzzzzzzz", "quarterly"],
    "not words": ["", "-", "🎉🎉🎉🎉"],
    "another script": ["請求", "счет"],
}


@pytest.mark.parametrize("words", LEFT_ALONE.values(), ids=LEFT_ALONE.keys())
def test_what_is_no_slip_is_left_alone(speller: Speller, words: list[str]) -> None:
    assert [speller.repairs(word) for word in words] == [()] * len(words)


def test_the_likelier_slip_comes_first_and_few_are_offered() -> None:
    speller = Speller(WordTable.of({"card": 1, "cart": 1, "care": 1, "cars": 1, "carp": 1}))
    repairs = speller.repairs("carf")

    assert repairs[0].word == "card"  # f and d are neighbours on the keyboard
    assert len(repairs) <= REPAIRS_KEPT


def test_letters_swapped_are_likelier_than_a_wrong_letter() -> None:
    assert Speller(WordTable.of({"form": 1, "fomx": 9})).repairs("fomr")[0].word == "form"


def test_a_letter_doubled_or_not_is_likelier_than_an_odd_one() -> None:
    assert Speller(WordTable.of({"billed": 1, "bailed": 9})).repairs("biled")[0].word == "billed"


def test_of_equally_near_words_the_more_frequent_comes_first() -> None:
    assert Speller(WordTable.of({"bone": 1, "tone": 9})).repairs("xone")[0].word == "tone"


@pytest.mark.parametrize("typed", ["billjng", "bllling"])
def test_a_repair_is_surer_the_longer_the_word(typed: str) -> None:
    short, long = (
        Speller(WordTable.of({"bill": 1})).repairs("bilk")[0],
        Speller(WordTable.of({"billing": 1})).repairs(typed)[0],
    )

    assert long.weight > short.weight


SPLITS = {
    "creditcard": ("credit", "card"),
    "bankaccount": ("bank", "account"),
    "ordernumber": ("order", "number"),
    "annualrenewal": ("annual", "renewal"),
    "emailaddress": ("email", "address"),
}


@pytest.mark.parametrize(("typed", "meant"), SPLITS.items(), ids=SPLITS.keys())
def test_two_words_written_as_one_are_told_apart(speller: Speller, typed: str, meant: tuple[str, str]) -> None:
    assert speller.split(typed) == meant


@pytest.mark.parametrize(
    "word", ["1002024", "100seats", "paytax", "unknowncard", "cardunknown", "", "請求請求請求請求"]
)
def test_numbers_short_words_and_unknown_parts_are_not_split(speller: Speller, word: str) -> None:
    assert speller.split(word) is None


def test_of_two_ways_to_split_the_one_with_the_commoner_words_is_taken() -> None:
    words = {"card": 9, "sable": 9, "cards": 3, "able": 9}

    assert Speller(WordTable.of(words)).split("cardsable") == ("card", "sable")


@pytest.mark.parametrize(("word", "words"), [("somebody", "some body"), ("helloxats", "hello xats")])
def test_english_words_are_not_split_nor_is_anything_into_what_hardly_any_text_has(word: str, words: str) -> None:
    one, other = words.split()

    assert Speller(WordTable.of({one: 2, other: 2})).split(word) is None


SLIPS_OF_OTHER_WORDS = {
    "husbadn": "husband",
    "waht": "what",
    "becuase": "because",
    "helol": "hello",
    "recieve": "receive",
}


@pytest.mark.parametrize(("typed", "meant"), SLIPS_OF_OTHER_WORDS.items(), ids=SLIPS_OF_OTHER_WORDS.keys())
def test_a_slip_of_an_english_word_is_none_of_a_word_that_is_farther(typed: str, meant: str) -> None:
    assert Speller(WordTable.of(WORDS | {"helot": 1, "husbandry": 1})).repairs(typed)[0].word == meant


def test_a_word_of_the_index_is_likelier_than_another() -> None:
    assert Speller(WordTable.of({"seat": 9})).repairs("seaf")[0].word == "seat"


def test_what_a_text_says_once_may_be_its_own_slip_and_mends_nothing_better() -> None:
    assert Speller(WordTable.of({"ther": 1, "there": 400})).repairs("theer")[0].word == "there"


def test_an_index_without_words_knows_english_and_splits_nothing() -> None:
    speller = Speller(WordTable.of({}))

    assert [repair.word for repair in speller.repairs("invioce")] == ["invoice"]
    assert (speller.split("creditcard"), speller.knows("invoice")) == (None, False)


@given(any_text)
def test_no_text_is_too_much(text: str) -> None:
    speller = Speller(WordTable.of(WORDS))
    for word in [text, *(token.word for token in tokens(text))]:
        assert all(repair.word in {*WORDS, *common_words()} for repair in speller.repairs(word))
        speller.split(word)


LONGER_WORDS = sorted(word for word in WORDS if len(word) > 4)


@given(st.sampled_from(LONGER_WORDS), st.integers(0, 3), st.sampled_from("jqz"))
def test_a_wrong_letter_anywhere_is_mended(word: str, at: int, letter: str) -> None:
    typed = word[:at] + letter + word[at + 1 :]
    assume(typed not in WORDS)

    assert word in [repair.word for repair in Speller(WordTable.of(WORDS)).repairs(typed)]
