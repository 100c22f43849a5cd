"""How well the shipped articles answer judged questions: no figure falls below its floor.

`make evaluate` prints the same figures with their intervals. Raise a floor when you have made a figure better.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from kb_service.content.article import Audience
from kb_service.evaluation.figures import figures_of
from kb_service.evaluation.judged_questions import read_judged
from kb_service.evaluation.runs import Plan, Subject, measure
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.meaning.vectors import Encoder
from kb_service.settings import Settings

DATA = Path(__file__).parent / "data"
# The first took part in fitting the confidence, the second never.
QUESTIONS = ("billing-questions", "held-out-questions")

# About .02 below what was measured. "answered" is of questions with an answer, "refused" of those without; "quote" is
# the share of answers, sure or not, that show the text which was marked as the answer.
FLOORS_BY_WORDS = MappingProxyType({"hit@1": 0.82, "hit@3": 0.94, "answered": 0.86, "refused": 0.88})
FLOORS_BY_MEANING = MappingProxyType({"hit@1": 0.93, "hit@3": 0.97, "answered": 0.93, "refused": 0.90})
NEAR_BY_MEANING = MappingProxyType({"answered": 0.93, "refused": 0.90})  # near-subject-questions took part in fitting
QUOTE_BY_WORDS = 0.40
QUOTE_BY_MEANING = 0.54
AUDIENCES: tuple[Audience, ...] = ("public", "agent")
A_FEW_QUESTIONS = 0.023  # four of 180: sections for agents have ways to ask, too


@pytest.mark.parametrize("name", QUESTIONS)
def test_figures_by_words_alone(index_by_words: WhooshEngine, name: str) -> None:
    assert below(FLOORS_BY_WORDS, measured(name, index_by_words, None)) == {}


@pytest.mark.parametrize("name", QUESTIONS)
def test_figures_with_meaning(index_by_meaning: WhooshEngine, model: Encoder, name: str) -> None:
    assert below(FLOORS_BY_MEANING, measured(name, index_by_meaning, model)) == {}


def test_what_lies_near_the_subject_is_refused(index_by_meaning: WhooshEngine, model: Encoder) -> None:
    assert below(NEAR_BY_MEANING, measured("near-subject-questions", index_by_meaning, model)) == {}


def test_quotes_by_words_alone(index_by_words: WhooshEngine) -> None:
    assert measured("answer-spans", index_by_words, None, no_answer_below=0.0)["quote"] >= QUOTE_BY_WORDS


def test_quotes_with_meaning(index_by_meaning: WhooshEngine, model: Encoder) -> None:
    assert measured("answer-spans", index_by_meaning, model, no_answer_below=0.0)["quote"] >= QUOTE_BY_MEANING


@pytest.mark.parametrize("name", QUESTIONS)
def test_agents_are_answered_as_well_as_customers(index_by_words: WhooshEngine, name: str) -> None:
    """Of what agents alone may read there is more to confuse, and nothing that answers a customer's question."""
    public, agent = (measured(name, index_by_words, None, audience=each) for each in AUDIENCES)
    worse = {figure: public[figure] - agent[figure] for figure in FLOORS_BY_WORDS}

    assert {figure: by for figure, by in worse.items() if by > A_FEW_QUESTIONS} == {}


def measured(
    name: str,
    index: WhooshEngine,
    encoder: Encoder | None,
    *,
    no_answer_below: float | None = None,
    audience: Audience = "public",
) -> dict[str, float]:
    """Every figure of a file of judged questions that they are judged by."""
    threshold = Settings().no_answer_below if no_answer_below is None else no_answer_below
    judged = read_judged(DATA / f"{name}.jsonl", lambda: index.snapshot(audience=audience).articles())
    subject = Subject(index, encoder=encoder, no_answer_below=threshold, audience=audience)
    return {figure.name: figure.value for figure in figures_of(measure(judged, Plan(), subject=subject)[0])}


def below(floors: Mapping[str, float], found: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """The figures that are below their floors, with both."""
    return {name: (round(found[name], 4), floor) for name, floor in floors.items() if found[name] < floor}
