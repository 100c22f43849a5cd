"""Below a path of somebody's host, KB_BASE_URL=https://example.com/help: every address that is sent leads there."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb_service.app import create_app
from kb_service.settings import OWN_PATHS, Settings
from kb_service.web.payloads import with_absolute_addresses
from tests.record.builders import a_record
from tests.web.fakes import ARTICLE_ID, FixedKnowledgeBase

HOST = "https://example.com"
ROOT = "/help"
PAGES = (
    *("/", "/?topic=seats", "/search", "/search?q=many", "/search?q=perhaps", "/search?q=uncovered"),
    *("/search?q=why&domain=acme.kayako.com&seats=60", f"/articles/{ARTICLE_ID}", "/nope", "/api/docs", "/widget/demo"),
)
ADDRESS = re.compile(r"""\b(?:href|src|action|cite|data-source)="([^"#]+)""")


def an_app(folder: Any, base_url: str = HOST + ROOT) -> Flask:
    settings = Settings(rate_limit=False, base_url=base_url, contact_url="https://example.com/contact")
    knowledge_base = FixedKnowledgeBase()
    knowledge_base.is_slow = True
    return create_app(settings, knowledge_base=knowledge_base, record=a_record(folder))


class Proxy:
    """Asks the service for what people ask `HOST` for: as it is, without the path, or by a mount of the server's."""

    def __init__(self, app: Flask, way: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.way = way

    def get(self, address: str, **options: Any) -> TestResponse:
        parts = urlsplit(urljoin(HOST, address))
        assert parts.netloc == "example.com"
        assert parts.path == ROOT or parts.path.startswith(f"{ROOT}/"), f"{address} is not below {ROOT}"
        path = parts.path if self.way == "as it is" else parts.path[len(ROOT) :] or "/"
        mount = {"environ_overrides": {"SCRIPT_NAME": ROOT}} if self.way == "mounted" else {}
        return self.client.get(path, base_url=HOST, query_string=parts.query, **mount, **options)


@pytest.fixture(scope="module", params=["as it is", "stripped", "mounted", "mounted, without a base URL"])
def proxy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Proxy:
    way, _, is_unknown = request.param.partition(", ")
    return Proxy(an_app(tmp_path_factory.mktemp("votes"), "" if is_unknown else HOST + ROOT), way)


@pytest.mark.slow
@pytest.mark.parametrize("path", PAGES)
def test_every_address_of_a_page_leads_to_something_below_the_path(path: str, proxy: Proxy) -> None:
    page = proxy.get(ROOT + path).text
    addresses = {each.replace("&amp;", "&") for each in ADDRESS.findall(page)}
    ours = {each for each in addresses if not each.startswith(("https://example.com/contact", "https://acme."))}

    assert len(ours) > 3
    not_there = {f"{ROOT}/articles/{each}" for each in ("reduce", "reduce#how", "add", "swap")}
    for address in ours - {f"{ROOT}/feedback"} - not_there:
        assert proxy.get(address).status_code in (200, 422), address


@pytest.mark.parametrize(
    "path", ["/answer?q=why&html=1", "/search?q=why&html=1", "/suggest?q=why", "/articles", f"/articles/{ARTICLE_ID}"]
)
def test_every_url_of_the_api_leads_below_the_path(path: str, proxy: Proxy) -> None:
    urls: list[str] = []

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            urls.extend(each for name, each in value.items() if name == "url" and each)
            for each in value.values():
                collect(each)
        elif isinstance(value, list):
            for each in value:
                collect(each)

    collect(proxy.get(f"{ROOT}/api/v1{path}").get_json())

    assert urls
    assert {url.startswith(f"{ROOT}/articles/") for url in urls} == {True}


def test_links_within_the_html_of_a_passage_lead_below_the_path_and_others_to_the_host() -> None:
    html = '<a href="/articles/a">A</a> <a href="/pricing">P</a> <a href="b">B</a> <img src="/assets/0/a.png">'
    found = FixedKnowledgeBase().search("x", html=True)
    passage = msgspec.structs.replace(found.passages[0], html=html)
    found = msgspec.structs.replace(found, passages=(passage,))
    sent = with_absolute_addresses(found, HOST + ROOT).passages[0].html

    assert sent == (
        f'<a href="{HOST}/help/articles/a">A</a> <a href="{HOST}/pricing">P</a> '
        f'<a href="{HOST}/help/articles/seats/b">B</a> <img src="{HOST}/help/assets/0/a.png">'
    )


def test_a_text_that_looks_like_a_member_of_json_stays_as_it_is(tmp_path: Any) -> None:
    client = an_app(tmp_path).test_client()
    question = '{"url":"/articles/a"} "url":"/'

    assert client.get("/help/api/v1/answer", query_string={"q": question}).get_json()["question"] == question


def test_files_for_search_engines_name_the_whole_address(tmp_path: Any) -> None:
    client = an_app(tmp_path).test_client()

    assert f"<loc>{HOST}/help/articles/{ARTICLE_ID}</loc>" in client.get("/help/sitemap.xml").text
    assert f'template="{HOST}/help/search?q={{searchTerms}}"' in client.get("/help/opensearch.xml").text
    assert f"Disallow: /help/search\nDisallow: /help/api/\n\nSitemap: {HOST}/help/sitemap.xml" in (
        client.get("/help/robots.txt").text
    )
    assert client.get("/help/api/v1/openapi.json").get_json()["servers"] == [{"url": HOST + ROOT}]


def test_the_manifest_of_the_widget_names_files_below_the_path(proxy: Proxy) -> None:
    manifest = proxy.get(f"{ROOT}/widget/v1/manifest.json").get_json()

    assert proxy.get(manifest["entry"]).status_code == 200
    assert manifest["entry"] in manifest["integrity"]


@pytest.mark.parametrize("ending", ["/", ".html", ".md", ".HTM", "/index.html", ".html/", "//"])
def test_an_article_is_found_with_the_ending_that_other_help_centres_have(ending: str, proxy: Proxy) -> None:
    response = proxy.get(f"{ROOT}/articles/{ARTICLE_ID}{ending}")

    assert (response.status_code, response.headers["Location"]) == (301, f"{ROOT}/articles/{ARTICLE_ID}")


def test_a_former_address_leads_to_the_one_of_today(proxy: Proxy) -> None:
    assert proxy.get(f"{ROOT}/articles/former").headers["Location"] == f"{ROOT}/articles/{ARTICLE_ID}"


def test_an_ending_alone_makes_no_article(proxy: Proxy) -> None:
    for path in ("/articles/none.html", "/articles/.md", "/articles/none/", "/articles/index.html"):
        assert proxy.get(ROOT + path).status_code == 404


def test_a_page_with_a_slash_too_many_leads_to_the_page(proxy: Proxy) -> None:
    response = proxy.get(f"{ROOT}/search/?q=a%20b&seats=3")

    assert (response.status_code, response.headers["Location"]) == (301, f"{ROOT}/search?q=a%20b&seats=3")
    assert proxy.get(f"{ROOT}/api/v1/answer/").status_code == 404


def test_no_path_leads_to_another_host(tmp_path: Any) -> None:
    client = an_app(tmp_path, "").test_client()
    for path in ("//search/", "//evil.example/search/", "/\\evil.example/"):
        response = client.get("/", environ_overrides={"PATH_INFO": path})
        assert response.headers.get("Location", "/search") == "/search"


def test_below_a_path_the_service_does_not_speak_for_the_host(tmp_path: Any) -> None:
    below, alone = an_app(tmp_path / "a"), an_app(tmp_path / "b", "https://help.example.com")

    assert "Strict-Transport-Security" not in below.test_client().get("/help/").headers
    assert "Strict-Transport-Security" in alone.test_client().get("/").headers


def test_what_begins_a_path_of_the_service_begins_no_path_of_a_base_url(tmp_path: Any) -> None:
    rules = {rule.rule.split("/")[1] for rule in an_app(tmp_path).url_map.iter_rules()}
    files = {"", "favicon.ico", "opensearch.xml", "robots.txt", "sitemap.xml"}

    assert rules - files == set(OWN_PATHS)


def test_a_vote_without_a_script_leads_back_below_the_path(proxy: Proxy) -> None:
    path = f"{ROOT}/feedback" if proxy.way == "as it is" else "/feedback"
    mount = {"environ_overrides": {"SCRIPT_NAME": ROOT}} if proxy.way == "mounted" else {}
    form = {"passage_id": f"{ARTICLE_ID}#why", "helpful": "no"}
    page = proxy.client.post(path, base_url=HOST, data=form, headers={"Origin": HOST}, **mount).text

    assert f'action="{ROOT}/feedback"' in page
    assert f'<a href="{ROOT}/articles/{ARTICLE_ID}#why">Back to the article</a>' in page
