"""The application on the real knowledge base and an index of its own, with agents' articles in the index beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.index.port import Engine
from kb_service.indexing import open_engine
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import Settings
from kb_service.staff.counter import DisabledCounter
from tests.builders import an_article
from tests.index.memory_engine import MemoryEngine
from tests.web.json_schema import problems

BILLED = "Every seat that was bought is billed, even when nobody uses it. Unused seats can be removed."
SECRET = "Agents may grant a goodwill refund of ninety pelicans."
ARTICLES = [
    an_article(
        "billed-for-more-seats-than-active",
        BILLED,
        title="Why are we billed for more seats than active staff?",
        questions=["Do unused seats cost money?"],
        topics=["seats"],
        redirects_from=["old/billed"],
        related=["remove-seats"],
        verified_at=date(2026, 11, 20),
    ),
    an_article("remove-seats", "Lower the number of seats in the portal.", title="Reduce seats", topics=["seats"]),
    an_article("refunds", SECRET, title="Goodwill pelican refunds", audience="agent", topics=["refunds"]),
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder: Path = tmp_path_factory.mktemp("index")
    settings = Settings(index=folder, model=None, rate_limit=False, no_answer_below=0.3, seats="on")
    engine = open_engine(settings)
    engine.replace_all(ARTICLES)
    engine.close()
    return settings


@pytest.fixture(scope="module")
def client(settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


def test_a_question_is_answered_word_for_word(client: FlaskClient) -> None:
    body = client.get("/api/v1/answer?q=why+are+we+billed+for+60+seats+with+48+active+staff").get_json()

    quote, passages = body["answer"], {passage["id"]: passage for passage in body["passages"]}
    assert body["outcome"] == "answered"
    assert passages[quote["passage_id"]]["text"][quote["start"] : quote["end"]] == quote["text"]
    assert (body["seats"]["purchased"], body["seats"]["active"], body["seats"]["available"]) == (60, 48, 12)


def test_the_page_says_the_same(client: FlaskClient) -> None:
    page = client.get("/search?q=why+are+we+billed+for+60+seats+with+48+active+staff").text

    assert "<mark>Every seat that was bought is billed, even when nobody uses it." in page
    assert '<h2 id="kb:seats-title">You have seats to spare</h2>' in page


def test_nonsense_is_not_answered(client: FlaskClient) -> None:
    assert client.get("/api/v1/answer?q=xyzzy+plugh").get_json()["outcome"] == "no_answer"


@pytest.mark.parametrize(
    "path", ["/answer?q=seats", "/search?q=seats", "/suggest?q=why", "/articles", "/articles/old/billed"]
)
def test_real_results_have_the_documented_form(path: str, client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    pattern = path.partition("?")[0].replace("/old/billed", "/{id}")

    response = client.get("/api/v1" + path)

    documented = document["paths"]["/api/v1" + pattern]["get"]["responses"]["200"]
    assert response.status_code == 200
    assert problems(response.get_json(), documented["content"]["application/json"]["schema"], document) == []


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/?topic=refunds", "/search?q=goodwill+pelican+refund", "/articles/refunds", "/readyz", "/robots.txt"),
        *("/api/v1/answer?q=goodwill+pelican+refund&audience=agent", "/api/v1/search?q=pelican&explain=1"),
        *("/api/v1/suggest?q=good", "/api/v1/articles?audience=agent", "/api/v1/articles/refunds"),
    ],
)
def test_what_is_for_agents_never_gets_out(path: str, client: FlaskClient) -> None:
    text = client.get(path).text.lower().replace("goodwill+pelican", "").replace('goodwill pelican refund"', "")

    assert "pelicans" not in text
    assert "goodwill pelican refunds" not in text
    assert "ninety" not in text


def test_an_agents_article_is_as_unknown_as_one_that_is_not(client: FlaskClient) -> None:
    same_id = {"X-Request-Id": "r-1"}
    hidden = client.get("/api/v1/articles/refunds", headers=same_id)
    unknown = client.get("/api/v1/articles/nothing", headers=same_id)

    assert hidden.status_code == 404
    assert hidden.text.replace("refunds", "nothing") == unknown.text


def test_a_new_index_changes_the_validator() -> None:
    engine = MemoryEngine()
    engine.replace_all(ARTICLES)
    client = create_app(Settings(), knowledge_base=over(engine)).test_client()
    etag = client.get("/api/v1/articles").headers["ETag"]
    engine.replace_all(ARTICLES[:1])

    after = client.get("/api/v1/articles", headers={"If-None-Match": etag})

    assert (after.status_code, after.get_json()["total"]) == (200, 1)


def test_without_an_index_it_says_so_and_answers_as_soon_as_there_is_one() -> None:
    engine = MemoryEngine()
    client = create_app(Settings(), knowledge_base=over(engine)).test_client()

    assert [client.get(path).status_code for path in ("/readyz", "/", "/api/v1/answer?q=a")] == [503, 503, 503]
    engine.replace_all(ARTICLES)
    assert [client.get(path).status_code for path in ("/readyz", "/", "/api/v1/answer?q=a")] == [200, 200, 200]


def over(engine: Engine) -> KnowledgeBase:
    return KnowledgeBase(engine, staff_counter=DisabledCounter())
