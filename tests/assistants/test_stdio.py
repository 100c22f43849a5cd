"""`kb mcp` over stdin and stdout, as an assistant starts it, asked with the client of the official SDK."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult

from kb_service.accounts.api_tokens import ApiTokens
from kb_service.accounts.storage import ReadyDatabase
from kb_service.assembly import open_database
from kb_service.commands import EXIT_CALLER, run
from kb_service.settings import Settings
from tests.assistants.test_http import CALLS, PROBING
from tests.billing_articles import SECRET, write_billing_articles

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with articles and their index."""
    folder = tmp_path_factory.mktemp("stdio")
    write_billing_articles(folder / "articles")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("KB_MODEL", "off")
        assert run(["index"]) == 0
    return folder


def token(folder: Path, *scopes: Any) -> str:
    database = ReadyDatabase(lambda: open_database(Settings(data=folder / "kb-data")))
    return ApiTokens(database).add("assistant", scopes, days=1)[1]


def asked(folder: Path, **environ: str) -> tuple[set[str], dict[str, CallToolResult], str]:
    """Return the names of the tools, what each gives, and all that is said to probing questions."""
    values = {"KB_MODEL": "off", "KB_NO_ANSWER_BELOW": "0", "KB_STAFF_COUNT": "off", **environ}
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "kb_service", "mcp"], env=values, cwd=str(folder)
    )

    async def ask() -> tuple[set[str], dict[str, CallToolResult], str]:
        async with Client(server, read_timeout_seconds=60) as client:
            tools = {each.name for each in (await client.list_tools()).tools}
            results = {name: await client.call_tool(name, arguments) for name, arguments in CALLS.items()}
            said = [await client.call_tool(name, arguments) for name, arguments in PROBING]
            return tools, results, " ".join(each.model_dump_json() for each in said).lower()

    return anyio.run(ask)


def test_without_a_token_it_asks_as_a_customer(folder: Path) -> None:
    tools, results, said = asked(folder)

    assert tools == set(CALLS)
    assert not any(each.is_error for each in results.values())
    assert results["ask"].structured_content["answer"]["passage_id"].startswith("remove-seats#")
    assert results["staff_count"].structured_content["status"] == "disabled"
    assert SECRET not in said


def test_a_customer_s_token_is_told_no_more(folder: Path) -> None:
    assert SECRET not in asked(folder, KB_MCP_TOKEN=token(folder, "answers:public"))[2]


def test_an_agent_s_token_is(folder: Path) -> None:
    _, results, said = asked(folder, KB_MCP_TOKEN=token(folder, "answers:agent"))

    assert not any(each.is_error for each in results.values())
    assert said.count(SECRET) > 5


@pytest.mark.parametrize("scope", [None, "reports"])
def test_a_token_that_opens_nothing_stops_the_start(
    scope: str | None, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("KB_MCP_TOKEN", token(folder, scope) if scope else f"kb_{'0' * 12}_{'A' * 43}")

    assert run(["mcp"]) == EXIT_CALLER
    assert "token" in capsys.readouterr().err
