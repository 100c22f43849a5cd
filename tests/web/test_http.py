"""What may be stored, for how long, and when it counts as changed."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import Settings
from kb_service.web.http import JSON, cacheable, etag_of
from tests.web.fakes import ARTICLE_ID, FixedKnowledgeBase

WITH_QUERY_ID = ["/api/v1/answer?q=a", "/api/v1/answer?q=a&domain=", "/api/v1/search?q=a", "/search?q=a"]
FOR_ALL = [
    *("/api/v1/suggest?q=a", "/api/v1/articles", f"/api/v1/articles/{ARTICLE_ID}", "/api/v1/openapi.json", "/api/docs"),
    *("/", "/?topic=seats", f"/articles/{ARTICLE_ID}"),
]
CACHED = {**dict.fromkeys(WITH_QUERY_ID, "private, max-age=60"), **dict.fromkeys(FOR_ALL, "public, max-age=60")}


@pytest.mark.parametrize(("path", "keep"), CACHED.items(), ids=CACHED)
def test_what_holds_no_live_data_is_kept_for_a_minute_and_a_query_id_by_its_asker_alone(
    path: str, keep: str, client: FlaskClient
) -> None:
    headers = client.get(path).headers

    assert headers["Cache-Control"] == keep
    assert headers["ETag"].startswith(('W/"gen-7.', 'W/"docs.'))


@pytest.mark.parametrize("path", CACHED)
def test_who_holds_the_current_version_is_not_sent_it_again(path: str, client: FlaskClient) -> None:
    etag = client.get(path).headers["ETag"]

    response = client.get(path, headers={"If-None-Match": f'"other", {etag}'})

    assert (response.status_code, response.data, response.headers["ETag"]) == (304, b"", etag)
    assert response.headers["Cache-Control"] == CACHED[path]


def test_an_unchanged_answer_is_not_even_looked_for(client: FlaskClient, knowledge_base: FixedKnowledgeBase) -> None:
    etag = client.get("/api/v1/answer?q=a").headers["ETag"]
    client.get("/api/v1/answer?q=a", headers={"If-None-Match": etag})

    assert len(knowledge_base.questions) == 1


def test_another_generation_is_a_change(client: FlaskClient, knowledge_base: FixedKnowledgeBase) -> None:
    etag = client.get("/api/v1/answer?q=a").headers["ETag"]
    knowledge_base.current_generation = "gen-8"

    assert client.get("/api/v1/answer?q=a", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("header", ['"gen-7"', "garbage", '"', "W/", "", '"' + "a" * 5000])
def test_any_other_validator_is_answered_in_full(header: str, client: FlaskClient) -> None:
    assert client.get("/api/v1/answer?q=a", headers={"If-None-Match": header}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/api/v1/answer?q=a&domain=x.kayako.com", "/api/v1/seats?q=a&domain=x.kayako.com"),
        *("/search?q=a&domain=x.kayako.com", "/search/seats?q=a&domain=x.kayako.com", "/api/v1/staff-count?domain=x"),
    ],
)
def test_live_data_is_never_stored(path: str, client: FlaskClient) -> None:
    headers = client.get(path).headers

    assert headers["Cache-Control"] == "no-store"
    assert "ETag" not in headers


def test_a_post_is_never_stored(client: FlaskClient) -> None:
    response = client.post("/api/v1/answer", json={"question": "a"})

    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/api/v1/answer?limit=x", "/api/v1/articles/none", "/articles/none"])
def test_an_error_is_never_stored(path: str, client: FlaskClient) -> None:
    headers = client.get(path).headers

    assert headers["Cache-Control"] == "no-store"
    assert "ETag" not in headers


def test_the_day_counts_because_articles_grow_stale() -> None:
    tags = {etag_of(generation="g", version="v", today=date(2026, 11, day)) for day in (20, 21)}

    assert len(tags) == 2


def test_other_settings_are_another_version() -> None:
    def etag(settings: Settings) -> str:
        client = create_app(settings, knowledge_base=FixedKnowledgeBase()).test_client()
        return client.get("/api/v1/answer?q=a").headers["ETag"]

    assert etag(Settings()) == etag(Settings(port=9000))
    assert etag(Settings()) != etag(Settings(contact_url="/support"))


def test_a_response_and_its_validator_are_of_one_generation(app: Flask) -> None:
    """The switch comes after the validator was made and before the view asks."""
    generations = iter(["1", "2", "2", "2"])
    answered = iter(["2", "2"])

    def view() -> Response:
        return Response(next(answered))

    with app.test_request_context("/"):
        response = cacheable(view, lambda: f'W/"{next(generations)}"', JSON)()

    assert response.get_data(as_text=True) == "2"
    assert response.headers["ETag"].startswith('W/"2.')
