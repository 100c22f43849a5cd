"""The first passage is read together with the question, where something does so and ways to ask are not known."""

from __future__ import annotations

import numpy as np
import pytest

from kb_service.answers import confidence
from kb_service.answers.reader import read_passages
from kb_service.answers.together import together_signs
from kb_service.answers.weights import weights_of
from kb_service.meaning.pairs import PairText
from kb_service.ranking import RankedList
from tests.answers.reading import asked, listed, ranked

QUESTION = asked("refunds days")
TEXTS = ["Refunds take ten days.", "Refunds are slow. Days pass.", "Days pass.", "Refunds."]


class Told:
    """Says how long the passage is, and keeps what it was given."""

    def __init__(self) -> None:
        self.given: list[PairText] = []

    def answers(self, text: PairText) -> float:
        self.given.append(text)
        return float(len(text.passage))


def found(told: Told | None) -> RankedList:
    passages = ranked(*TEXTS, scores=[4.0, 3.0, 2.0, 1.0], likeness=[[0.6], [0.5, 0.4], [0.3], [0.2]])
    return listed(*passages)._replace(pairs=told)


def test_the_first_passage_is_read_and_told_of() -> None:
    told = Told()
    first = read_passages(QUESTION, found(told))[0]
    signs = together_signs(QUESTION, found(told), first)
    text = first.ranked.entry.passage.text

    assert [(each.question, each.headings, each.passage) for each in told.given] == [("refunds days", "Title", text)]
    assert signs == {"together": len(text)}


def test_the_sentence_that_is_quoted_matters_most() -> None:
    told = Told()
    first = read_passages(QUESTION, found(told))[0]
    together_signs(QUESTION, found(told), first)

    [text] = told.given
    assert text.starts[text.around] <= first.quoted[0]


@pytest.mark.parametrize(("open_from", "open_to", "times"), [(0.0, 1.0, 1), (0.0, 0.0, 0), (1.0, 1.0, 0)])
def test_confidence_rests_on_it_where_the_signs_leave_it_open(
    open_from: float, open_to: float, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confidence, "OPEN_FROM", open_from)
    monkeypatch.setattr(confidence, "OPEN_TO", open_to)
    told = Told()
    with_it, without = (
        confidence.confidence(QUESTION, each, read_passages(QUESTION, each)) for each in (found(told), found(None))
    )

    assert len(told.given) == times
    assert (with_it != without) is bool(times)


def test_what_is_told_has_weights_of_its_own() -> None:
    weights = weights_of(by_meaning=True)

    assert confidence.model_for({"together": 1.0}, weights) == weights.together
    assert confidence.model_for({}, weights) == weights.quoted
    assert "together" in weights.together


def test_nothing_is_read_where_ways_to_ask_are_known() -> None:
    told = Told()
    known = found(told)
    belonging = np.full(len(TEXTS) + 1, 0.2, dtype=np.float32)
    known = known._replace(resemblance=known.resemblance._replace(belonging=belonging))

    assert together_signs(QUESTION, known, read_passages(QUESTION, known)[0]) == {}
    assert not told.given
