"""What is for agents comes to agents alone, whichever way somebody asks."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from kb_service.answers.results import Question
from kb_service.content.article import Audience
from kb_service.errors import UnknownArticle
from kb_service.knowledge_base import KnowledgeBase
from tests.billing_articles import LOCKED, SECRET, filled_with_billing
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine

WORDS = [SECRET, SECRET[:4], "goodwill", "refund", "refunds", "agents", "promise", "consent", "seats", "who may give a"]
questions = st.lists(st.sampled_from([*WORDS, LOCKED]), min_size=1, max_size=6).map(" ".join)


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return KnowledgeBase(filled_with_billing(MemoryEngine()), staff_counter=FixedStaffCounter(), no_answer_below=0)


def everything_said(kb: KnowledgeBase, question: str, *, audience: Audience) -> str:
    """All that is given to a question, as text, without what was asked."""
    answer = kb.answer(Question(question, audience=audience, explain=True))
    result = kb.search(question, audience=audience, limit=100)
    found = [
        *(msgspec.structs.replace(passage, why=UNSET) for passage in (*answer.passages, *result.passages)),
        *(answer.answer, *answer.related, *answer.seat_passage_ids, *answer.corrections, *result.corrections),
        *(*kb.suggest(question, audience=audience, limit=20), *kb.popular_questions(audience=audience, limit=20)),
        *(kb.articles(audience=audience), kb.topics(audience=audience)),
    ]
    return msgspec.json.encode(found).decode().lower()


@settings(max_examples=40)
@given(question=questions)
def test_the_public_never_sees_what_is_for_agents(kb: KnowledgeBase, question: str) -> None:
    said = everything_said(kb, question, audience="public")

    assert SECRET not in said
    assert "goodwill" not in said
    assert '"agent"' not in said


def test_agents_see_it(kb: KnowledgeBase) -> None:
    said = everything_said(kb, f"{SECRET} refund", audience="agent")

    assert said.count(SECRET) > 5
    assert "agents may promise" in said


def test_a_passage_for_agents_says_so(kb: KnowledgeBase) -> None:
    found = {p.id: p.audience for p in kb.search(f"promise {SECRET} credit", audience="agent").passages}

    assert (found["refunds#intro"], found["refunds#intro.2"]) == ("public", "agent")


def test_an_article_for_agents_is_unknown_to_the_public(kb: KnowledgeBase) -> None:
    assert kb.article("goodwill", audience="agent").article.id == "goodwill"
    with pytest.raises(UnknownArticle):
        kb.article("goodwill")


def test_a_related_article_for_agents_is_not_offered_to_the_public(kb: KnowledgeBase) -> None:
    public, agent = (kb.article("refunds", audience=audience).related for audience in ("public", "agent"))

    assert [related.article_id for related in public] == ["remove-seats"]
    assert [related.article_id for related in agent] == ["remove-seats", "goodwill"]


def test_an_article_holds_its_text_for_agents_only_for_them(kb: KnowledgeBase) -> None:
    public, agent = (kb.article("refunds", audience=audience) for audience in ("public", "agent"))

    assert SECRET not in msgspec.json.encode(public).decode()
    assert SECRET in agent.view.html


def test_both_audiences_are_served_from_one_generation(kb: KnowledgeBase) -> None:
    assert kb.generation(audience="public") == kb.generation(audience="agent")
