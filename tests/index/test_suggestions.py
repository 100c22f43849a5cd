"""What is being typed is completed with titles and known questions."""

from __future__ import annotations

import pytest
from hypothesis import given

from kb_service.index.guide import Guide
from kb_service.index.suggestions import MAX_TYPED_WORDS, MOST_OF_AN_ARTICLE, Suggester
from tests.test_text import any_text

GUIDE = Guide(
    titles=(
        "Refunds",
        "Change the number of seats",
        "Download an invoice",
        "請求書の発行",
        "Café rules for 1,200 seats",
    ),
    questions=(
        ("Can I get a refund?", 0),
        ("How do I remove a seat?", 1),
        ("How many seats do I need?", 1),
        ("Where is my invoice?", 2),
    ),
    patterns=(),
)


@pytest.fixture(scope="module")
def suggester() -> Suggester:
    return Suggester.of(GUIDE.titles, GUIDE.questions)


COMPLETIONS = {
    "the beginning of a word": ("inv", ["Download an invoice"]),
    "a whole word": ("refunds", ["Refunds"]),
    "any case": ("REFU", ["Refunds"]),
    "several words in any order": ("seat how", ["How do I remove a seat?"]),
    "only the last word is a beginning": ("sea number", []),
    "after a blank the last word is whole": ("seat ", ["How do I remove a seat?"]),
    "of an article its shorter text": ("how", ["How do I remove a seat?"]),
    "titles come before questions": ("seats", ["Change the number of seats", "Café rules for 1,200 seats"]),
    "accents": ("cafe", ["Café rules for 1,200 seats"]),
    "numbers": ("1200", ["Café rules for 1,200 seats"]),
    "chinese": ("請求", ["請求書の発行"]),
    "a word nobody wrote among known ones": ("download xyzzy invoice", ["Download an invoice"]),
    "a slip": ("refnds", ["Refunds"]),
    "a slip before the word is whole": ("invioc", ["Download an invoice"]),
    "two slips in a long word": ("donwlaod", ["Download an invoice"]),
    "a slip beside a word that is right": ("downlaod inv", ["Download an invoice"]),
    "a slip in a short word is none": ("sae", []),
    "what is right is no slip": ("number", ["Change the number of seats"]),
    "nothing known": ("xyzzy", []),
    "nothing": ("", []),
    "blanks": ("  ", []),
    "signs": ("?!", []),
}


@pytest.mark.parametrize(("typed", "expected"), COMPLETIONS.values(), ids=COMPLETIONS.keys())
def test_what_is_offered(suggester: Suggester, typed: str, expected: list[str]) -> None:
    assert [found.text for found in suggester.complete(typed, limit=5)] == expected


def test_a_completion_names_its_kind_and_its_article(suggester: Suggester) -> None:
    (found,) = suggester.complete("where", limit=5)

    assert (found.text, found.kind, found.article_number) == ("Where is my invoice?", "question", 2)


def test_a_text_that_begins_as_typed_comes_before_a_title_that_only_holds_it() -> None:
    guide = Guide(titles=("All about seats", "Prices"), questions=(("Seats: what do they cost?", 1),), patterns=())

    assert [
        found.article_number for found in Suggester.of(guide.titles, guide.questions).complete("seat", limit=5)
    ] == [1, 0]


def test_an_article_is_offered_once(suggester: Suggester) -> None:
    assert [found.article_number for found in suggester.complete("how", limit=5)] == [1]


@pytest.mark.parametrize("limit", [0, 1, 2, 3])
def test_no_more_are_offered_than_asked_for(suggester: Suggester, limit: int) -> None:
    assert len(suggester.complete("s", limit=limit)) == min(limit, 2)


MARKS = {
    "the typed part of a word": ("inv", ["inv"]),
    "every typed word": ("change sea", ["Change", "sea"]),
    "a word written otherwise is marked whole": ("120", ["1,200"]),
    "a word with a slip is marked as it is meant": ("refnds", ["Refunds"]),
    "overlapping pairs are one mark": ("請求書", ["請求書"]),
}


@pytest.mark.parametrize(("typed", "marked"), MARKS.values(), ids=MARKS.keys())
def test_marks_show_what_was_typed(suggester: Suggester, typed: str, marked: list[str]) -> None:
    found = suggester.complete(typed, limit=1)[0]

    assert [found.text[start:end] for start, end in found.marks] == marked


@given(typed=any_text, text=any_text)
def test_marks_lie_inside_the_text_in_order_and_apart(typed: str, text: str) -> None:
    suggester = Suggester.of((text,), ((text, 0),))
    for found in suggester.complete(typed + text[:5], limit=3):
        edges = [edge for mark in found.marks for edge in mark]

        assert edges == sorted(set(edges))
        assert all(0 <= edge <= len(text) for edge in edges)


def test_only_the_first_words_of_a_long_text_count(suggester: Suggester) -> None:
    many = "how " * MAX_TYPED_WORDS

    assert suggester.complete(many + "xyzzy", limit=5) == suggester.complete(many, limit=5) != ()


HEADINGS = (("Seats by invoice", 1, "seats-by-invoice"), ("Steps", 2, "steps"))


@pytest.fixture(scope="module")
def with_sections() -> Suggester:
    return Suggester.of(GUIDE.titles, GUIDE.questions, HEADINGS)


def test_sections_are_found_where_they_are_wanted_behind_titles_and_questions(with_sections: Suggester) -> None:
    found = with_sections.complete("invoice", limit=9, sections=True)

    assert [(each.text, each.kind, each.article_number, each.anchor) for each in found] == [
        ("Download an invoice", "title", 2, ""),
        ("Where is my invoice?", "question", 2, ""),
        ("Seats by invoice", "section", 1, "seats-by-invoice"),
    ]


def test_without_them_an_article_is_offered_once_and_by_no_heading(with_sections: Suggester) -> None:
    assert [each.text for each in with_sections.complete("invoice", limit=9)] == ["Download an invoice"]
    assert with_sections.complete("steps", limit=9) == ()


def test_an_article_has_a_few_suggestions_at_most() -> None:
    headings = [(f"Seats {name}", 0, name) for name in ("here", "there", "elsewhere", "nowhere")]
    found = Suggester.of(("All seats",), (), headings).complete("seats", limit=9, sections=True)

    assert len(found) == MOST_OF_AN_ARTICLE


@given(typed=any_text, text=any_text)
def test_whatever_is_typed_is_completed(typed: str, text: str) -> None:
    suggester = Suggester.of((text, typed[:9]), ((typed, 0),), ((text[:9], 0, "a"),))

    assert len(suggester.complete(typed[::-1], limit=3, sections=True)) <= 3
