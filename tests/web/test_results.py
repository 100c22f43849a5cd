"""What a page of results shows: what answers or may, then short pieces of other articles, and what was typed."""

from __future__ import annotations

import re

import msgspec
from flask.testing import FlaskClient

from kb_service.answers.results import Answer, Question
from kb_service.app import create_app
from kb_service.settings import Settings
from kb_service.web.formatting import SNIPPET, snippet
from tests.web.fakes import OTHER, PASSAGE, SENTENCE, FixedKnowledgeBase

NEAR = tuple(
    msgspec.structs.replace(
        OTHER,
        id=f"near-{n}#{part}",
        article_id=f"near-{n}",
        url=f"/articles/near-{n}#{part}",
        title=f"Near {n}",
        score=12,
    )
    for n in range(6)
    for part in ("a", "b")
)
SAME = msgspec.structs.replace(PASSAGE, id=f"{PASSAGE.article_id}#more", title="The same article")
FAR = msgspec.structs.replace(OTHER, id="far#a", article_id="far", url="/articles/far#a", title="Far away", score=2)


class RankingKnowledgeBase(FixedKnowledgeBase):
    """Finds these passages."""

    def answer(self, question: Question) -> Answer:
        return msgspec.structs.replace(super().answer(question), passages=(PASSAGE, FAR, SAME, *NEAR))


def results(query: str) -> str:
    app = create_app(Settings(rate_limit=False), knowledge_base=RankingKnowledgeBase())
    return app.test_client().get("/search", query_string={"q": query}).text


def titles(page: str) -> list[str]:
    return re.findall(r"<h3[^>]*><a [^>]*>([^<]*)</a></h3>", page)


def test_at_most_four_other_articles_follow_each_once_and_none_far_behind() -> None:
    assert titles(results("why")) == ["Near 0", "Near 1", "Near 2", "Near 3"]


def test_other_articles_are_short_pieces_with_their_words_in_bold() -> None:
    page = results("why")

    assert page.count("<blockquote") == 1
    pieces = re.findall(r'<p class="snippet" dir="auto">(.*?)</p>', page)
    assert len(pieces) == 4
    assert all("<b>" in piece and "<em>" not in piece for piece in pieces)


def test_what_may_help_is_shown_as_that_and_asks_for_no_vote(client: FlaskClient) -> None:
    page = client.get("/search?q=perhaps").text

    assert '<p class="sure">May help</p>' in page
    assert "No article surely answers your question." in page
    assert "Did this answer your question?" not in page
    assert '<p class="sure">Answer</p>' in client.get("/search?q=why").text


def test_without_a_contact_the_next_step_is_to_look_through_the_topics(client: FlaskClient) -> None:
    page = client.get("/search?q=uncovered").text

    assert '<a href="/">the topics</a>' in page


def test_a_long_question_is_read_in_lines(client: FlaskClient) -> None:
    question = "why are we billed for more seats than we use " * 4
    page = client.get("/search", query_string={"q": question}).text

    assert f'rows="4" dir="auto" placeholder="Ask a question">{question}</textarea>' in page
    assert '<input id="kb:q"' in client.get("/search?q=why").text


def test_a_question_that_is_too_long_is_told_at_its_field_and_kept(client: FlaskClient) -> None:
    question = "a" * 2001
    response = client.get("/search", query_string={"q": question, "seats": "60"})

    assert response.status_code == 422
    assert f">{question}</textarea>" in response.text
    assert 'aria-describedby="kb:q-wrong"' in response.text
    assert '<p class="hint problems" id="kb:q-wrong">Must be a text of at most 2,000 characters' in response.text
    assert 'name="seats" value="60"' in response.text
    assert SENTENCE not in response.text


def test_a_piece_of_a_text_is_where_its_marks_are_and_begins_with_a_sentence() -> None:
    text = "Nothing here. " * 40 + "Seats are billed by the month. " + "More follows. " * 40
    start = text.index("Seats")
    pieces = snippet(text, [(0, 7), (start, start + 5), (start + 10, start + 16)])

    assert pieces[:2] == [("… ", False), ("Seats", True)]
    assert ("billed", True) in pieces
    assert pieces[-1] == (" …", False)
    assert len("".join(piece for piece, _ in pieces)) <= SNIPPET + 6


def test_a_piece_is_made_of_any_text() -> None:
    assert snippet("", []) == []
    assert snippet("x\ny", [(2, 3), (-1, 4), (5, 2)]) == [("x ", False), ("y", True)]
    for marks in ([(850, 860)], []):
        assert 0 < len("".join(piece for piece, _ in snippet("a" * 900, marks))) <= SNIPPET + 4
