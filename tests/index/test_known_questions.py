"""What people are known to ask: one table, and how a question resembles it by words, meaning, class and error text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kb_service.index import question_classifier
from kb_service.index.guide import Guide
from kb_service.index.known_questions import (
    NO_ARTICLE,
    KnownQuestions,
    Resemblance,
    asked,
    known_question_arrays,
)
from kb_service.index.question_classifier import FEWEST_A_CLASS, MOST_ARTICLES
from kb_service.meaning.vectors import Alike
from tests.fakes import BagOfWordsEncoder
from tests.test_text import any_text

ENCODER = BagOfWordsEncoder(dimensions=64)
# By article and anchor, as a store numbers them: two sections share passage 4.
PASSAGES = {(0, "how"): (1, 2), (1, "more"): (3, 5), (1, "fewer"): (4, 5), (1, "price"): (7, 9)}


def a_guide(
    *questions: tuple[str, int],
    titles: Sequence[str] = ("Cards", "Refunds", "Invoices"),
    not_covered: Sequence[str] = (),
    patterns: Sequence[tuple[str, int]] = (),
    phrasings: Sequence[tuple[str, int]] = (),
    sections: Sequence[tuple[str, int, str]] = (),
) -> Guide:
    return Guide(
        titles=tuple(titles),
        questions=tuple(questions),
        patterns=tuple(patterns),
        phrasings=tuple(phrasings),
        not_covered=tuple(not_covered),
        sections=tuple(sections),
    )


def vectors_of(guide: Guide) -> NDArray[np.float32]:
    return ENCODER.encode([text for text, _ in asked(guide)])


def made(guide: Guide, *, by_meaning: bool = False) -> dict[str, NDArray[Any]]:
    vectors = vectors_of(guide) if by_meaning else None
    return known_question_arrays(guide, vectors=vectors, encoder="bag", section_passages=PASSAGES)


def compared(guide: Guide, question: str, *, by_meaning: bool = False, message: str = "") -> Resemblance:
    """How a question resembles what `guide` knows; vectors are compared as a store does."""
    known = KnownQuestions(made(guide, by_meaning=by_meaning), guide)
    if not by_meaning:
        return known.compare(question, message=message)
    vectors = vectors_of(guide)

    def nearest(vector: NDArray[np.float32]) -> Alike:
        return Alike(np.arange(len(vectors), dtype=np.int32), vectors @ vector)

    return known.compare(question, vector=ENCODER.encode_one(question), nearest=nearest)


def test_titles_that_ask_are_in_the_table_and_names_of_sections_are_not() -> None:
    says_much = "Reduce the seats of a yearly plan by card"

    assert asked(a_guide(titles=("Overview", "Who pays?", says_much))) == [("Who pays?", 1), (says_much, 2)]


def test_the_table_stands_in_the_order_of_articles_with_what_none_answers_last() -> None:
    guide = a_guide(("How?", 1), ("What?", 0), titles=("Why?", "X"), phrasings=[("Whence?", 0)], not_covered=["Tax?"])

    assert asked(guide) == [("What?", 0), ("Whence?", 0), ("Why?", 0), ("How?", 1), ("Tax?", NO_ARTICLE)]


ASKED = a_guide(
    ("remove a seat", 0),
    ("remove a card", 1),
    ("add a seat", 1),
    ("when is the invoice due", 2),
    not_covered=["what is the tax number"],
)


def test_the_same_words_are_wholly_alike_and_others_not_at_all() -> None:
    assert compared(ASKED, "When is the invoice due?").by_words[[0, 1, 2]].tolist() == pytest.approx([0, 0, 1])


def test_the_likest_question_of_an_article_counts() -> None:
    assert compared(ASKED, "add a seat").by_words[1] == pytest.approx(1)


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    alike = compared(ASKED, "card seat").by_words

    assert alike[1] > alike[0] > 0


def test_words_in_the_same_order_are_more_alike() -> None:
    assert compared(ASKED, "remove a seat").by_words[0] > compared(ASKED, "seat a remove").by_words[0]


def test_a_word_that_nobody_asks_makes_the_rest_less_alike() -> None:
    more, less = (compared(ASKED, text).by_words[2] for text in ("invoice due", "invoice due for ransom"))

    assert more > less > 0


def test_questions_without_an_answer_have_a_place_of_their_own() -> None:
    alike, apart = (compared(ASKED, text) for text in ("what is the tax number", "remove a card"))

    assert alike.unanswerable_by_words == pytest.approx(1)
    assert (apart.unanswerable_by_words, apart.unanswerable_by_meaning) == (0, None)


def test_a_synonym_or_repair_agrees_as_surely_as_it_stands_for_the_word() -> None:
    known = KnownQuestions(made(ASKED), ASKED)
    surely, hardly, not_at_all = (
        known.compare("bill due", variants={"bill": [("bill", 1.0), ("invoic", sureness)]}).by_words[2]
        for sureness in (0.9, 0.3, 0.0)
    )

    assert compared(ASKED, "invoice due").by_words[2] > surely > hardly > not_at_all > 0


@pytest.mark.parametrize("words", [("bill", "due"), ("due", "bill")])
def test_what_may_stand_for_two_words_stands_for_the_surer(words: Sequence[str]) -> None:
    known, sureness = KnownQuestions(made(ASKED), ASKED), {"bill": 0.9, "due": 0.3}
    both = {word: [("invoic", sureness[word])] for word in words}
    one = {"bill": [("invoic", 0.9)]}

    assert known.compare("bill due", variants=both).by_words[2] == known.compare("bill due", variants=one).by_words[2]


@pytest.mark.parametrize("guide", [a_guide(), a_guide(titles=()), ASKED], ids=["nothing asked", "no article", "some"])
@pytest.mark.parametrize("by_meaning", [True, False], ids=["by meaning", "by words"])
def test_without_words_nothing_is_alike(guide: Guide, *, by_meaning: bool) -> None:
    found = compared(guide, "", by_meaning=by_meaning)

    assert found.by_words.tolist() == [0] * (len(guide.titles) + 1)


@given(any_text)
def test_any_text_is_compared(text: str) -> None:
    found = compared(ASKED, text, message=text)

    assert found.by_words.min() >= 0
    assert found.by_words.max() <= 1 + 1e-6


def test_by_meaning_each_article_has_the_cosine_of_its_likest_question() -> None:
    found = compared(ASKED, "invoice due", by_meaning=True).by_meaning

    assert found is not None
    assert found.argmax() == 2
    assert found[2] == pytest.approx(1, abs=0.3)


def test_by_meaning_questions_without_an_answer_are_compared_too() -> None:
    alike, apart = (compared(ASKED, text, by_meaning=True) for text in ("the tax number", "seat"))

    assert alike.unanswerable_by_meaning == pytest.approx(1, abs=0.01)
    assert apart.unanswerable_by_meaning == pytest.approx(0, abs=0.1)
    assert compared(a_guide(("a seat", 0)), "a seat", by_meaning=True).unanswerable_by_meaning == -1


SHOWN = {
    "as it stands": ("Staff count exceeds purchased seats", {0}),
    "inside a story": ("Since today it says: STAFF COUNT EXCEEDS PURCHASED SEATS! What now?", {0}),
    "another form of a word": ("staff counts exceeding purchased seats", {0}),
    "with words between": ("staff count still exceeds purchased seats", set()),
    "a part of it": ("staff count exceeds", set()),
    "turned": ("purchased seats exceeds staff count", set()),
    "a code": ("what is e1042", {1}),
    "another code": ("what is e1043", set()),
    "two at once": ("E1042: payment declined code 51", {1, 2, 3}),
    "the number counts": ("payment declined code 52", {3}),
    "joined words": ("log-in failed", {5}),
    "joined words written apart": ("log in failed", {5}),
    "nothing": ("", set()),
    "signs": ("!!", set()),
}
EXPLAINED = a_guide(
    titles=["T"] * 6,
    patterns=[
        ("Staff count exceeds purchased seats", 0),
        ("E1042", 1),
        ("Payment declined (code 51)", 2),
        ("declined", 3),
        ("!!", 4),
        ("Log-in failed", 5),
    ],
)


@pytest.mark.parametrize(("message", "articles"), SHOWN.values(), ids=SHOWN.keys())
def test_an_error_text_leads_to_the_articles_that_explain_it(message: str, articles: set[int]) -> None:
    assert compared(EXPLAINED, "what now", message=message).explained == articles


def test_without_error_texts_none_is_found() -> None:
    assert compared(ASKED, "what now", message="E1042").explained == frozenset()


@given(any_text)
def test_any_text_can_be_an_error_text_and_shows_itself(text: str) -> None:
    guide = a_guide(titles=["T"], patterns=[(f"{text} e1042", 0)])

    assert compared(guide, "", message=f"what is {text} e1042?").explained == {0}


CARD = ["pay by card", "which cards do you take", "is visa fine", "credit card declined", "my card has expired"]
SEAT = ["remove a seat", "fewer seats please", "how many seats have we", "a seat for my colleague", "seats we pay for"]
ELSEWHERE = ["what is the weather", "book a flight", "the printer is on fire", "who won the match", "sing me a song"]
WAYS = [*((text, 0) for text in CARD), *((text, 1) for text in SEAT)]
LEARNT = a_guide(*WAYS, titles=("Cards", "Seats"), not_covered=ELSEWHERE)
MODES = pytest.mark.parametrize("by_meaning", [True, False], ids=["by meaning", "by words alone"])


def belonging(question: str, guide: Guide = LEARNT, *, by_meaning: bool = True) -> NDArray[np.float32]:
    found = compared(guide, question, by_meaning=by_meaning).belonging
    assert found is not None
    return found


@MODES
@pytest.mark.parametrize(
    ("question", "place"),
    [("is my card still fine", 0), ("seats for two colleagues", 1), ("the weather on my flight", 2)],
)
def test_a_question_belongs_to_the_article_that_is_asked_so_or_to_none(
    question: str, place: int, *, by_meaning: bool
) -> None:
    assert belonging(question, by_meaning=by_meaning).argmax() == place


@MODES
def test_what_is_asked_word_for_word_belongs_wholly(*, by_meaning: bool) -> None:
    assert belonging("remove a seat", by_meaning=by_meaning)[1] == pytest.approx(1, abs=0.1)


def test_words_that_nobody_asks_make_a_question_belong_less() -> None:
    more, less = (belonging(text, by_meaning=False)[1] for text in ("remove a seat", "remove a seat belt"))

    assert more > less


def test_where_a_classifier_learnt_the_vectors_the_store_is_not_asked() -> None:
    known = KnownQuestions(made(LEARNT, by_meaning=True), LEARNT)

    found = known.compare("remove a seat", vector=ENCODER.encode_one("remove a seat"), nearest=None)

    assert found.by_meaning is not None
    assert found.by_meaning[1] == pytest.approx(1, abs=0.01)


def test_an_article_with_few_ways_to_ask_counts_as_much_as_one_with_many() -> None:
    many = [(f"pay by card number {number}", 0) for number in range(40)]
    guide = a_guide(*many, *((text, 1) for text in SEAT), titles=("Cards", "Seats"))

    assert belonging("seats", guide).argmax() == 1


def test_without_vectors_words_alone_are_learnt_from() -> None:
    assert belonging("remove a seat", by_meaning=False)[1] == pytest.approx(1, abs=0.1)
    assert {"classifier.vectors", "classifier.with_meaning"}.isdisjoint(made(LEARNT))


@pytest.mark.parametrize(
    ("classes", "articles"),
    [
        pytest.param([], 0, id="no article"),
        pytest.param([], 2, id="no way to ask"),
        pytest.param([0] * 20, 2, id="an article nobody asks for"),
        pytest.param([0, 1] * (FEWEST_A_CLASS - 1), 2, id="too few ways to ask"),
        pytest.param([NO_ARTICLE] * 20, 1, id="only what has no answer"),
        pytest.param(list(range(MOST_ARTICLES + 1)) * FEWEST_A_CLASS, MOST_ARTICLES + 1, id="too many articles"),
    ],
)
def test_where_too_little_is_known_nothing_is_learnt(classes: list[int], articles: int) -> None:
    guide = a_guide(
        *(("how so", number) for number in classes if number >= 0),
        titles=["T"] * articles,
        not_covered=["how so" for number in classes if number < 0],
    )

    assert compared(guide, "how so").belonging is None


def test_of_too_many_ways_to_ask_each_article_keeps_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_classifier, "MOST_LEARNT", 12)
    guide = a_guide(
        *((f"card {n}", 0) for n in range(30)),
        *((f"seat {n}", 1) for n in range(6)),
        titles=("Cards", "Seats"),
        not_covered=[f"weather {n}" for n in range(30)],
    )

    kept = [asked(guide)[row][1] for row in made(guide)["classifier.kept"]]

    assert [kept.count(number) for number in (0, 1, NO_ARTICLE)] == [4, 4, 4]


def test_the_same_questions_make_the_same_arrays() -> None:
    first, second = made(LEARNT, by_meaning=True), made(LEARNT, by_meaning=True)

    assert first.keys() == second.keys()
    assert all(np.array_equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize(
    ("guide", "encoder", "by_meaning", "is_shared"),
    [
        pytest.param(LEARNT, "bag", True, True, id="the same is asked"),
        pytest.param(a_guide(*WAYS, titles=("Cards", "Seats")), "bag", True, False, id="something else is asked"),
        pytest.param(LEARNT, "another", True, False, id="another model"),
        pytest.param(LEARNT, "bag", False, False, id="words alone"),
    ],
)
def test_what_the_same_questions_taught_is_taken_over(
    guide: Guide, encoder: str, *, by_meaning: bool, is_shared: bool
) -> None:
    before = made(LEARNT, by_meaning=True)
    vectors = vectors_of(guide) if by_meaning else None
    found = known_question_arrays(guide, vectors=vectors, encoder=encoder, before=[{}, before])

    assert (found["words.weights"] is before["words.weights"]) is is_shared


AT_SECTIONS = [
    ("pay by card", 0, "how"),
    ("which cards do you take", 0, "how"),
    ("a seat for my colleague", 1, "more"),
    ("how many seats have we", 1, "more"),
    ("remove a seat", 1, "fewer"),
    ("fewer seats please", 1, "fewer"),
    ("seats we pay for", 1, "price"),
]
SECTIONS_LEARNT = a_guide(*WAYS, titles=("Cards", "Seats"), not_covered=ELSEWHERE, sections=AT_SECTIONS)
FEW = [(text, number) for text, number, _ in AT_SECTIONS]
SECTIONS_VOTED = a_guide(*FEW, titles=("Cards", "Seats", "Other"), sections=AT_SECTIONS)
HOW_LEARNT = pytest.mark.parametrize("guide", [SECTIONS_LEARNT, SECTIONS_VOTED], ids=["learnt", "by vote"])


def shares(guide: Guide, question: str, *, by_meaning: bool) -> dict[int, float]:
    found = compared(guide, question, by_meaning=by_meaning).sections
    assert found
    return dict(zip(found.passages.tolist(), found.shares.tolist(), strict=True))


@HOW_LEARNT
@MODES
@pytest.mark.parametrize(
    ("question", "passages"),
    [
        ("take a card", {1}),
        ("a seat for another colleague", {3, 4}),
        ("remove a seat please", {4}),
        ("what do seats cost that we pay for", {7, 8}),
    ],
)
def test_a_question_belongs_most_to_the_passages_of_the_section_that_is_asked_so(
    guide: Guide, question: str, passages: set[int], *, by_meaning: bool
) -> None:
    found = shares(guide, question, by_meaning=by_meaning)

    assert found.keys() == {1, 3, 4, 7, 8}
    assert {passage for passage, share in found.items() if share == max(found.values())} == passages


@given(any_text, st.sampled_from([SECTIONS_LEARNT, SECTIONS_VOTED]), st.booleans())
def test_no_section_has_more_than_all_of_a_question(text: str, guide: Guide, by_meaning: bool) -> None:
    assert all(0 <= share <= 1.001 for share in shares(guide, text, by_meaning=by_meaning).values())


@HOW_LEARNT
@MODES
def test_questions_at_sections_change_nothing_for_their_articles(guide: Guide, *, by_meaning: bool) -> None:
    found = compared(guide, "remove a seat", by_meaning=by_meaning)
    plain = compared(msgspec.structs.replace(guide, sections=()), "remove a seat", by_meaning=by_meaning)

    assert found.by_words.tolist() == plain.by_words.tolist()
    assert (found.belonging is None) == (plain.belonging is None)
    if found.belonging is not None:
        assert found.belonging.tolist() == pytest.approx(plain.belonging.tolist(), abs=1e-5)


def test_only_passages_of_sections_with_questions_have_a_share() -> None:
    found = compared(SECTIONS_LEARNT, "remove a seat").sections
    assert found

    at_sections = found.of(np.asarray([9, 4, 0, 2], dtype=np.int32))

    assert at_sections[1] > 0.5
    assert at_sections[[0, 2, 3]].tolist() == [0, 0, 0]


def test_without_questions_at_sections_none_has_a_share() -> None:
    assert compared(LEARNT, "remove a seat").sections is None


def test_with_too_many_sections_the_nearest_questions_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question_classifier, "MOST_SECTIONS", 3)

    assert made(SECTIONS_LEARNT)["classifier.by_words"].shape[1] == 3  # two articles and none
    assert shares(SECTIONS_LEARNT, "remove a seat", by_meaning=False)[4] > 0.5


def test_what_is_taken_over_has_the_numbers_that_passages_have_now() -> None:
    before = made(SECTIONS_LEARNT)
    moved = {section: (first + 100, end + 100) for section, (first, end) in PASSAGES.items()}
    arrays = known_question_arrays(
        SECTIONS_LEARNT, vectors=None, encoder="bag", section_passages=moved, before=[before]
    )

    assert arrays["classifier.by_words"] is before["classifier.by_words"]
    assert arrays["sections.passages"].tolist() == [101, 103, 104, 104, 107, 108]


def test_which_words_an_article_is_asked_with_is_known() -> None:
    is_asked_with = compared(ASKED, "seat").is_asked_with

    assert is_asked_with is not None
    assert [is_asked_with(article, ["seat"]) for article in range(4)] == [True, True, False, False]
    assert [is_asked_with(article, ["ransom", "tax"]) for article in range(4)] == [False, False, False, True]
    assert not is_asked_with(0, [])
