"""What an edit changes: the same questions asked before and after."""

from __future__ import annotations

import pytest

from kb_service.answer_tests.asking import AnswerTest
from kb_service.answer_tests.changes import Came, Change, changes
from kb_service.content.article import Article
from kb_service.knowledge_base import KnowledgeBase
from kb_service.staff.counter import DisabledCounter
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine

PORTAL = an_article("seats", "Seats are removed in the portal.")
HELPDESK = an_article("seats", "Seats are removed in the helpdesk.")
CARDS = an_article("cards", "Cards are charged.")


def knowledge_base(*articles: Article) -> KnowledgeBase:
    engine = MemoryEngine()
    engine.replace_all([*articles, CARDS])
    return KnowledgeBase(engine, staff_counter=DisabledCounter(), no_answer_below=0.0)


def a_test(**expected: object) -> AnswerTest:
    return AnswerTest(path="a.yml", line=1, question="where are seats removed", **expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "now", "became"),
    [
        (HELPDESK, PORTAL, ["right"]),
        (PORTAL, HELPDESK, ["wrong"]),
        (PORTAL, an_article("seats", "Seats are removed in the portal, by anybody."), ["other"]),
        (HELPDESK, an_article("seats", "Seats are removed by hand."), ["other"]),
        (PORTAL, an_article("seats", "Seats are removed in the portal.", "More about something else."), []),
    ],
    ids=["right", "wrong", "right in other words", "wrong in other words", "the same"],
)
def test_an_answer_becomes_right_or_wrong_or_another(before: Article, now: Article, became: list[str]) -> None:
    test = a_test(must_contain=("portal",))
    found = list(changes([test], before=knowledge_base(before), now=knowledge_base(now)))

    assert [each.became for each in found] == became


def test_a_change_tells_what_came_before_and_what_comes_now() -> None:
    test = a_test(articles=("seats",))
    [found] = changes([test], before=knowledge_base(), now=knowledge_base(PORTAL))

    assert found == Change(
        test,
        "right",
        found.before,
        Came("answered", found.now.confidence, "seats#intro", "Seats are removed in the portal."),
    )
    assert str(found.now).endswith("): “Seats are removed in the portal.”")


def test_nothing_quoted_is_told_by_its_outcome() -> None:
    assert str(Came("no_answer", 0.254, "", "")) == "no_answer (confidence 0.25)"
