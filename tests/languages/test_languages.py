"""Questions in German, Spanish and French: about articles in these languages, and about English ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from kb_service.answers.results import Question
from kb_service.assembly import open_knowledge_base
from kb_service.indexing import update_index
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import Settings

pytestmark = pytest.mark.slow

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
ASKED: Final = [json.loads(line) for line in (HERE / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
RIGHT_FIRST: Final = 34  # of 40, by words alone; 32 where other forms of a word are not looked for


@pytest.fixture(scope="module")
def english(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    return knowing(ROOT / "articles", tmp_path_factory.mktemp("english"))


def knowing(articles: Path, folder: Path) -> KnowledgeBase:
    settings = Settings(articles=articles, index=folder, model=None)
    update_index(settings)
    return open_knowledge_base(settings)


def test_questions_find_the_article_in_their_language(tmp_path: Path) -> None:
    first = []
    for language in ("de", "es", "fr"):
        knowledge_base = knowing(HERE / language, tmp_path / language)
        for asked in ASKED:
            if asked["language"] == language:
                answer = knowledge_base.answer(Question(asked["question"]))
                first.append(bool(answer.passages) and answer.passages[0].article_id == asked["article"])

    assert len(first) == 40
    assert sum(first) >= RIGHT_FIRST


def test_other_forms_of_a_word_are_searched_for_as_well(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Beleg\n\nDie Rechnung kommt als PDF und wird per Post zugestellt.\n")
    (tmp_path / "b.md").write_text("# Konto\n\nDas Kennwort ist mit einem Klick auf das Schloss zu setzen.\n")

    answer = knowing(tmp_path, tmp_path / "index").answer(Question("Rechnungen", explain=True))

    assert [found.article_id for found in answer.passages] == ["a"]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["de", "es", "fr"])
def test_english_articles_answer_no_question_in_another_language(english: KnowledgeBase, language: str) -> None:
    asked = [each["question"] for each in ASKED if each["language"] == language]

    answered = [each for each in asked if english.answer(Question(each)).outcome == "answered"]

    assert answered == []
