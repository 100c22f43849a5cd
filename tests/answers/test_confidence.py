"""How sure an answer is: between 0 and 1, and never sure of what authors refuse or the passage does not name."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kb_service.answers.confidence import (
    EXPLAINED,
    REFUSED,
    SUREST,
    USUAL_LIKENESS,
    confidence,
    confidence_signs,
    has_subject,
    model_for,
    names_lacking,
    unsaid,
)
from kb_service.answers.reader import ReadPassage, read_passages
from kb_service.answers.weights import weights_of
from kb_service.index.known_questions import Resemblance
from kb_service.questions.understanding import QuestionWord, Understanding
from kb_service.ranking import RankedList
from tests.answers.reading import EVIDENCE, asked, listed, ranked

SEAT = QuestionWord("seat", "seat", 1.0, 1.0, known=True, alternatives=())
UNKNOWN = replace(SEAT, surface="zebra", term="zebra", known=False)
BELONGING = np.asarray([0.4, 0.2, 0.3], dtype=np.float32)  # to two articles, and to none


class Kind(NamedTuple):
    """A kind of evidence: whether meanings are compared, and ways to ask are known."""

    by_meaning: bool
    classified: bool

    def found(
        self,
        *,
        unanswerable: float = 0.0,
        by_meaning: float | None = None,
        belonging: NDArray[np.float32] = BELONGING,
        **evidence: float,
    ) -> RankedList:
        """Two articles with `evidence`; how like the question is to one without an answer."""
        likeness = [[0.6], [0.4]] if self.by_meaning else []
        passages = ranked("A seat costs money.", "A seat is free.", scores=[0.9, 0.5], likeness=likeness)
        passages = [each._replace(evidence=each.evidence._replace(**evidence)) for each in passages]
        cosines = None if by_meaning is None else np.asarray([-1, -1, by_meaning], dtype=np.float32)
        refused = np.asarray([0, 0, unanswerable], dtype=np.float32)
        resemblance = Resemblance(refused, cosines, belonging if self.classified else None, frozenset())
        return RankedList(
            tuple(passages), 2, resemblance, contest=(0.9, 0.5), likeness=(0.5, 0.3) if self.by_meaning else ()
        )


KINDS = {
    "words": Kind(by_meaning=False, classified=False),
    "meaning": Kind(by_meaning=True, classified=False),
    "classified": Kind(by_meaning=True, classified=True),
    "classified by words": Kind(by_meaning=False, classified=True),
}
shares = st.floats(0, 1)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def with_words(*words: QuestionWord) -> Understanding:
    return asked("what does a seat cost")._replace(words=words)


def read(found: RankedList, understood: Understanding) -> list[ReadPassage]:
    return read_passages(understood, found)


def sure(found: RankedList, understood: Understanding | None = None) -> float:
    understood = understood or with_words(SEAT)
    return confidence(understood, found, read(found, understood))


def test_without_a_passage_nothing_is_sure(kind: Kind) -> None:
    assert confidence(with_words(SEAT), kind.found()._replace(passages=()), []) == 0


@pytest.mark.slow
@given(lexical=shares, coverage=shares, known=shares, refused=shares)
@pytest.mark.parametrize("name", KINDS)
def test_confidence_lies_within_0_and_1(
    name: str, lexical: float, coverage: float, known: float, refused: float
) -> None:
    found = KINDS[name].found(lexical=lexical, coverage=coverage, known_question=known, unanswerable=refused)

    assert 0 < sure(found) < 1


def test_words_that_no_article_has_make_it_less_sure(kind: Kind) -> None:
    less = kind.found(coverage=EVIDENCE.coverage / 2)  # a passage holds less of the question then

    assert sure(less, with_words(SEAT, UNKNOWN)) < sure(kind.found())


def test_every_weight_weighs_something_that_is_measured(kind: Kind) -> None:
    found = kind.found()
    signs = confidence_signs(with_words(SEAT), found, read(found, with_words(SEAT)))
    model = model_for(signs, weights_of(by_meaning=kind.by_meaning))

    assert model
    assert {*model} <= {*signs}


def test_a_pasted_error_that_the_article_lists_is_answered_surely(kind: Kind) -> None:
    assert sure(kind.found(pattern=True)) >= EXPLAINED


def test_nothing_is_certain() -> None:
    assert sure(KINDS["classified"].found(belonging=np.asarray([9.0, 9.0, 0.0], dtype=np.float32))) == SUREST


@pytest.mark.parametrize("name", ["classified", "classified by words"])
def test_the_more_it_belongs_to_no_article_the_less_sure(name: str) -> None:
    refused = np.asarray([0.4, 0.2, 0.9], dtype=np.float32)

    assert sure(KINDS[name].found(belonging=refused)) < sure(KINDS[name].found())


def test_the_very_question_that_has_no_answer_is_refused() -> None:
    assert sure(KINDS["words"].found(unanswerable=0.9)) <= REFUSED
    assert sure(KINDS["classified"].found(by_meaning=0.95)) <= REFUSED


@pytest.mark.parametrize("likeness", [None, -1.0, USUAL_LIKENESS], ids=["no model", "no list", "like the usual"])
def test_without_a_list_of_questions_without_answers_the_usual_likeness_counts(likeness: float | None) -> None:
    found = KINDS["meaning"].found(by_meaning=likeness)
    signs = confidence_signs(with_words(SEAT), found, read(found, with_words(SEAT)))

    assert signs["over_unanswerable"] == pytest.approx(0.5 - USUAL_LIKENESS)


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("what is new in 3.0", 1.0),
        ("what is new in 2.0", 0.0),
        ("how do I connect Slack", 0.0),
        ("how do I connect HubSpot", 1.0),
        ("How do I connect it?", 0.0),
        ("connect Slack with HubSpot", 0.5),
    ],
)
def test_names_and_versions_that_the_passage_lacks_are_told(question: str, lacking: float) -> None:
    [found] = read_passages(asked(question), listed(*ranked("Version 2.0 connects with Slack.")))

    assert names_lacking(question, found) == lacking


@pytest.mark.parametrize(
    ("word", "subject"),
    [
        (SEAT, True),
        (QuestionWord("2fa", "2fa", 0.3, 1.0, known=True, alternatives=()), True),
        (QuestionWord("0x1f", "0x1f", 0.0, 0.0, known=False, alternatives=()), False),
        (QuestionWord("60", "60", 0.1, 0.2, known=True, alternatives=()), False),
        (QuestionWord("get", "get", 0.3, 0.2, known=True, alternatives=()), False),
    ],
    ids=["word", "identifier", "unknown identifier", "quantity", "weak word"],
)
def test_a_word_that_tells_or_a_known_identifier_is_a_subject(word: QuestionWord, *, subject: bool) -> None:
    assert has_subject(with_words(word)) is subject


def test_what_neither_the_passage_nor_its_known_questions_say_is_unsaid() -> None:
    chair = replace(SEAT, surface="chair", term="chair")
    found = KINDS["classified"].found()
    known = found._replace(
        resemblance=found.resemblance._replace(is_asked_with=lambda article, terms: (article, *terms) == (0, "chair"))
    )
    words, first = with_words(SEAT, chair, UNKNOWN), found.passages[0]

    assert unsaid(words, found, first) == pytest.approx(2 / 3)
    assert unsaid(words, known, first) == pytest.approx(1 / 3)
    assert unsaid(with_words(), found, first) == 0
