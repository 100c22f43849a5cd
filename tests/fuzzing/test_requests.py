"""Whatever a client sends, in whatever header, it gets an answer that is no failure of ours."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb_service.app import create_app
from kb_service.server.gateway import environ_of, has_body
from kb_service.settings import Settings
from tests.fuzzing.parsers import CHARACTERS, text_of
from tests.web.fakes import ARTICLE_ID, QUERY_ID, FixedKnowledgeBase

PATHS = (
    "/·/search·/search/seats·/articles/·/a/·/api/v1/answer·/api/v1/search·/api/v1/suggest·"
    "/api/v1/articles·/api/v1/seats·"
    "/api/v1/staff-count·/api/v1/feedback·/feedback·/assets/·/robots.txt·/sitemap.xml·/opensearch.xml·"
    "/widget/demo·/metrics·"
    "/healthz·/console·/console/panel·/static/style.css·//·/..·/%00·/%2e%2e/·.html·.md"
).split("·")
HEADERS = (
    "Accept·Accept-Language·Accept-Encoding·Authorization·Cookie·If-None-Match·If-Modified-Since·Range·"
    "Origin·Referer·Host·"
    "Content-Type·Content-Length·X-Request-Id·X-Forwarded-For·X-Forwarded-Proto·Forwarded·Sec-Fetch-Site·"
    "Sec-Purpose·DNT·"
    "User-Agent·Transfer-Encoding"
).split("·")
VALUES = (
    "application/json·text/html;q=0.9·*/*;q=·en-GB,de;q=0.5·gzip, br·Bearer kb_·Basic Og==·kb_session=·"
    'W/"·"a"·*·'
    "Mon, 30 Nov 2026 10:00:00 GMT·bytes=0-·null·https://a.example·[::1]:80·localhost·"
    "multipart/form-data; boundary=·chunked·"
    "application/x-www-form-urlencoded·charset=utf-7·1e9·-1·same-origin·;·,·=·for=·é"
).split("·")
NAMES = "q·domain·seats·active·limit·offset·topic·lang·wait·html·explain·token·via·query_id·helpful·passage_id".split(
    "·"
)
QUERY_VALUES = f"why··acme.kayako.com·60·-1·1e9·null·true·\0·\ud800·{QUERY_ID}·{ARTICLE_ID}#intro·x".split("·")
LATIN = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=20)


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(Settings(rate_limit=False, metrics="public"), knowledge_base=FixedKnowledgeBase())


def value() -> st.SearchStrategy[str]:
    texts = st.one_of(text_of(VALUES, most=4), LATIN)
    return texts.map(lambda text: text.encode("latin-1", "replace").decode("latin-1").translate({10: None, 13: None}))


@pytest.mark.slow
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT", "TRACE"]),
    path=st.lists(st.one_of(st.sampled_from(PATHS), CHARACTERS), min_size=1, max_size=3).map("".join),
    query=st.dictionaries(
        st.sampled_from(NAMES), st.sampled_from(QUERY_VALUES) | text_of(QUERY_VALUES, most=3), max_size=3
    ),
    headers=st.dictionaries(st.sampled_from(HEADERS), value(), max_size=4),
    body=st.one_of(st.just(b""), st.binary(max_size=60), st.sampled_from([b'{"question": "a"}', b"[", b"helpful=yes"])),
)
@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_no_request_is_a_failure_of_ours(
    app: Flask, method: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes
) -> None:
    given_query = {name: text.encode("utf-8", "replace").decode() for name, text in query.items()}
    headers.pop("Content-Length", None)  # the server's own business: it takes the body to be as long as that says
    response = app.test_client().open(
        "/" + path.lstrip("/"), method=method, query_string=given_query, headers=headers, data=body
    )

    assert response.status_code < 500
    assert response.headers["X-Content-Type-Options"] == "nosniff"


class Headers:
    """As Granian hands them over."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs

    def items(self) -> list[tuple[str, str]]:
        return self._pairs


@given(
    path=st.text(max_size=30),
    client=st.one_of(text_of(["[", "]", ":", "::1", "127.0.0.1", "1234"], most=4), st.just("")),
    headers=st.lists(
        st.tuples(st.sampled_from(HEADERS).map(str.lower) | text_of(["_", "-"], most=3), value()), max_size=6
    ),
)
def test_every_request_becomes_an_environment_of_texts(path: str, client: str, headers: list[tuple[str, str]]) -> None:
    scope: Any = SimpleNamespace(
        server="[::1]:8000",
        client=client,
        method="GET",
        path=path,
        query_string="",
        scheme="http",
        http_version="1.1",
        authority=None,
        headers=Headers(headers),
    )
    environ = environ_of(scope)

    path_of_bytes = environ["PATH_INFO"]
    assert path_of_bytes.encode("latin-1") is not None
    assert isinstance(has_body(environ), bool)
    assert not [name for name, _ in headers if "_" in name and f"HTTP_{name.upper()}" in environ and name.isascii()]
