"""What speaks for passages and sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.answers.signs import PASSAGE_COLUMNS, SENTENCE_COLUMNS, kinds_asked_for
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.reading import read_article
from kb_service.ranking import Ranked
from tests.answers.reading import EVIDENCE, asked, ranked, signs, signs_of
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled
from tests.test_text import any_text

texts = st.lists(st.sampled_from(["One. ", "1. ", "- ", "\n", " "]) | st.characters(codec="utf-8")).map("".join)


def of_sentences(name: str, question: str, text: str) -> list[float]:
    """One sign of every sentence of a text."""
    found: list[float] = signs(question, text).sentences[:, SENTENCE_COLUMNS.index(name)].tolist()
    return found


def of_passages(name: str, question: str, *texts: str) -> list[float]:
    found: list[float] = signs(question, *texts).passages[:, PASSAGE_COLUMNS.index(name)].tolist()
    return found


@pytest.mark.slow
@given(st.lists(texts, min_size=1, max_size=3), any_text)
def test_any_text_has_finite_signs_by_its_names(passages: Sequence[str], question: str) -> None:
    found = signs(question, *passages)

    assert found.passages.shape == (len(passages), len(PASSAGE_COLUMNS))
    assert found.sentences.shape == (found.starts[-1], len(SENTENCE_COLUMNS))
    assert np.isfinite(found.passages).all()
    assert np.isfinite(found.sentences).all()


def test_a_sentence_has_its_share_of_the_questions_words_and_knows_its_neighbours() -> None:
    text = "Seats cost money. Refunds take long."

    assert of_sentences("shared", "seats cost refunds", text) == pytest.approx([2 / 3, 1 / 3])
    assert of_sentences("shared_before", "seats cost refunds", text) == pytest.approx([0, 2 / 3])
    assert of_sentences("shared_after", "seats cost refunds", text) == pytest.approx([1 / 3, 0])


def test_quantities_of_the_question_are_shared_by_nobody_but_names_with_digits_are() -> None:
    question = asked("60 2FA seats")
    two, name, seats = (word for word in question.words)
    words = (
        type(two)("60", "60", 0.1, 0.2, True, ()),
        type(name)("2fa", "2fa", 0.3, 1.0, True, ()),
        seats,
    )
    found = signs_of(question._replace(words=words), ranked("We have 60. Use 2FA."))

    assert found.sentences[:, SENTENCE_COLUMNS.index("shared")].tolist() == pytest.approx([0, 0.5])


def test_what_stands_below_a_heading_is_covered_by_it() -> None:
    found = of_markdown("parking in the garage", "**Parking**\n\nUse the garage.")
    shared, covered = (found.sentences[:, SENTENCE_COLUMNS.index(name)].tolist() for name in ("shared", "covered"))

    assert shared == pytest.approx([0.5, 0.5])
    assert covered == pytest.approx([0.5, 1.0])


@pytest.mark.parametrize(
    ("markdown", "kinds"),
    [
        ("**Q: Where can I park?**\n\nBehind the house.", ["question", "text"]),
        ("Do this:\n\n1. Open it.\n2. Save it.", ["lead_in", "step", "step"]),
        ("| Plan | Price |\n| --- | --- |\n| Basic | 5 |", ["header", "row"]),
        ("Use it.\n\n- One thing\n- Another", ["text", "item", "item"]),
    ],
)
def test_a_sentence_is_of_the_kind_of_its_unit(markdown: str, kinds: Sequence[str]) -> None:
    [read] = of_markdown("seats", markdown).read

    assert [*read.kinds] == kinds


def of_markdown(question: str, markdown: str):  # type: ignore[no-untyped-def]
    article = read_article("a.md", f"# Some title\n\n{markdown}".encode(), Renderer()).article
    assert article
    entries = filled(MemoryEngine(), article).store.entries([0])
    return signs_of(asked(question), [Ranked(0, entries[0], 1.0, EVIDENCE, ())])


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        pytest.param("how long does it take", "number", id="how long"),
        pytest.param("on which day is it due", "number", id="which day"),
        pytest.param("how do I add a seat", "steps", id="how do"),
        pytest.param("walk me through the upgrade", "steps", id="walk me through"),
        pytest.param("passing a licence on, how?", "steps", id="how last"),
        pytest.param("so why 12 bills", "reason", id="why"),
        pytest.param("whom do we write to", "whom", id="whom"),
        pytest.param("we paid twice, can we get that back", "yes_or_no", id="can we"),
        pytest.param("what is a seat", "what_is", id="what is"),
        pytest.param("where is the portal", "where", id="where"),
    ],
)
def test_a_question_asks_for_an_answer_of_its_kind(question: str, kind: str) -> None:
    assert kind in kinds_asked_for(question)


def test_a_few_keywords_ask_for_no_kind() -> None:
    assert kinds_asked_for("seats administrators") == frozenset()


@pytest.mark.parametrize(
    ("question", "sentence", "kind"),
    [
        pytest.param("How many?", "Payment is due 45 days before.", "number", id="digits"),
        pytest.param("How many?", "It is tried three times.", "number", id="number word"),
        pytest.param("Why?", "That is because the order is unchanged.", "reason", id="because"),
        pytest.param("Whom do we ask?", "Write to billing@example.com.", "whom", id="address"),
        pytest.param("Can we?", "Staff cannot grant it.", "yes_or_no", id="cannot"),
    ],
)
def test_a_sentence_offers_or_lacks_what_is_asked_for(question: str, sentence: str, kind: str) -> None:
    assert of_sentences(f"offers_{kind}", question, sentence) == [1]
    assert of_sentences(f"lacks_{kind}", question, sentence) == [0]
    assert of_sentences(f"lacks_{kind}", question, "Seats cost money.") == [1]
    assert of_sentences(f"offers_{kind}", "seats", sentence) == [0]


def test_a_sentence_that_points_to_another_article_is_told() -> None:
    assert of_sentences("points", "", "The ID is explained in Find your order ID.") == [1]
    assert of_sentences("points", "", "The ID is explained below.") == [0]


def test_a_passage_is_told_beside_the_best_of_the_list() -> None:
    assert of_passages("best_shared", "seats cost", "Seats cost money.", "Seats.") == pytest.approx([1, 0.5])
    assert of_passages("best_shared_beside_best", "seats cost", "Seats cost money.", "Seats.") == pytest.approx(
        [0, -0.5]
    )
