"""GET /api/v1/suggest."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.web.fakes import ARTICLE_ID, PASSAGE, URL


def test_suggestions_carry_marks_and_links(client: FlaskClient) -> None:
    body = client.get("/api/v1/suggest?q=we+ar").get_json()

    suggestion = {"text": PASSAGE.title, "kind": "title", "article_id": ARTICLE_ID, "url": URL, "marks": [[8, 14]]}
    assert body == {"query": "we ar", "suggestions": [suggestion | {"title": PASSAGE.title, "topic": "Seats"}]}


def test_the_number_of_suggestions_is_limited(client: FlaskClient) -> None:
    assert client.get("/api/v1/suggest?q=a&limit=21").get_json()["errors"][0]["field"] == "limit"


def test_without_words_it_suggests_what_is_often_asked(client: FlaskClient) -> None:
    suggestions = client.get("/api/v1/suggest?q=+").get_json()["suggestions"]

    assert [each["text"] for each in suggestions] == ["Do empty seats cost money?"]


def test_without_words_but_with_a_topic_it_suggests_the_articles_of_that(client: FlaskClient) -> None:
    of_seats = client.get("/api/v1/suggest?topic=seats").get_json()["suggestions"]

    suggestion = {"text": PASSAGE.title, "kind": "title", "article_id": ARTICLE_ID, "url": URL, "marks": []}
    assert of_seats == [suggestion | {"title": PASSAGE.title, "topic": ""}]
    assert client.get("/api/v1/suggest?topic=none").get_json()["suggestions"] == []
