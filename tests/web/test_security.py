"""Headers on all responses, and which sites may call the API."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import Settings
from tests.web.fakes import ARTICLE_ID, FixedKnowledgeBase

RESPONSES = {
    "home": ("GET", "/", 200),
    "results": ("GET", "/search?q=a", 200),
    "article page": ("GET", f"/articles/{ARTICLE_ID}", 200),
    "page not found": ("GET", "/nope", 404),
    "icon": ("GET", "/favicon.ico", 200),
    "robots": ("GET", "/robots.txt", 200),
    "health": ("GET", "/healthz", 200),
    "answer": ("GET", "/api/v1/answer?q=a", 200),
    "head": ("HEAD", "/api/v1/answer?q=a", 200),
    "preflight": ("OPTIONS", "/api/v1/answer", 204),
    "docs": ("GET", "/api/docs", 200),
    "widget": ("GET", "/widget/v1/kb-widget.js", 200),
    "no such part of the widget": ("GET", "/widget/v1/x/y.js", 404),
    "demo": ("GET", "/widget/demo", 200),
    "problem": ("GET", "/api/v1/answer?limit=x", 422),
    "wrong method": ("DELETE", "/api/v1/answer", 405),
    "no article": ("GET", "/api/v1/articles/none", 404),
}


@pytest.mark.parametrize(("method", "path", "status"), RESPONSES.values(), ids=RESPONSES)
def test_every_response_has_the_headers(method: str, path: str, status: int, client: FlaskClient) -> None:
    response = client.open(path, method=method)

    headers = response.headers
    assert response.status_code == status
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert headers["Permissions-Policy"].startswith("camera=()")
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert headers["Cache-Control"]
    assert re.fullmatch("[0-9a-f]{16}", headers["X-Request-Id"])
    assert "Set-Cookie" not in headers
    assert "Access-Control-Allow-Credentials" not in headers
    assert all(len(headers.getlist(name)) == 1 for name in set(headers.keys()))


def test_pages_load_only_our_own_style_and_send_forms_only_to_us(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "style-src 'self'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_pages_have_nothing_inline(client: FlaskClient) -> None:
    for path in ("/", "/search?q=a&seats=60", f"/articles/{ARTICLE_ID}", "/nope", "/api/docs"):
        text = client.get(path).text
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text)
        assert not re.search(r'<script(?! type="module" src="/)', text)


def test_data_may_load_nothing(client: FlaskClient) -> None:
    policy = client.get("/api/v1/answer?q=a").headers["Content-Security-Policy"]

    assert policy == "default-src 'none'; frame-ancestors 'none'; sandbox"


def test_a_304_repeats_the_policy_of_what_is_kept(client: FlaskClient) -> None:
    for path in ("/", "/api/v1/answer?q=a"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

        assert again.status_code == 304
        assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
        assert "Content-Type" not in again.headers


@pytest.mark.parametrize(("base_url", "expected"), [("https://help.example.com", True), ("http://10.0.0.1", False)])
def test_browsers_are_told_to_stay_on_tls_only_where_there_is_tls(base_url: str, expected: bool) -> None:
    client = create_app(Settings(base_url=base_url), knowledge_base=FixedKnowledgeBase()).test_client()

    headers = client.get("/").headers
    assert ("Strict-Transport-Security" in headers) is expected
    assert ("upgrade-insecure-requests" in headers["Content-Security-Policy"]) is expected


@pytest.mark.parametrize(
    ("given", "is_taken"),
    [
        ("a-Z_0.9", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        ("a b", False),
        ("a\tb", False),
        ("é", False),
    ],
)
def test_a_sane_request_id_is_kept(given: str, is_taken: bool, client: FlaskClient) -> None:
    returned = client.get("/healthz", headers={"X-Request-Id": given}).headers["X-Request-Id"]

    assert (returned == given) is is_taken


CROSS_ORIGIN = [
    *("/api/v1/answer?q=a", "/api/v1/search?q=a", "/api/v1/suggest?q=a", "/api/v1/seats?q=a"),
    *(f"/api/v1/articles/{ARTICLE_ID}", "/api/v1/widget", "/widget/v1/kb-widget.d.ts"),
    *("/widget/v1/kb-widget.js", "/widget/v1/manifest.json", "/widget/v1/any/conversation.js"),
]
SAME_ORIGIN = [
    *(
        "/",
        "/search?q=a",
        "/search/seats?q=a",
        f"/articles/{ARTICLE_ID}",
        "/api/v1/articles",
        "/articles",
        "/contact",
    ),
    *("/api/v1/staff-count?domain=acme.kayako.com", "/api/v1/openapi.json", "/api/v1/answer/", "/API/v1/answer"),
    *("/healthz", "/readyz", "/metrics", "/nope", "/widget/demo"),
    *("/robots.txt", "/sitemap.xml", "/opensearch.xml"),
]
CORS_HEADERS = ["Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Expose-Headers"]


@pytest.fixture
def choosy() -> FlaskClient:
    settings = Settings(allowed_origins=("https://a.example", "http://localhost:3000"))
    return create_app(settings, knowledge_base=FixedKnowledgeBase()).test_client()


@pytest.mark.parametrize("path", CROSS_ORIGIN)
def test_by_default_any_site_may_ask(path: str, client: FlaskClient) -> None:
    headers = client.get(path, headers={"Origin": "https://shop.example"}).headers

    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert path.startswith("/widget/") or "Retry-After" in headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("path", SAME_ORIGIN)
def test_other_routes_are_for_no_other_site(path: str, client: FlaskClient) -> None:
    headers = client.get(path, headers={"Origin": "https://shop.example"}).headers

    assert [name for name in CORS_HEADERS if name in headers] == []
    assert headers.get("Cross-Origin-Resource-Policy") != "cross-origin"


@pytest.mark.parametrize("path", ["/api/v1/articles", "/api/v1/staff-count", "/", "/search"])
def test_other_routes_take_no_preflight(path: str, client: FlaskClient) -> None:
    response = client.options(path, headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"})

    assert response.status_code == 405
    assert "Access-Control-Allow-Methods" not in response.headers


@pytest.mark.parametrize("origin", ["https://a.example", "http://localhost:3000"])
def test_a_listed_site_may_ask(origin: str, choosy: FlaskClient) -> None:
    headers = choosy.get("/api/v1/answer?q=a", headers={"Origin": origin}).headers

    assert headers["Access-Control-Allow-Origin"] == origin
    assert headers["Vary"] == "Origin"


STRANGERS = {
    "suffix": "https://a.example.evil.com",
    "prefix": "https://evila.example",
    "subdomain": "https://www.a.example",
    "scheme": "http://a.example",
    "capitals": "https://A.example",
    "port": "https://a.example:443",
    "slash": "https://a.example/",
    "null": "null",
    "two": "https://a.example, https://a.example",
    "star": "*",
    "empty": "",
    "long": "https://" + "a" * 8192 + ".example",
}


@pytest.mark.slow
@pytest.mark.parametrize("origin", STRANGERS.values(), ids=STRANGERS)
def test_any_other_origin_may_not(origin: str, choosy: FlaskClient) -> None:
    for method in ("GET", "OPTIONS"):
        response = choosy.open("/api/v1/answer?q=a", method=method, headers={"Origin": origin})

        assert response.status_code in (200, 204)
        assert "Access-Control-Allow-Origin" not in response.headers
        assert response.headers["Vary"] == "Origin"


def test_the_response_varies_by_origin_even_without_one(choosy: FlaskClient) -> None:
    assert choosy.get("/api/v1/answer?q=a").headers["Vary"] == "Origin"


def test_the_preflight_lists_what_may_be_sent(choosy: FlaskClient) -> None:
    asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}

    headers = choosy.options("/api/v1/answer", headers=asked).headers

    assert headers["Access-Control-Allow-Origin"] == "https://a.example"
    assert headers["Access-Control-Allow-Methods"] == "GET, POST"
    assert headers["Access-Control-Allow-Headers"] == "Content-Type, X-Request-Id"
    assert headers["Access-Control-Max-Age"] == "600"


def test_no_origin_at_all_can_be_allowed() -> None:
    client = create_app(Settings(allowed_origins=()), knowledge_base=FixedKnowledgeBase()).test_client()

    headers = client.get("/api/v1/answer?q=a", headers={"Origin": "https://a.example"}).headers

    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/v1/answer?limit=x", 422), ("PUT", "/api/v1/answer", 405), ("POST", "/api/v1/answer", 415)],
)
def test_errors_can_be_read_by_the_site_too(method: str, path: str, status: int, choosy: FlaskClient) -> None:
    response = choosy.open(path, method=method, headers={"Origin": "https://a.example"})

    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == "https://a.example"


def test_failures_can_be_read_by_the_site_too() -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase(is_ready=False)).test_client()

    response = client.get("/api/v1/answer?q=a", headers={"Origin": "https://a.example"})

    assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (503, "*")


def test_every_route_was_looked_at(app: Flask) -> None:
    tried = [re.sub(r"\?.*", "", path) for path in CROSS_ORIGIN + SAME_ORIGIN] + [
        "/api/docs",
        "/favicon.ico",
    ]
    adapter = app.url_map.bind("localhost")
    matched = {adapter.match(path, method="GET")[0] for path in tried if adapter.test(path, method="GET")}

    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    console = {endpoint for endpoint in endpoints if endpoint.startswith("console")}
    assert endpoints - matched - console == {
        "static",
        "asset",
        "reports",
        "receipt",
    }  # see test_static_files.py, test_assets.py, console/


LIVE = "/api/v1/answer?q=a&domain=acme.kayako.com"


def live_status(settings: Settings, origin: str | None, path: str = LIVE) -> str:
    client = create_app(settings, knowledge_base=FixedKnowledgeBase()).test_client()
    response = client.get(path, headers={"Origin": origin} if origin else {}, base_url="http://help.example")
    assert response.headers["Cache-Control"] == "no-store"
    return str(response.json["staff_count"]["status"])


@pytest.mark.parametrize("path", [LIVE, "/api/v1/seats?q=a&domain=acme.kayako.com"])
@pytest.mark.parametrize("origin", ["https://shop.example", "null", "http://help.example.evil.example"])
def test_a_page_of_a_site_that_nobody_named_gets_the_answer_without_live_counts(origin: str, path: str) -> None:
    assert live_status(Settings(), origin, path) == "not_allowed"


@pytest.mark.parametrize("origin", [None, "http://help.example", "https://help.example.com", "https://shop.example"])
def test_our_pages_programs_and_sites_that_are_named_get_live_counts(origin: str | None) -> None:
    settings = Settings(base_url="https://help.example.com", allowed_origins=("*", "https://shop.example"))

    assert live_status(settings, origin) == "ok"


def test_a_question_that_is_posted_brings_no_live_counts_to_other_sites_either() -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase()).test_client()
    asked = {"question": "a", "domain": "acme.kayako.com"}
    response = client.post("/api/v1/answer", json=asked, headers={"Origin": "https://shop.example"})

    assert response.json["staff_count"]["status"] == "not_allowed"
    assert response.json["staff_count"]["count"] is None
