"""What search engines, browsers and sites that show a preview find: absolute addresses, from the settings alone."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import msgspec
import pytest
from flask.testing import FlaskClient

from kb_service.answers.results import ArticleRead
from kb_service.app import create_app
from kb_service.content.article import Audience
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import Settings
from tests.billing_articles import SECRET, WORDING, billing_articles
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine
from tests.web.fakes import ARTICLE_ID, TEXT, FixedKnowledgeBase

BASE = "https://help.example.com"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
HOSTILE = "</script><script>alert(1)</script><!--<script> & ' \" \u2028"


class TitledKnowledgeBase(FixedKnowledgeBase):
    """With an article of another title."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    def article(self, article_id: str, *, audience: Audience = "public") -> ArticleRead:
        read = super().article(article_id, audience=audience)
        return msgspec.structs.replace(read, summary=msgspec.structs.replace(read.summary, title=self.title))


@pytest.fixture
def known(knowledge_base: FixedKnowledgeBase) -> FlaskClient:
    """A client of a service that knows where people reach it."""
    return create_app(Settings(base_url=BASE, rate_limit=False), knowledge_base=knowledge_base).test_client()


def data_of(page: str) -> dict[str, Any]:
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert len(blocks) == 1
    found: dict[str, Any] = json.loads(blocks[0])
    return found


def graph(title: str) -> dict[str, dict[str, Any]]:
    app = create_app(Settings(base_url=BASE), knowledge_base=TitledKnowledgeBase(title))
    data = data_of(app.test_client().get(f"/articles/{ARTICLE_ID}").text)
    assert data["@context"] == "https://schema.org"
    return {node["@type"]: node for node in data["@graph"]}


def test_search_engines_see_articles_but_no_questions(client: FlaskClient) -> None:
    assert client.get("/robots.txt").text == "User-agent: *\nDisallow: /search\nDisallow: /api/\n"
    assert '<meta name="robots" content="noindex">' in client.get("/search?q=a").text


def test_robots_are_told_where_the_sitemap_is(known: FlaskClient) -> None:
    assert known.get("/robots.txt").text.endswith(f"\n\nSitemap: {BASE}/sitemap.xml\n")


def test_the_sitemap_names_home_topics_and_articles_with_their_day(known: FlaskClient) -> None:
    response = known.get("/sitemap.xml")
    urls = ElementTree.fromstring(response.data).findall(f"{SITEMAP}url")

    assert response.mimetype == "application/xml"
    assert [url.findtext(f"{SITEMAP}loc") for url in urls] == [
        *(f"{BASE}/", f"{BASE}/?topic=seats", f"{BASE}/?topic=tax-%26-%3CVAT%3E"),
        f"{BASE}/articles/{ARTICLE_ID}",
    ]
    assert [url.findtext(f"{SITEMAP}lastmod") for url in urls] == [None, None, None, "2026-11-20"]


def test_the_sitemap_asks_for_public_articles_alone(known: FlaskClient, knowledge_base: FixedKnowledgeBase) -> None:
    known.get("/sitemap.xml?audience=agent")

    assert knowledge_base.audiences == {"public"}


def test_neither_hidden_articles_nor_those_for_agents_are_in_the_sitemap() -> None:
    engine = MemoryEngine()
    articles = [msgspec.structs.replace(each, hidden=each.id == "sign-in") for each in billing_articles()]
    engine.replace_all(articles, wording=WORDING)
    knowledge_base = KnowledgeBase(engine, staff_counter=FixedStaffCounter())
    client = create_app(Settings(base_url=BASE), knowledge_base=knowledge_base).test_client()

    urls = client.get("/sitemap.xml").text

    assert "/articles/remove-seats<" in urls
    assert "/articles/guides/own-server<" in urls
    assert not re.search(f"sign-in|goodwill|{SECRET}|portal", urls)


def test_browsers_are_offered_a_search_engine(known: FlaskClient) -> None:
    response = known.get("/opensearch.xml")
    url = ElementTree.fromstring(response.data).find(f"{OPENSEARCH}Url")

    assert response.mimetype == "application/opensearchdescription+xml"
    assert url is not None
    assert url.get("template") == f"{BASE}/search?q={{searchTerms}}"
    assert 'rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"' in known.get("/").text


@pytest.mark.parametrize("path", ["/sitemap.xml", "/opensearch.xml"])
def test_without_a_known_address_there_are_no_absolute_ones(path: str, client: FlaskClient) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/", "/robots.txt", "/sitemap.xml", "/opensearch.xml", f"/articles/{ARTICLE_ID}"])
def test_the_host_of_a_request_is_never_repeated(path: str, client: FlaskClient, known: FlaskClient) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}

    for asked in (client, known):
        response = asked.get(path, headers=headers)
        assert "evil.example" not in response.text + str(response.headers)


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/", f"{BASE}/"),
        ("/?topic=tax-%26-%3CVAT%3E&utm=1", f"{BASE}/?topic=tax-%26-%3CVAT%3E"),
        ("/articles/former", f"{BASE}/articles/{ARTICLE_ID}"),
    ],
)
def test_a_page_has_one_address_however_it_was_reached(path: str, url: str, known: FlaskClient) -> None:
    page = known.get(path, follow_redirects=True).text

    assert f'<link rel="canonical" href="{url}">' in page
    assert f'<meta property="og:url" content="{url}">' in page


def test_a_shared_article_is_shown_with_its_title_and_beginning(client: FlaskClient) -> None:
    page = client.get(f"/articles/{ARTICLE_ID}").text

    assert '<meta property="og:type" content="article">' in page
    assert '<meta property="og:title" content="Why are we billed for more seats?">' in page
    assert '<meta property="og:description" content="Each seat is billed.">' in page
    assert "og:url" not in page


def test_an_article_whose_title_asks_is_a_question_with_its_answer() -> None:
    page = graph("Why are we billed for more seats?")["FAQPage"]

    assert page["mainEntity"][0]["name"] == "Why are we billed for more seats?"
    assert page["mainEntity"][0]["acceptedAnswer"]["text"] == TEXT
    assert page["lastReviewed"] == "2026-11-20"


def test_any_other_is_an_article() -> None:
    nodes = graph("Reduce seats")

    assert "FAQPage" not in nodes
    assert nodes["Article"]["headline"] == "Reduce seats"
    assert nodes["Article"]["mainEntityOfPage"]["url"] == f"{BASE}/articles/{ARTICLE_ID}"


def test_breadcrumbs_lead_from_home_over_the_topic() -> None:
    steps = graph("Reduce seats")["BreadcrumbList"]["itemListElement"]

    assert [(step["position"], step["name"], step["item"]) for step in steps] == [
        (1, "Help centre", f"{BASE}/"),
        (2, "Seats", f"{BASE}/?topic=seats"),
        (3, "Reduce seats", f"{BASE}/articles/{ARTICLE_ID}"),
    ]


def test_no_title_breaks_out_of_the_data() -> None:
    assert graph(HOSTILE)["Article"]["headline"] == HOSTILE


def test_without_a_known_address_there_is_no_data(client: FlaskClient) -> None:
    assert "ld+json" not in client.get(f"/articles/{ARTICLE_ID}").text
