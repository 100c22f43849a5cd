"""Which passage answers, and which of its sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.answers.reader import ReadPassage, passage_scores, read_passages
from kb_service.answers.signs import PASSAGE_COLUMNS, SENTENCE_COLUMNS, signs_of
from kb_service.answers.weights import Weights, weights_of
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.reading import read_article
from kb_service.ranking import Ranked
from tests.answers.reading import EVIDENCE, asked, listed, ranked
from tests.answers.test_signs import texts
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled
from tests.test_text import any_text


def read(question: str, *given: str, **about: Sequence[Sequence[float]]) -> list[ReadPassage]:
    return read_passages(asked(question), listed(*ranked(*given, **about)))  # type: ignore[arg-type]


def quoted(question: str, *given: str, **about: Sequence[Sequence[float]]) -> str:
    first = read(question, *given, **about)[0]
    return first.ranked.entry.passage.text[slice(*first.quoted)]


@pytest.mark.slow
@given(st.lists(texts, min_size=1, max_size=3), any_text)
def test_every_passage_is_read_once_and_what_is_quoted_lies_within_it(given_texts: list[str], question: str) -> None:
    found = read(question, *given_texts)

    assert sorted(each.ranked.number for each in found) == list(range(len(given_texts)))
    assert sum(each.chance for each in found) == pytest.approx(1)
    for each in found:
        text = each.ranked.entry.passage.text
        assert bool(text[slice(*each.quoted)].strip()) == bool(text.strip())


def test_the_sentence_with_the_words_of_the_question_is_quoted() -> None:
    text = "Invoices are sent on Monday. Seats cost money in every country. Refunds go to the card within five days."

    assert "Refunds go to the card" in quoted("refunds to which card", text)


def test_the_passage_that_says_it_comes_first() -> None:
    assert "refunds" in quoted("how long do refunds take", "Seats cost money.", "Our refunds take five days.")


def test_the_sentence_that_means_the_same_is_quoted_whatever_its_words() -> None:
    text = "Invoices are sent on Monday. Refunds take five days. Seats cost money."

    assert "Refunds take five days." in quoted("when is the cash back", text, likeness=[[0.1, 0.9, 0.1]])


@pytest.mark.parametrize(
    ("markdown", "question"),
    [
        ("**Q: Where can I park?**\n\nBehind the house, day and night.", "Where can I park?"),
        ("<details><summary>Where can I park?</summary>\n\nBehind the house, day and night.\n\n</details>", "parking"),
        ("Dogs wait outside.\n\n**Where can I park?**\n\nBehind the house, day and night.", "where can I park"),
    ],
)
def test_a_question_in_the_text_is_not_quoted_but_what_answers_it(markdown: str, question: str) -> None:
    article = read_article("a.md", markdown.encode(), Renderer()).article
    assert article
    entry = filled(MemoryEngine(), article).store.entries([0])[0]
    [found] = read_passages(asked(question), listed(Ranked(0, entry, 1.0, EVIDENCE, ())))

    assert entry.passage.text[slice(*found.quoted)] == "Behind the house, day and night."


def test_what_the_question_says_itself_is_not_quoted() -> None:
    error = "Staff count exceeds purchased seats."

    assert not quoted(error, f"{error} Some quite different words follow behind it.").startswith(error)


def test_where_ways_to_ask_are_known_the_article_that_is_asked_for_comes_first() -> None:
    plain = listed(*ranked("Refunds take five days.", "Something else."))
    belonging = np.asarray([0.1, 0.9, 0.0], dtype=np.float32)
    known = plain._replace(resemblance=plain.resemblance._replace(belonging=belonging))

    assert [each.ranked.number for each in read_passages(asked("refunds days"), plain)] == [0, 1]
    assert [each.ranked.number for each in read_passages(asked("refunds days"), known)] == [1, 0]


def test_where_ways_to_ask_are_known_the_section_that_is_asked_for_comes_first() -> None:
    first, second = ranked("Refunds take five days.", "Refunds take five days here.")
    second = second._replace(evidence=second.evidence._replace(section=0.9))
    plain = listed(first, second)
    belonging = np.zeros(3, dtype=np.float32)
    known = plain._replace(resemblance=plain.resemblance._replace(belonging=belonging))
    signs = signs_of(asked("refunds days"), known.passages)
    weights = Weights(passage={}, sentence={}, quoted={}, known={}, section=5.0)

    assert passage_scores(known, signs, weights).tolist() == pytest.approx([0, 4.5])
    assert passage_scores(plain, signs, weights).tolist() == [0, 0]


def test_passages_whose_article_explains_the_error_come_first() -> None:
    plain, explained = ranked("Refunds take five days.", "Something else.")
    found = read_passages(
        asked("refunds days"), listed(plain, explained._replace(evidence=EVIDENCE._replace(pattern=True)))
    )

    assert found[0].ranked.number == 1


@pytest.mark.parametrize("by_meaning", [True, False], ids=["with meaning", "by words"])
def test_every_weight_is_of_a_sign(*, by_meaning: bool) -> None:
    weights = weights_of(by_meaning=by_meaning)

    assert weights.passage
    assert weights.sentence
    assert {*weights.passage} <= {*PASSAGE_COLUMNS}
    assert {*weights.sentence} <= {*SENTENCE_COLUMNS}


def test_without_the_model_nothing_rests_on_meaning() -> None:
    weights: Weights = weights_of(by_meaning=False)

    assert not [name for name in (*weights.passage, *weights.sentence) if "likeness" in name]
