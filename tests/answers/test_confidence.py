"""How sure an answer is: between 0 and 1, moved by each thing the way its weight says."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.answers.confidence import (
    BY_WORDS,
    CLASSIFIED,
    USUAL_LIKENESS,
    USUAL_MARGIN,
    WITH_MEANING,
    confidence,
    features,
    model_for,
)
from kb_service.engines.memory import MemoryEngine
from kb_service.engines.whoosh.engine import WhooshEngine
from kb_service.search.likeness import Asked
from kb_service.search.query import Or
from kb_service.search.ranking import Evidence, NotCovered, Ranked, RankedList, Ranker
from kb_service.search.understanding import QuestionWord, Understanding
from tests.builders import an_article
from tests.engines.questions import filled
from tests.fakes import BagOfWordsEncoder

ENTRIES = filled(MemoryEngine(), an_article("a", "seat"), an_article("b", "seat")).entries([0, 1])
SEAT = QuestionWord("seat", "seat", 1.0, 1.0, known=True, alternatives=())
UNKNOWN = SEAT._replace(surface="zebra", term="zebra", known=False)
BY_WORDS_ALONE = Evidence(0.5, 0.5, 0.2, 0.4, False, None, None)
BY_MEANING_TOO = BY_WORDS_ALONE._replace(passage_likeness=0.5, question_likeness=0.6)
NOTHING_LIKE_IT = NotCovered(by_words=0.0, likeness=None)

WAYS = {"a": ["remove", "lower", "reduce", "drop", "fewer"], "b": ["add", "buy", "raise", "more", "extra"]}

shares = st.floats(0, 1)
cosines = st.floats(-1, 1)


class Kind(NamedTuple):
    """A kind of evidence: the model fitted for it, and what there is to show it."""

    weights: Mapping[str, float]
    likeness: float | None = None
    asked: Asked | None = None


def asked_as(folder: Path, ways: Mapping[str, Sequence[str]]) -> Asked:
    """A question by its meaning, of an index that knows these ways to ask for its articles."""
    encoder = BagOfWordsEncoder()
    engine = WhooshEngine(folder, encoder=encoder)
    engine.replace_all([an_article(name, "seat", questions=questions) for name, questions in ways.items()])
    ranker = Ranker(engine.snapshot(audience="public"), encoder=encoder)
    found = ranker.rank(ranker.understander.understand("lower"), limit=1).asked
    assert found is not None
    return found


@pytest.fixture(scope="module", params=["words", "meaning", "classified"])
def kind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Kind:
    if request.param == "words":
        return Kind(BY_WORDS)
    folder = tmp_path_factory.mktemp("index")
    if request.param == "meaning":
        return Kind(WITH_MEANING, 0.5, asked_as(folder, {"a": [], "b": []}))
    return Kind(CLASSIFIED, 0.5, asked_as(folder, WAYS))


def asked(*words: QuestionWord) -> Understanding:
    return Understanding("a question", "a question", words, (), Or(()))


def ranked(
    *evidence: Evidence,
    scores: tuple[float, ...] = (0.9, 0.5),
    not_covered: NotCovered = NOTHING_LIKE_IT,
    by_meaning: Asked | None = None,
) -> RankedList:
    """Passages of different articles in this order."""
    passages = [Ranked(n, *each, held=(True,)) for n, each in enumerate(zip(ENTRIES, scores, evidence, strict=False))]
    return RankedList(tuple(passages), len(passages), not_covered, asked=by_meaning)


def sure(evidence: Evidence, *, not_covered: NotCovered = NOTHING_LIKE_IT, by_meaning: Asked | None = None) -> float:
    return confidence(asked(SEAT), ranked(evidence, not_covered=not_covered, by_meaning=by_meaning))


def test_without_a_passage_nothing_is_sure() -> None:
    assert confidence(asked(SEAT), ranked()) == 0


@given(lexical=shares, coverage=shares, proximity=shares, known=shares, pattern=st.booleans(), refused=shares)
def test_by_words_confidence_lies_within_0_and_1(
    lexical: float, coverage: float, proximity: float, known: float, pattern: bool, refused: float
) -> None:
    evidence = Evidence(lexical, coverage, proximity, known, pattern, None, None)

    assert 0 < sure(evidence, not_covered=NotCovered(refused, None)) < 1


@given(passage=cosines, question=cosines, refused=cosines)
def test_with_meaning_confidence_lies_within_0_and_1(passage: float, question: float, refused: float) -> None:
    evidence = BY_WORDS_ALONE._replace(passage_likeness=passage, question_likeness=question)

    assert 0 < sure(evidence, not_covered=NotCovered(0.0, refused)) < 1


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("lexical", BY_WORDS_ALONE._replace(lexical=0.9)),
        ("coverage", BY_WORDS_ALONE._replace(coverage=0.9)),
        ("proximity", BY_WORDS_ALONE._replace(proximity=0.9)),
        ("pattern", BY_WORDS_ALONE._replace(pattern=True)),
    ],
)
def test_more_evidence_moves_confidence_the_way_of_its_weight(name: str, more: Evidence, kind: Kind) -> None:
    before, after = (
        sure(evidence._replace(passage_likeness=kind.likeness, question_likeness=kind.likeness), by_meaning=kind.asked)
        for evidence in (BY_WORDS_ALONE, more)
    )

    assert math.copysign(after != before, after - before) == math.copysign(
        name in kind.weights, kind.weights.get(name, 0)
    )


def test_words_that_no_article_has_make_it_less_sure(kind: Kind) -> None:
    evidence = BY_WORDS_ALONE._replace(passage_likeness=kind.likeness, question_likeness=kind.likeness)
    hits = ranked(evidence, by_meaning=kind.asked)

    assert confidence(asked(SEAT, UNKNOWN), hits) < confidence(asked(SEAT), hits)


def test_every_weight_weighs_something_that_is_measured(kind: Kind) -> None:
    evidence = BY_WORDS_ALONE._replace(passage_likeness=kind.likeness, question_likeness=kind.likeness)
    found = features(asked(SEAT), ranked(evidence, by_meaning=kind.asked))

    assert model_for(found) is kind.weights
    assert set(kind.weights) <= set(found)


def test_likeness_of_meaning_makes_it_surer() -> None:
    alike = BY_MEANING_TOO._replace(passage_likeness=0.8, question_likeness=0.9)

    assert sure(alike) > sure(BY_MEANING_TOO)


def test_likeness_to_a_question_without_an_answer_makes_it_less_sure() -> None:
    assert sure(BY_WORDS_ALONE, not_covered=NotCovered(0.9, None)) < sure(BY_WORDS_ALONE)


def test_an_article_close_behind_makes_it_less_sure() -> None:
    close, far = (ranked(BY_WORDS_ALONE, BY_WORDS_ALONE, scores=(0.9, second)) for second in (0.85, 0.2))

    assert confidence(asked(SEAT), close) < confidence(asked(SEAT), far)


def test_only_other_articles_are_rivals() -> None:
    twice = RankedList((ranked(BY_WORDS_ALONE).passages[0],) * 2, 2, NOTHING_LIKE_IT)

    assert features(asked(SEAT), twice)["margin"] == USUAL_MARGIN


@pytest.mark.parametrize("likeness", [None, -1.0, USUAL_LIKENESS], ids=["no model", "no list", "like the usual"])
def test_without_a_list_of_questions_without_answers_the_usual_likeness_counts(likeness: float | None) -> None:
    found = features(asked(SEAT), ranked(BY_MEANING_TOO, not_covered=NotCovered(0.0, likeness)))

    assert found["over_not_covered"] == pytest.approx(0.6 - USUAL_LIKENESS)
