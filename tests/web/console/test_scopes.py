"""What tokens of the scopes answers:public and reports open, and what they do not."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest
from flask import Flask

from kb_service.accounts.access import Access
from kb_service.accounts.api_tokens import Scope
from kb_service.app import create_app
from kb_service.errors import DependencyFailed
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.flags import raise_flag
from kb_service.record.report_forms import SECTIONS
from kb_service.record.writing import Writer
from kb_service.settings import Settings
from kb_service.web.payloads import ReportSection
from kb_service.web.visitors import ANSWERS, LIVE, TIMES_FOR_PROGRAMS
from tests.record.builders import an_asked
from tests.web.console.builders import ORIGIN, Browser

STARTED = 1000.0


@pytest.fixture
def token(access: Access) -> Callable[[Scope], dict[str, str]]:
    def made(scope: Scope) -> dict[str, str]:
        return {"Authorization": f"Bearer {access.tokens.add('x', [scope], days=1)[1]}"}

    return made


@pytest.fixture
def limited(access: Access, billing: KnowledgeBase) -> Flask:
    """The service with limits, for which no time passes."""
    settings = Settings(base_url=ORIGIN, record="off")
    return create_app(
        settings, knowledge_base=billing, agent_knowledge_base=billing, access=access, clock=lambda: STARTED
    )


def let_through(app: Flask, path: str, headers: dict[str, str], *, at_most: int) -> int:
    """How often the path may be asked for at once."""
    client = app.test_client()
    for count in range(at_most):
        if client.get(path, headers=headers, base_url=ORIGIN).status_code == 429:
            return count
    return at_most


@pytest.mark.slow
def test_a_program_is_counted_by_its_token_and_may_ask_ten_times_as_often(
    limited: Flask, token: Callable[[Scope], dict[str, str]]
) -> None:
    first, second = token("answers:public"), token("answers:public")
    path, most = "/api/v1/seats?q=", ANSWERS.burst * TIMES_FOR_PROGRAMS

    assert let_through(limited, path, {}, at_most=most) == ANSWERS.burst
    assert let_through(limited, path, first, at_most=most + 1) == most
    assert let_through(limited, path, second, at_most=2) == 2


def test_wrong_tokens_are_counted_by_address(limited: Flask) -> None:
    client = limited.test_client()
    codes = [
        client.get("/api/v1/seats?q=", headers={"Authorization": f"Bearer kb_bad{n}"}, base_url=ORIGIN).status_code
        for n in range(ANSWERS.burst + 1)
    ]

    assert codes == [*[401] * ANSWERS.burst, 429]


def test_a_program_asks_helpdesks_no_more_often(limited: Flask, token: Callable[[Scope], dict[str, str]]) -> None:
    path = "/api/v1/staff-count?domain=acme.kayako.com"

    assert let_through(limited, path, token("answers:public"), at_most=LIVE.burst + 1) == LIVE.burst


def test_a_program_gets_what_everybody_gets(app: Flask, token: Callable[[Scope], dict[str, str]]) -> None:
    client, path = app.test_client(), "/api/v1/search?q=refund"
    told, strangers = (
        client.get(path, headers=headers, base_url=ORIGIN).get_json()["passages"]
        for headers in (token("answers:public"), {})
    )

    assert told == strangers != []


@pytest.mark.parametrize("path", ["/api/v1/answer?q=refund", "/api/v1/articles"])
def test_a_token_that_is_wrong_is_told_so(
    path: str, app: Flask, access: Access, token: Callable[[Scope], dict[str, str]]
) -> None:
    made, text = access.tokens.add("x", ["answers:public"], days=1)
    access.tokens.revoke(made.token_id)
    client = app.test_client()

    def status(headers: dict[str, str]) -> int:
        return client.get(path, headers=headers, base_url=ORIGIN).status_code

    assert status({"Authorization": f"Bearer {text}"}) == 401
    assert status(token("reports")) == 403
    assert status({"Authorization": "Bearer of somebody else"}) == 200
    assert status({"Authorization": "Basic YTpi"}) == 200


def test_without_a_database_a_program_is_a_stranger_and_gets_its_answer(
    access: Access, billing: KnowledgeBase, token: Callable[[Scope], dict[str, str]]
) -> None:
    class Broken:
        def find(self, text: str) -> None:
            raise DependencyFailed("the disk is full")

    headers, broken = token("answers:public"), replace(access, tokens=Broken())  # type: ignore[arg-type]
    settings = Settings(base_url=ORIGIN)
    app = create_app(settings, knowledge_base=billing, agent_knowledge_base=billing, access=broken)

    assert app.test_client().get("/api/v1/answer?q=refund", headers=headers, base_url=ORIGIN).status_code == 200


def test_a_report_by_token_is_that_of_the_record(
    app: Flask, access: Access, token: Callable[[Scope], dict[str, str]]
) -> None:
    database, now = access.database.opened(), time.time_ns() // 1_000_000
    asked = [an_asked("Do you take gold?", now, outcome="no_answer"), an_asked("Where is my invoice?", now)]
    Writer(database, key=b"k" * 32, keep_days=10).write(asked)
    raise_flag(database, passage_id="refunds#intro", note="=cmd", at=now)
    client, headers = app.test_client(), token("reports")

    report = client.get("/api/v1/reports", headers=headers, base_url=ORIGIN)
    found = report.get_json()
    assert [each["examples"] for each in found["open_questions"]] == [["Do you take gold?"]]
    assert found["most_asked"][0]["article_id"] == "seats"
    assert "invoices" not in [each["article_id"] for each in found["overdue"]], "nobody asked for it"
    assert report.headers["Cache-Control"] == "no-store"
    assert client.get("/api/v1/reports?surface=api", headers=headers, base_url=ORIGIN).get_json()["most_asked"] == []

    assert found["flags"] == []

    table = client.get("/api/v1/reports?csv=open_questions", headers=headers, base_url=ORIGIN)
    [row] = csv.DictReader(io.StringIO(table.text))
    assert (row["asked"], row["examples"]) == ("1", "Do you take gold?")
    assert table.headers["Content-Disposition"] == 'attachment; filename="open_questions.csv"'


@pytest.mark.parametrize("wrong", ["days=0", "surface=moon", "csv=all", "csv=flags"])
def test_what_is_wrong_with_a_report_is_named(wrong: str, app: Flask, token: Callable[[Scope], dict[str, str]]) -> None:
    response = app.test_client().get(f"/api/v1/reports?{wrong}", headers=token("reports"), base_url=ORIGIN)

    assert response.status_code == 422
    assert response.get_json()["errors"][0]["field"] == wrong.partition("=")[0]


def test_a_report_needs_its_scope(app: Flask, token: Callable[[Scope], dict[str, str]], lena: Browser) -> None:
    client = app.test_client()
    for scope in ("answers:public", "answers:agent"):
        assert client.get("/api/v1/reports", headers=token(scope), base_url=ORIGIN).status_code == 403
    assert client.get("/api/v1/reports", base_url=ORIGIN).status_code == 401
    assert lena.get("/api/v1/reports").status_code == 401


def test_every_section_of_a_report_but_flags_can_be_had() -> None:
    assert get_args(ReportSection) == tuple(name for name in SECTIONS if name != "flags")
