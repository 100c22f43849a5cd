"""GET /api/v1/suggest."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.web.fakes import ARTICLE_ID, PASSAGE, URL


def test_suggestions_carry_marks_and_links(client: FlaskClient) -> None:
    body = client.get("/api/v1/suggest?q=we+ar").get_json()

    suggestion = {"text": PASSAGE.title, "kind": "title", "article_id": ARTICLE_ID, "url": URL, "marks": [[8, 14]]}
    assert body == {"query": "we ar", "suggestions": [suggestion]}


def test_the_number_of_suggestions_is_limited(client: FlaskClient) -> None:
    assert client.get("/api/v1/suggest?q=a&limit=21").get_json()["errors"][0]["field"] == "limit"
