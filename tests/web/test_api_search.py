"""GET /api/v1/search."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.fakes import OTHER, PASSAGE

SEARCH = "/api/v1/search"


def test_the_ranking_has_the_contract_s_form(client: FlaskClient) -> None:
    body = client.get(SEARCH, query_string={"q": "seats"}).get_json()

    assert list(body) == [
        *("query", "query_id", "total", "limit", "offset", "passages", "corrections", "index", "took_ms"),
    ]
    assert (body["query"], body["total"], body["limit"], body["offset"]) == ("seats", 2, 10, 0)
    assert [passage["id"] for passage in body["passages"]] == [PASSAGE.id, OTHER.id]


def test_a_page_of_the_ranking_can_be_asked_for(client: FlaskClient) -> None:
    body = client.get(SEARCH, query_string={"q": "seats", "limit": "1", "offset": "1"}).get_json()

    assert [passage["id"] for passage in body["passages"]] == [OTHER.id]


def test_a_topic_narrows_the_search(client: FlaskClient) -> None:
    assert client.get(SEARCH, query_string={"q": "seats", "topic": "nothing"}).get_json()["passages"] == []


@pytest.mark.parametrize(
    ("name", "value"), [("limit", "51"), ("offset", "-1"), ("offset", "10001"), ("explain", "yes")]
)
def test_a_wrong_parameter_is_named(name: str, value: str, client: FlaskClient) -> None:
    response = client.get(SEARCH, query_string={"q": "a", name: value})

    assert response.status_code == 422
    assert response.get_json()["errors"][0]["field"] == name
