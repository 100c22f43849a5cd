"""How sure an answer is: between 0 and 1, moved by each thing the way its weight says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kb_service.answers.confidence import (
    BY_WORDS,
    CLASSIFIED,
    CLASSIFIED_BY_WORDS,
    EXPLAINED,
    REFUSED,
    SUREST,
    USUAL_LIKENESS,
    WITH_MEANING,
    confidence,
    features,
    model_for,
)
from kb_service.index.known_questions import Resemblance
from kb_service.index.query import Or
from kb_service.questions.understanding import QuestionWord, Understanding
from kb_service.ranking import Evidence, Ranked, RankedList
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.index.questions import filled

ENTRIES = filled(MemoryEngine(), an_article("a", "seat"), an_article("b", "seat")).store.entries([0, 1])
SEAT = QuestionWord("seat", "seat", 1.0, 1.0, known=True, alternatives=())
UNKNOWN = replace(SEAT, surface="zebra", term="zebra", known=False)
EVIDENCE = Evidence(0.5, 0.5, 0.2, 0.4, False, None, None)
BELONGING = np.asarray([0.4, 0.2, 0.3], dtype=np.float32)  # to articles a and b, and to none


def resembling(
    *, by_words: float = 0.0, by_meaning: float | None = None, belonging: NDArray[np.float32] | None = None
) -> Resemblance:
    """How a question resembles those known to have no answer, and what it belongs to."""
    cosines = None if by_meaning is None else np.asarray([-1, -1, by_meaning], dtype=np.float32)
    return Resemblance(np.asarray([0, 0, by_words], dtype=np.float32), cosines, belonging, frozenset())


shares = st.floats(0, 1)
cosines = st.floats(-1, 1)


class Kind(NamedTuple):
    """A kind of evidence: the model fitted for it, and whether meanings are compared and ways to ask are known."""

    weights: Mapping[str, float]
    by_meaning: bool
    classified: bool

    def ranked(
        self,
        *,
        unanswerable: float = 0.0,
        by_meaning: float | None = None,
        belonging: NDArray[np.float32] = BELONGING,
        **evidence: float,
    ) -> RankedList:
        """Two articles, the first with `evidence`; how like the question is to one without an answer."""
        likeness = {"passage_likeness": 0.5, "question_likeness": 0.6} if self.by_meaning else {}
        best = EVIDENCE._replace(**{**likeness, **evidence})
        return RankedList(
            tuple(Ranked(n, entry, 0.9, best, held=(True,)) for n, entry in enumerate(ENTRIES)),
            2,
            resembling(by_words=unanswerable, by_meaning=by_meaning, belonging=belonging if self.classified else None),
            contest=(0.9, 0.5),
            likeness=(0.5, 0.3) if self.by_meaning else (),
        )


KINDS = {
    "words": Kind(BY_WORDS, by_meaning=False, classified=False),
    "meaning": Kind(WITH_MEANING, by_meaning=True, classified=False),
    "classified": Kind(CLASSIFIED, by_meaning=True, classified=True),
    "classified by words": Kind(CLASSIFIED_BY_WORDS, by_meaning=False, classified=True),
}
BELONGS = [kind for kind in KINDS if "classified" in kind]


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def asked(*words: QuestionWord) -> Understanding:
    return Understanding("a question", "a question", words, (), Or(()))


def sure(ranked: RankedList) -> float:
    return confidence(asked(SEAT), ranked)


def test_without_a_passage_nothing_is_sure() -> None:
    assert sure(RankedList((), 0, resembling())) == 0


@given(lexical=shares, coverage=shares, known=shares, pattern=st.booleans(), refused=shares)
@pytest.mark.parametrize("name", KINDS)
def test_confidence_lies_within_0_and_1(
    name: str, lexical: float, coverage: float, known: float, pattern: bool, refused: float
) -> None:
    found = KINDS[name].ranked(
        lexical=lexical,
        coverage=coverage,
        known_question=known,
        pattern=pattern,
        unanswerable=refused,
    )

    assert 0 < sure(found) < 1


@given(passage=cosines, question=cosines, refused=cosines)
def test_with_any_meaning_confidence_lies_within_0_and_1(passage: float, question: float, refused: float) -> None:
    found = KINDS["meaning"].ranked(passage_likeness=passage, question_likeness=question, by_meaning=refused)

    assert 0 < sure(found) < 1


@pytest.mark.parametrize("name", ["lexical", "coverage"])
def test_more_evidence_moves_confidence_the_way_of_its_weight(name: str, kind: Kind) -> None:
    before, after = sure(kind.ranked()), sure(kind.ranked(**{name: 0.9}))

    assert math.copysign(after != before, after - before) == math.copysign(
        name in kind.weights, kind.weights.get(name, 0)
    )


def test_words_that_no_article_has_make_it_less_sure(kind: Kind) -> None:
    less = kind.ranked(coverage=EVIDENCE.coverage / 2)  # a passage holds less of the question then

    assert confidence(asked(SEAT, UNKNOWN), less) < confidence(asked(SEAT), kind.ranked())


def test_every_weight_weighs_something_that_is_measured(kind: Kind) -> None:
    found = features(asked(SEAT), kind.ranked())

    assert model_for(found) is kind.weights
    assert set(kind.weights) <= set(found)


def test_a_pasted_error_that_the_article_lists_is_answered_surely(kind: Kind) -> None:
    unlikely = kind.ranked(pattern=True, belonging=BELONGING[::-1].copy())._replace(contest=(0.0,))

    assert sure(unlikely) >= EXPLAINED


def test_nothing_is_certain() -> None:
    belongs = np.asarray([9.0, 0.0, 0.0], dtype=np.float32)

    assert sure(KINDS["classified"].ranked(belonging=belongs)) == SUREST


@pytest.mark.parametrize("name", BELONGS)
def test_the_more_it_belongs_to_no_article_the_less_sure(name: str) -> None:
    refused = np.asarray([0.4, 0.2, 0.9], dtype=np.float32)

    assert sure(KINDS[name].ranked(belonging=refused)) < sure(KINDS[name].ranked())


@pytest.mark.parametrize("name", ["words", "meaning"])
def test_articles_close_behind_make_it_less_sure(name: str) -> None:
    found = KINDS[name].ranked()

    assert sure(found._replace(contest=(0.9, 0.85))) < sure(found._replace(contest=(0.9, 0.2)))


def test_a_question_like_many_articles_is_less_sure() -> None:
    found = KINDS["meaning"].ranked()

    assert sure(found._replace(likeness=(0.5, 0.45))) < sure(found._replace(likeness=(0.5, 0.1)))


def test_without_rivals_the_only_article_stands_out_by_all_it_has(kind: Kind) -> None:
    assert features(asked(SEAT), kind.ranked()._replace(contest=(0.9,)))["over_next"] == pytest.approx(0.9)


@pytest.mark.parametrize("name", ["words", "classified by words"])
def test_words_of_a_question_without_an_answer_make_it_less_sure(name: str) -> None:
    assert sure(KINDS[name].ranked(unanswerable=0.3)) < sure(KINDS[name].ranked())


def test_the_very_question_that_has_no_answer_is_refused() -> None:
    assert sure(KINDS["words"].ranked(unanswerable=0.9)) <= REFUSED
    assert sure(KINDS["classified"].ranked(by_meaning=0.95)) <= REFUSED


@pytest.mark.parametrize("likeness", [None, -1.0, USUAL_LIKENESS], ids=["no model", "no list", "like the usual"])
def test_without_a_list_of_questions_without_answers_the_usual_likeness_counts(likeness: float | None) -> None:
    found = features(asked(SEAT), KINDS["meaning"].ranked(by_meaning=likeness))

    assert found["over_unanswerable"] == pytest.approx(0.6 - USUAL_LIKENESS)
