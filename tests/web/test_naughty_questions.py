"""Any text at all is a question: answered, never a failure, and shown only as the text it is."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from kb_service.web.formatting import printable

QUESTIONS: list[str] = json.loads((Path(__file__).parent / "data" / "naughty_questions.json").read_text("utf-8"))
IDS = [str(number) for number in range(len(QUESTIONS))]


@pytest.mark.parametrize("question", QUESTIONS, ids=IDS)
def test_get_and_post_answer_it_word_for_word(question: str, client: FlaskClient) -> None:
    by_get = client.get("/api/v1/answer", query_string={"q": question})
    by_post = client.post("/api/v1/answer", json={"question": question})

    assert (by_get.status_code, by_post.status_code) == (200, 200)
    assert by_get.get_json()["question"] == by_post.get_json()["question"] == question


@pytest.mark.parametrize("question", QUESTIONS, ids=IDS)
def test_the_other_routes_take_it_too(question: str, client: FlaskClient) -> None:
    for path in ("/api/v1/search", "/api/v1/suggest"):
        assert client.get(path, query_string={"q": question}).get_json()["query"] == question


INJECTED = re.compile(r'<script(?! type="module" src="/static/)|onerror=alert\(1\)>|<svg')


@pytest.mark.parametrize("question", QUESTIONS, ids=IDS)
def test_the_page_shows_it_only_escaped(question: str, client: FlaskClient) -> None:
    response = client.get("/search", query_string={"q": question})

    in_a_line = r'name="q" type="search" value="([^"]*)"'
    shown = re.search(rf'{in_a_line}|<textarea id="kb:q" name="q"[^>]*>([^<]*)</textarea>', response.text)
    assert response.status_code == 200
    assert shown
    typed = shown[1] if shown[1] is not None else shown[2]
    assert html.unescape(typed) == printable(question)
    assert "<" not in typed
    assert not INJECTED.search(response.text)
    assert not re.search(r"[\0-\x08\x0b\x0c\x0e-\x1f]", response.text)


@pytest.mark.parametrize("question", QUESTIONS, ids=IDS)
def test_the_error_page_shows_it_only_escaped(question: str, client: FlaskClient) -> None:
    response = client.get("/search", query_string={"q": question, "seats": question or "x"})

    assert response.status_code in (200, 422)
    assert not INJECTED.search(response.text)


RAW: dict[str, Any] = {
    "bytes that are no UTF-8": "q=%ff%fe%80",
    "an encoded surrogate": "q=%ed%a0%80",
    "half an escape": "q=%",
    "no name": "=%00&&&==",
    "semicolons": "q=a;q=b",
    "many parameters": "&".join(f"p{number}=1" for number in range(2000)),
    "NUL in a name": "q%00=a",
}


@pytest.mark.parametrize("query", RAW.values(), ids=RAW)
def test_a_malformed_query_string_is_no_failure(query: str, client: FlaskClient) -> None:
    for path in ("/api/v1/answer", "/search"):
        assert client.get(path, query_string=query).status_code == 200


@pytest.mark.parametrize("header", ["X-Request-Id", "Origin", "If-None-Match", "X-Forwarded-For", "Host", "Accept"])
def test_headers_are_no_way_in(header: str, client: FlaskClient) -> None:
    for value in ("<script>", "%00", "a" * 8000, "é", "'", "::", "*", "[::1", "a,b,,,", "\x7f"):
        response = client.get("/api/v1/answer?q=a", headers={header: value})

        assert response.status_code in (200, 304, 400)
        assert "<script>" not in str(response.headers)
