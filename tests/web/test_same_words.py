"""The terminal, the API, the results page and the widget say the same about a helpdesk, whatever came of asking it."""

from __future__ import annotations

import html
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from click.testing import CliRunner

import kb_service.web
from kb_service.app import create_app
from kb_service.commands.staff_count import print_staff_count
from kb_service.settings import Settings
from kb_service.staff.counter import StaffCount, StaffCountStatus
from kb_service.staff.messages import message
from tests.lacking import lacks
from tests.web.fakes import FixedKnowledgeBase

DOMAIN = "acme.kayako.com"
WIDGET = Path(kb_service.web.__file__).parent / "static/widget"
READ_IN_WIDGET = """
import { readFileSync } from "node:fs";
import { readAnswer } from "./replies.js";
const replies = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(replies.map((reply) => readAnswer(reply, "http://localhost").FIELD)));
"""


def read_in_widget(replies: list[dict[str, Any]], field: str, folder: Path) -> Any:
    """What the widget takes from replies of the API for one of its fields."""
    node = shutil.which("node") or lacks("Node, which runs the widget here, is not installed: apt-get install nodejs")
    shutil.copytree(WIDGET, folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (folder / "read.js").write_text(READ_IN_WIDGET.replace("FIELD", field), encoding="utf-8")
    ran = subprocess.run(
        [node, "read.js"], input=json.dumps(replies), cwd=folder, capture_output=True, text=True, check=True
    )
    return json.loads(ran.stdout)


def a_count(status: StaffCountStatus) -> StaffCount:
    """What a helpdesk, or the service in its place, gives with this status."""
    return StaffCount(
        status,
        "" if status == "invalid_domain" else DOMAIN,
        count=48 if status in ("ok", "stale", "locked") else None,
        purchased=40 if status == "locked" else None,
        age_seconds=7300 if status == "stale" else 0,
    )


COUNTS = {status: a_count(status) for status in get_args(StaffCountStatus)}


def answer_of(counted: StaffCount) -> dict[str, Any]:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase(staff_count=counted)).test_client()
    answer: dict[str, Any] = client.get("/api/v1/answer", query_string={"q": "why?", "domain": DOMAIN}).get_json()
    return answer


@pytest.mark.parametrize("counted", COUNTS.values(), ids=COUNTS)
def test_the_terminal_the_api_and_the_page_say_the_same(counted: StaffCount) -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase(staff_count=counted)).test_client()
    query = {"q": "why?", "domain": DOMAIN}

    @click.command()
    def staff_count() -> None:
        print_staff_count(counted, as_json=False)

    words = message(counted)
    assert CliRunner().invoke(staff_count).output == f"{words}\n"
    assert client.get("/api/v1/staff-count", query_string=query).get_json()["message"] == words
    assert client.get("/api/v1/answer", query_string=query).get_json()["staff_count"]["message"] == words
    assert f"<p>{words}</p>" in html.unescape(client.get("/search", query_string=query).get_data(as_text=True))


SEAT_QUESTIONS = (
    "we pay for 60 seats but only 48 people use it",
    "roughly 60 seats, 48 active",
    "Staff count exceeded. (3 > 2) but we pay for 5 seats",
    "bought 60 seats but my invoice says 65, 48 active",
    "12 agents, 10 seats",
    "10 seats, 9 agents, can we add 3 agents",
    "can we disable 4 agents, then remove 5 of our 20 seats? 18 are active",
)


def seat_sentences(seats: dict[str, Any]) -> list[str]:
    said = [*seats["questions"], seats["capacity"], seats["billing"]]
    return [*said, *([seats["what_if"]["sentence"]] if seats["what_if"] else [])]


@pytest.mark.parametrize("question", SEAT_QUESTIONS)
def test_the_page_says_of_seats_what_the_api_says(question: str) -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase()).test_client()
    seats = client.get("/api/v1/answer", query_string={"q": question}).get_json()["seats"]
    page = html.unescape(client.get("/search", query_string={"q": question}).get_data(as_text=True))

    assert all(f"<p>{sentence}</p>" in page for sentence in seat_sentences(seats))
    assert all(f"<li>{conflict}</li>" in page for conflict in seats["conflicts"])


def test_the_widget_says_of_seats_what_the_api_says(tmp_path: Path) -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase()).test_client()
    replies = [client.get("/api/v1/answer", query_string={"q": question}).get_json() for question in SEAT_QUESTIONS]

    assert read_in_widget(replies, "seats.sentences", tmp_path) == [seat_sentences(each["seats"]) for each in replies]


def test_the_widget_reads_the_words_of_the_api(tmp_path: Path) -> None:
    replies = [answer_of(counted) for counted in COUNTS.values()]

    assert read_in_widget(replies, "staffCount", tmp_path) == [message(counted) for counted in COUNTS.values()]
