"""The form under articles and answers: it works without a script, from our own pages alone, and only so often."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.record.events import Vote
from kb_service.settings import Settings
from tests.record.builders import a_record, stored_votes
from tests.web.fakes import ARTICLE_ID, PASSAGE, QUERY_ID, FixedKnowledgeBase

NO = {"helpful": "no", "query_id": QUERY_ID, "passage_id": PASSAGE.id}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "record"


@pytest.fixture
def client(folder: Path) -> FlaskClient:
    settings = Settings(rate_limit=False, base_url="https://help.example.com")
    return create_app(settings, knowledge_base=FixedKnowledgeBase(), record=a_record(folder)).test_client()


def test_answers_and_articles_ask_whether_they_helped(client: FlaskClient) -> None:
    results, article = client.get("/search?q=why").text, client.get(f"/articles/{ARTICLE_ID}").text

    assert f'<input type="hidden" name="query_id" value="{QUERY_ID}">' in results
    assert f'<input type="hidden" name="passage_id" value="{PASSAGE.id}">' in results
    assert f'<input type="hidden" name="passage_id" value="{ARTICLE_ID}">' in article
    assert "query_id" not in article, "the page of an article is the same for everybody"


@pytest.mark.parametrize("path", ["/search?q=uncovered", "/search", "/search?q=perhaps", "/"])
def test_where_there_is_no_answer_nobody_is_asked(path: str, client: FlaskClient) -> None:
    assert "/feedback" not in client.get(path).text


def test_yes_is_stored_and_thanked_for(client: FlaskClient, folder: Path) -> None:
    response = client.post("/feedback", data={**NO, "helpful": "yes"})

    assert "<h1>Thank you.</h1>" in response.text
    assert f'<a href="/articles/{ARTICLE_ID}#why">' in response.text
    assert stored_votes(folder) == [Vote(QUERY_ID, True, PASSAGE.id)]


def test_no_is_stored_at_once_and_asked_why(client: FlaskClient, folder: Path) -> None:
    page = client.post("/feedback", data=NO).text

    assert "What was wrong?" in page
    assert f'<input type="hidden" name="query_id" value="{QUERY_ID}">' in page
    assert stored_votes(folder) == [Vote(QUERY_ID, False, PASSAGE.id)]


def test_why_replaces_the_bare_no(client: FlaskClient, folder: Path) -> None:
    client.post("/feedback", data=NO)
    more = {"reasons": ["wrong", "unclear"], "comment": "call +1 555 123 4567", "asked_why": "1"}

    page = client.post("/feedback", data={**NO, **more}).text

    assert "<h1>Thank you.</h1>" in page
    assert stored_votes(folder) == [Vote(QUERY_ID, False, PASSAGE.id, ("wrong", "unclear"), "call [phone]")]


def test_a_vote_on_an_article_gets_a_name_of_its_own(client: FlaskClient, folder: Path) -> None:
    client.post("/feedback", data={"helpful": "yes", "passage_id": ARTICLE_ID})
    client.post("/feedback", data={"helpful": "no", "passage_id": ARTICLE_ID})

    votes = stored_votes(folder)
    assert {vote.passage_id for vote in votes} == {ARTICLE_ID}
    assert len({vote.query_id for vote in votes}) == 2


def test_a_script_gets_the_vote_as_data(client: FlaskClient) -> None:
    response = client.post("/feedback", data=NO, headers={"Accept": "application/json"})

    assert response.get_json() == {"query_id": QUERY_ID, "helpful": False}


FROM_ELSEWHERE = {
    "another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    "another name of the same site": {"Sec-Fetch-Site": "same-site", "Origin": "https://shop.example.com"},
    "an older browser": {"Origin": "https://evil.example"},
    "a sandboxed frame": {"Origin": "null"},
}
FROM_US = {
    "our page": {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    "an older browser": {"Origin": "http://localhost"},
    "an older browser behind a proxy": {"Origin": "https://help.example.com"},
    "no browser": {},
}


@pytest.mark.parametrize("headers", FROM_ELSEWHERE.values(), ids=FROM_ELSEWHERE)
def test_a_page_of_another_site_cannot_vote_for_its_visitors(
    headers: dict[str, str], client: FlaskClient, folder: Path
) -> None:
    response = client.post("/feedback", data=NO, headers=headers)

    assert response.status_code == 403
    assert "only be sent from a page of this help centre" in response.text
    assert stored_votes(folder) == []


@pytest.mark.parametrize("headers", FROM_US.values(), ids=FROM_US)
def test_our_own_pages_can(headers: dict[str, str], client: FlaskClient) -> None:
    assert client.post("/feedback", data=NO, headers=headers).status_code == 200


WRONG = {
    "no verdict": ({"helpful": ""}, "helpful"),
    "another verdict": ({"helpful": "maybe"}, "helpful"),
    "another form of id": ({"query_id": "q_1"}, "query_id"),
    "an unknown reason": ({"reasons": ["because"]}, "reasons"),
    "a long comment": ({"comment": "x" * 4001}, "comment"),
}


@pytest.mark.parametrize(("changed", "field"), WRONG.values(), ids=WRONG)
def test_a_wrong_field_is_named(changed: dict[str, str], field: str, client: FlaskClient, folder: Path) -> None:
    response = client.post("/feedback", data={**NO, **changed})

    assert response.status_code == 422
    assert f"<li>{field} " in response.text
    assert stored_votes(folder) == []


@pytest.mark.parametrize("passage_id", ["//evil.example", "https://evil.example", "javascript:alert(1)", '"><script>'])
def test_the_way_back_leads_to_our_articles_alone(passage_id: str, client: FlaskClient) -> None:
    page = client.post("/feedback", data={**NO, "helpful": "yes", "passage_id": passage_id}).text

    assert 'href="/articles/' in page
    assert "<script>" not in page


@pytest.mark.slow
def test_pages_and_api_share_twenty_votes_an_hour(folder: Path) -> None:
    app = create_app(Settings(), knowledge_base=FixedKnowledgeBase(), record=a_record(folder), clock=lambda: 0.0)
    client = app.test_client()
    for _ in range(10):
        client.post("/feedback", data=NO)
        client.post("/api/v1/feedback", json={"query_id": QUERY_ID, "helpful": True})

    assert client.post("/feedback", data=NO).status_code == 429


def test_a_vote_that_cannot_be_stored_is_said(folder: Path) -> None:
    folder.touch()  # where the folder should be
    app = create_app(Settings(rate_limit=False), knowledge_base=FixedKnowledgeBase(), record=a_record(folder))

    response = app.test_client().post("/feedback", data=NO)

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_votes_are_counted_once_they_are_stored(client: FlaskClient) -> None:
    for helpful in ("yes", "no", "yes", "perhaps"):
        client.post("/feedback", data={**NO, "helpful": helpful})
    told = client.get("/metrics").text

    assert 'kb_votes_total{helpful="yes"} 2.0' in told
    assert 'kb_votes_total{helpful="no"} 1.0' in told
