"""How well the shipped articles answer judged questions: no figure falls below its floor.

`kb evaluate` prints the same figures with their intervals. Raise a floor when you have made a figure better.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np

from kb_service.engines.whoosh.engine import WhooshEngine
from kb_service.evaluation.figures import FIGURES, values_of
from kb_service.evaluation.question_file import read_question_file
from kb_service.evaluation.subject import Subject
from kb_service.meaning.encoder import Encoder
from kb_service.settings import Settings

QUESTIONS = Path(__file__).parent / "data" / "billing-questions.jsonl"
SPANS = Path(__file__).parent / "data" / "answer-spans.jsonl"

# About .02 below what was measured. "answered" is of questions with an answer, "refused" of those without; "quote" is
# the share of answers, sure or not, that show the text which was marked as the answer.
FLOORS_BY_WORDS = MappingProxyType({"hit@1": 0.73, "hit@3": 0.90, "answered": 0.79, "refused": 0.83, "quote": 0.28})
FLOORS_BY_MEANING = MappingProxyType({"hit@1": 0.90, "hit@3": 0.95, "answered": 0.88, "refused": 0.85, "quote": 0.48})


def test_figures_by_words_alone(index_by_words: WhooshEngine) -> None:
    assert below(FLOORS_BY_WORDS, figures(index_by_words, None)) == {}


def test_figures_with_meaning(index_by_meaning: WhooshEngine, model: Encoder) -> None:
    assert below(FLOORS_BY_MEANING, figures(index_by_meaning, model)) == {}


def figures(index: WhooshEngine, encoder: Encoder | None) -> dict[str, float]:
    """Every figure of the questions, "quote" of the marked answers whether they are sure enough or not."""
    questions = measured(QUESTIONS, index, encoder, no_answer_below=Settings().no_answer_below)
    return questions | {"quote": measured(SPANS, index, encoder, no_answer_below=0.0)["quote"]}


def measured(file: Path, index: WhooshEngine, encoder: Encoder | None, *, no_answer_below: float) -> dict[str, float]:
    judged = read_question_file(file, index.snapshot(audience="public").articles)
    subject = Subject(index, encoder=encoder, no_answer_below=no_answer_below)
    values = values_of([subject.ask(question) for question in judged.questions])
    judged_by = ~np.isnan(values).all(axis=0)
    means = np.nanmean(values[:, judged_by], axis=0)
    return dict(zip(np.asarray(list(FIGURES))[judged_by].tolist(), means.tolist(), strict=True))


def below(floors: Mapping[str, float], found: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """The figures that are below their floors, with both."""
    return {name: (round(found[name], 4), floor) for name, floor in floors.items() if found[name] < floor}
