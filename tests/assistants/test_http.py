"""The tools over HTTP, asked with the client of the official SDK."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, Tool

from kb_service.record.events import Asked
from kb_service.web.visitors import ANSWERS, LIVE
from tests.assistants.conftest import Served
from tests.billing_articles import SECRET

CALLS: dict[str, dict[str, Any]] = {
    "ask": {"question": "How do we remove seats?", "domain": "acme.kayako.com", "seats": 60},
    "search": {"query": "refunds and credit"},
    "read_article": {"id": "refunds"},
    "staff_count": {"domain": "acme.kayako.com"},
}
# What the answers would be is in the articles for agents alone; the word that stands in all of that is in no question.
PROBING: tuple[tuple[str, dict[str, Any]], ...] = (
    *(
        ("ask", {"question": question, "html": True, "explain": True, "limit": 20})
        for question in ("What may agents promise?", "Who may give a goodwill refund?", "goodwill refunds", SECRET[:4])
    ),
    ("search", {"query": "goodwill refunds promise", "limit": 50}),
    ("read_article", {"id": "goodwill"}),
    ("read_article", {"id": "refunds"}),
)


@asynccontextmanager
async def asking(url: str, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=30) as http,
        Client(streamable_http_client(url, http_client=http)) as client,
    ):
        yield client


def called(url: str, calls: Iterable[tuple[str, dict[str, Any]]], token: str = "") -> list[CallToolResult]:
    async def call() -> list[CallToolResult]:
        async with asking(url, token) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return anyio.run(call)


def tools_of(url: str) -> dict[str, Tool]:
    async def ask() -> dict[str, Tool]:
        async with asking(url) as client:
            return {each.name: each for each in (await client.list_tools()).tools}

    return anyio.run(ask)


def text_of(result: CallToolResult) -> str:
    return "".join(each.text for each in result.content if each.type == "text")


def test_it_lists_every_tool_with_what_it_takes_and_gives(served: Served) -> None:
    tools = tools_of(served.url)

    assert set(tools) == set(CALLS)
    for each in tools.values():
        assert each.description
        assert each.input_schema["type"] == "object"
        assert each.output_schema
        assert each.output_schema["type"] == "object"
        assert each.annotations
        assert each.annotations.read_only_hint
    assert tools["ask"].input_schema["properties"]["question"]["maxLength"] == 2000
    assert tools["search"].input_schema["required"] == ["query"]


@pytest.mark.slow
def test_it_calls_every_tool(served: Served) -> None:
    """The client itself checks that what comes back is as the tool said."""
    results = dict(zip(CALLS, called(served.url, CALLS.items()), strict=True))

    assert [text_of(each) for each in results.values() if each.is_error] == []
    for each in results.values():
        assert json.loads(text_of(each)) == each.structured_content
    answer = results["ask"].structured_content
    assert answer["outcome"] == "answered"
    assert answer["answer"]["passage_id"].startswith("remove-seats#")
    assert answer["seats"]["available"] == 12
    assert results["search"].structured_content["passages"][0]["article_id"] == "refunds"
    assert results["read_article"].structured_content["title"] == "Refunds and credit"
    assert results["staff_count"].structured_content["count"] == 48


@pytest.mark.slow
@pytest.mark.parametrize("who", ["nobody", "a customer"])
def test_what_is_for_agents_only_is_not_told_to(who: str, served: Served) -> None:
    token = served.token("answers:public") if who == "a customer" else ""
    told = " ".join(result.model_dump_json() for result in called(served.url, PROBING, token)).lower()

    assert SECRET not in told
    assert '"audience":"agent"' not in told
    assert "not refunded" in told


@pytest.mark.slow
def test_an_agent_s_token_is_told_it_with_addresses_of_the_console(served: Served) -> None:
    results = called(served.url, PROBING, served.token("answers:agent"))

    assert [SECRET in text_of(each) for each in results].count(True) >= 5
    article = results[-2].structured_content
    assert (article["audience"], article["url"]) == ("agent", "/console/articles/goodwill")
    assert {each["url"].partition("#")[0] for each in results[1].structured_content["passages"]} >= {
        "/console/articles/goodwill"
    }


def test_an_internal_article_is_to_customers_as_none(served: Served) -> None:
    internal, none = called(served.url, [("read_article", {"id": each}) for each in ("goodwill", "badwills")])

    assert internal.is_error
    assert text_of(internal).replace("goodwill", "badwills") == text_of(none)


WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "too long": ("ask", {"question": "a" * 2001}, "question"),
    "nothing": ("ask", {}, "question"),
    "of another type": ("search", {"query": 5}, "query"),
    "too many": ("search", {"query": "a", "limit": 51}, "limit"),
    "an audience": ("ask", {"question": "goodwill", "audience": "agent"}, "audience"),
    "unknown article": ("read_article", {"id": "nope"}, "nope"),
    "no tool": ("drop_tables", {}, "staff_count"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named(case: tuple[str, dict[str, Any], str], served: Served) -> None:
    name, arguments, named = case
    [result] = called(served.url, [(name, arguments)])

    assert result.is_error
    assert named in text_of(result)


def posted(url: str, **headers: str) -> httpx.Response:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    sent = {"Accept": "application/json, text/event-stream", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return httpx.post(url, json=body, headers=sent, trust_env=False)


def test_a_token_that_is_wrong_is_refused_at_the_door(served: Served) -> None:
    reports, revoked = served.token("reports"), served.token("answers:agent")
    served.tokens.revoke(revoked.split("_")[1])
    for token in ("x", reports, revoked, revoked[:-1]):
        refused = posted(served.url, Authorization=f"Bearer {token}")
        assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_that_came_through_a_proxy_in_the_clear_is_refused(served: Served) -> None:
    bearer = f"Bearer {served.token('answers:agent')}"

    assert posted(served.url, Authorization=bearer).status_code != 401
    assert posted(served.url, Authorization=bearer, X_Forwarded_For="192.0.2.1").status_code == 401
    assert posted(served.url, X_Forwarded_For="192.0.2.1").status_code != 401


def test_pages_of_other_sites_and_other_names_of_this_machine_are_refused(served: Served) -> None:
    assert posted(served.url, Origin="https://evil.example").status_code == 403
    assert posted(served.url, Host="evil.example").status_code == 421


@pytest.mark.slow
def test_calls_are_limited_as_those_of_the_api(serve: Callable[..., Served]) -> None:
    served = serve()
    asked = [("search", {"query": "a"})] * (ANSWERS.burst + 1)
    counted = [("staff_count", {"domain": "acme.kayako.com"})] * (LIVE.burst + 1)

    for calls in (asked, counted):
        *first, last = called(served.url, calls)
        assert not any(each.is_error for each in first)
        assert last.is_error
        assert "Too many requests" in text_of(last)
    [more] = called(served.url, asked[:1], served.token("answers:public"))
    assert not more.is_error


@pytest.mark.slow
def test_live_counts_that_are_for_agents_are_theirs_alone(serve: Callable[..., Served]) -> None:
    served = serve(counts_staff=False)
    calls = [("staff_count", CALLS["staff_count"]), ("ask", CALLS["ask"])]
    count, answer = called(served.url, calls)
    agents, _ = called(served.url, calls, served.token("answers:agent"))

    assert count.structured_content["status"] == "disabled"
    assert answer.structured_content["staff_count"]["status"] == "disabled"
    assert agents.structured_content["count"] == 48


def test_what_is_asked_is_recorded_for_whom_it_was(served: Served) -> None:
    del served.record.events[:]
    called(served.url, [("ask", {"question": "How do we pay?"})])
    called(served.url, [("search", {"query": "goodwill"})], served.token("answers:agent"))

    events: list[Any] = [each for each in served.record.events if isinstance(each, Asked)]
    assert [(each.text, each.surface, each.audience) for each in events] == [
        ("How do we pay?", "api", "public"),
        ("goodwill", "api", "agent"),
    ]
