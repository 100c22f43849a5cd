"""What an index holds of a passage: every word at its place, and joined words as a second reading."""

from __future__ import annotations

from kb_service.analysis import term_code, term_of
from kb_service.index.entries import PARTS_APART, AnalysedPassage, analysed_passages, embedded_text
from tests.builders import a_passage, an_article


def analysed(text: str, *, title: str = "Seats") -> AnalysedPassage:
    return next(iter(analysed_passages([an_article("a", text, title=title)])))


def codes(passage: AnalysedPassage) -> list[int]:
    return memoryview(passage.entry.codes).cast("I").tolist()


def spans(passage: AnalysedPassage) -> list[tuple[int, int]]:
    flat = memoryview(passage.entry.spans).cast("I").tolist()
    return list(zip(flat[::2], flat[1::2], strict=True))


def test_a_word_stands_in_the_codes_where_its_term_is_posted() -> None:
    passage = analysed("Open the log-in page", title="A helpdesk log-in")

    for term in ("helpdesk", "open", "page", "in"):
        assert {codes(passage)[at] for at in passage.fields["text"][term]} == {term_code(term)}


def test_both_readings_of_a_joined_word_are_in_the_codes() -> None:
    assert {term_code(term_of(word)) for word in ("log", "in", "login")} <= set(codes(analysed("The log-in page")))
    assert term_code("login") in codes(analysed("A page", title="Log-in"))


def test_a_joined_reading_is_far_from_all_words_and_has_the_span_of_its_parts() -> None:
    passage = analysed("Log-in")
    body, body_spans = codes(passage)[passage.entry.body_at :], spans(passage)

    assert body[2 : 2 + PARTS_APART] == [0] * PARTS_APART
    assert (body[0], body_spans[0]) == (term_code("log"), (0, 3))
    assert (body[2 + PARTS_APART], body_spans[2 + PARTS_APART]) == (term_code("login"), (0, 6))


def test_a_passage_is_embedded_below_its_title_and_headings_each_once() -> None:
    assert embedded_text(a_passage("Text.", title="Title", heading="Heading")) == "Title. Heading. Text."
    assert embedded_text(a_passage("Text.", title="Title", heading="Title")) == "Title. Text."
    assert embedded_text(a_passage("Text.", title="")) == "Text."
