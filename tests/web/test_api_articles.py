"""GET /api/v1/articles and /api/v1/articles/{id}."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.web.fakes import ARTICLE_ID, PASSAGE, TEXT, URL


def test_the_list_says_how_many_there_are(client: FlaskClient) -> None:
    body = client.get("/api/v1/articles").get_json()

    assert (body["total"], body["limit"], body["offset"]) == (1, 50, 0)
    assert body["articles"] == [
        {
            "id": ARTICLE_ID,
            "title": PASSAGE.title,
            "topics": ["seats"],
            "summary": "Each seat is billed.",
            "url": URL,
            "audience": "public",
            "verified_at": "2026-11-20",
            "stale": False,
            "lang": "",
        }
    ]


def test_the_list_can_be_narrowed_and_paged(client: FlaskClient) -> None:
    assert client.get("/api/v1/articles?topic=tax").get_json()["total"] == 0
    assert client.get("/api/v1/articles?offset=1&limit=1").get_json()["articles"] == []


def test_an_article_comes_as_text_sections_and_html(client: FlaskClient) -> None:
    body = client.get(f"/api/v1/articles/{ARTICLE_ID}").get_json()

    assert (body["id"], body["title"], body["text"]) == (ARTICLE_ID, PASSAGE.title, TEXT)
    assert body["html"].startswith('<h2 id="why">')
    assert body["passages"][0]["text"] == TEXT
    assert body["sections"][0] == {"heading": "Why & how", "level": 2, "anchor": "why", "heading_path": ["Why & how"]}


def test_what_authors_keep_to_themselves_is_not_sent(client: FlaskClient) -> None:
    body = client.get(f"/api/v1/articles/{ARTICLE_ID}").get_json()

    assert {"reply", "owner", "path", "patterns", "extra", "sources", "agent"}.isdisjoint(body)


def test_a_former_id_gives_the_article_under_its_new_one(client: FlaskClient) -> None:
    assert client.get("/api/v1/articles/former").get_json()["id"] == ARTICLE_ID


def test_an_unknown_article_is_not_found(client: FlaskClient) -> None:
    response = client.get("/api/v1/articles/no-such")

    assert response.status_code == 404
    assert "'no-such'" in response.get_json()["detail"]
