"""The terminal, the API, the pages and the widget say the same of seats and of a helpdesk, in every language."""

from __future__ import annotations

import html
import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from rich.console import Console

import kb_service.web
from kb_service.app import create_app
from kb_service.commands.ask import print_seats
from kb_service.commands.staff_count import print_staff_count
from kb_service.seats.sentences import SeatState
from kb_service.settings import Settings
from kb_service.staff.counter import StaffCount, StaffCountStatus
from kb_service.staff.messages import message
from kb_service.web.widget_words import seat_words_module, words_module
from kb_service.wording.catalogue import words_in
from kb_service.wording.languages import LANGUAGES, Language
from tests.lacking import lacks
from tests.web.fakes import FixedKnowledgeBase

DOMAIN = "acme.kayako.com"
URL = f"https://{DOMAIN}/Base/staff/getcount"
WIDGET = Path(kb_service.web.__file__).parent / "static/widget"
IN_WIDGET = """
import { readFileSync } from "node:fs";
import { readCard } from "./replies.js";
const { lang, replies } = JSON.parse(readFileSync(0, "utf8"));
const words = {};
for (const name of ["words", "seat-words"]) Object.assign(words, (await import(`./${name}-${lang}.js`)).words);
console.log(JSON.stringify({ words, cards: replies.map(readCard) }));
"""


def in_widget(lang: Language, replies: list[dict[str, Any]], folder: Path) -> Any:
    """The words of the widget, and what it takes for its seat card from replies of the API."""
    node = shutil.which("node") or lacks("Node, which runs the widget here, is not installed: apt-get install nodejs")
    shutil.copytree(WIDGET, folder, dirs_exist_ok=True)
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (folder / f"words-{lang}.js").write_text(words_module(lang), encoding="utf-8")
    (folder / f"seat-words-{lang}.js").write_text(seat_words_module(lang), encoding="utf-8")
    (folder / "read.js").write_text(IN_WIDGET, encoding="utf-8")
    ran = subprocess.run(
        [node, "read.js"],
        input=json.dumps({"lang": lang, "replies": replies}),
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ran.stdout)


def a_count(status: StaffCountStatus) -> StaffCount:
    """What a helpdesk, or the service in its place, gives with this status."""
    is_refused = status in ("invalid_domain", "disabled", "not_allowed")
    return StaffCount(
        status,
        "" if status == "invalid_domain" else DOMAIN,
        count=48 if status in ("ok", "stale", "locked") else None,
        purchased=40 if status == "locked" else None,
        observed_at=datetime(2026, 11, 25, 14, 2, tzinfo=UTC),
        age_seconds=7300 if status == "stale" else 0,
        url="" if is_refused else URL,
    )


COUNTS = {status: a_count(status) for status in get_args(StaffCountStatus)}
QUESTIONS = (
    "we pay for 60 seats but only 48 people use it",
    "roughly 60 seats, 48 active",
    "Staff count exceeded. (3 > 2) but we pay for 5 seats",
    "bought 60 seats but my invoice says 65, 48 active",
    "we have 60 seats, but the invoice is for 62",
    "12 agents, 10 seats",
    "10 seats, 9 agents, can we add 3 agents",
    "can we disable 4 agents, then remove 5 of our 20 seats? 18 are active",
)
ASKED: Mapping[str, tuple[StaffCount | None, dict[str, str]]] = {
    **{status: (counted, {"q": "we pay for 60 seats", "domain": DOMAIN}) for status, counted in COUNTS.items()},
    **{f"{status} alone": (counted, {"q": "why?", "domain": DOMAIN}) for status, counted in COUNTS.items()},
    **{question: (None, {"q": question}) for question in QUESTIONS},
    "corrected": (None, {"q": QUESTIONS[0], "seats": "55", "active": "50"}),
    "corrected against the count": (COUNTS["ok"], {"q": "why?", "domain": DOMAIN, "seats": "55", "active": "50"}),
}


@cache
def client_of(counted: StaffCount | None) -> FlaskClient:
    app = create_app(Settings(rate_limit=False), knowledge_base=FixedKnowledgeBase(staff_count=counted))
    return app.test_client(use_cookies=False)  # or a language that is chosen stays


def said(reply: dict[str, Any]) -> tuple[list[str], list[str], list[str], str, str]:
    """Where the numbers come from, the sentences, the conflicts, what came of asking the helpdesk, and its address."""
    seats, counted = reply["seats"] or {}, reply["staff_count"] or {"note": "", "url": "", "status": ""}
    if counted["status"] == "pending":
        origin = (seats.get("purchased_number") or {}).get("origin", "")
        return [origin, ""], [], [], counted["note"], ""
    numbers = [seats.get(name) for name in ("purchased_number", "active_number")]
    what_if = (seats.get("what_if") or {}).get("sentence")
    sentences = [*seats.get("questions", ()), seats.get("capacity"), seats.get("billing"), what_if]
    return (
        [number["origin"] if number else "" for number in numbers],
        [sentence for sentence in sentences if sentence],
        seats.get("conflicts", []),
        counted["note"],
        counted["url"] if counted["note"] else "",
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("counted", "asked"), ASKED.values(), ids=ASKED)
def test_the_page_and_the_terminal_say_what_the_api_says(
    counted: StaffCount | None, asked: dict[str, str], lang: Language
) -> None:
    client, query, words = client_of(counted), {**asked, "lang": lang}, words_in(lang)
    reply = client.get("/api/v1/answer", query_string=query).get_json()
    page = html.unescape(client.get("/search", query_string=query).get_data(as_text=True))
    card = page[page.index('id="kb:seats-card"') :]
    out = StringIO()
    knowledge_base = FixedKnowledgeBase(staff_count=counted)
    print_seats(Console(file=out, width=10_000), knowledge_base.asked_with(**asked, lang=lang), lang)
    origins, sentences, conflicts, note, url = said(reply)

    assert client.get("/api/v1/seats", query_string=query).get_json() == {
        "staff_count": reply["staff_count"],
        "seats": reply["seats"],
    }
    assert all(f'<span class="origin">{origin}</span>' in card for origin in origins if origin)
    assert [f"<p>{sentence}</p>" in card for sentence in sentences] == [True] * len(sentences)
    assert [f"<li>{conflict}</li>" in card for conflict in conflicts] == [True] * len(conflicts)
    assert (f'<p class="note">{note}</p>' in card) is bool(note)
    assert (f'href="{url}"' in card) is bool(url)
    if reply["staff_count"] is None or reply["staff_count"]["status"] != "pending":  # nobody waits less in a terminal
        terminal = out.getvalue()
        assert all(f"({origin})" in terminal for origin in origins if origin)
        assert all(sentence in terminal for sentence in (*sentences, *conflicts, note, url))
        headline = words.say(f"card.{reply['seats']['state'] if reply['seats'] else 'unknown'}")
        assert f'<h2 id="kb:seats-title">{headline}</h2>' in card
        assert headline in terminal.splitlines() or not reply["seats"]
    assert [words.say(f"card.{name}") in card for name in ("paid", "active", "correct", "use")] == [True] * 4
    assert f'<html lang="{lang}"' in page


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_widget_says_what_the_api_says(lang: Language, tmp_path: Path) -> None:
    replies = [
        client_of(counted).get("/api/v1/answer", query_string={**query, "lang": lang}).get_json()
        for counted, query in ASKED.values()
    ]
    found, words = in_widget(lang, replies, tmp_path), words_in(lang)

    for reply, card in zip(replies, found["cards"], strict=True):
        assert (
            [figure["origin"] for figure in card["figures"]],
            card["sentences"],
            card["conflicts"],
            card["note"],
            card["url"],
        ) == said(reply)
    shared = (*get_args(SeatState), "paid", "active", "correct", "use", "keep", "look")
    assert {name: found["words"][name] for name in shared} == {name: words.sentences[f"card.{name}"] for name in shared}


@pytest.mark.parametrize("counted", COUNTS.values(), ids=COUNTS)
def test_the_bare_count_has_the_words_of_the_api(counted: StaffCount) -> None:
    @click.command()
    def staff_count() -> None:
        print_staff_count(counted, as_json=False)

    words = message(counted)
    where = f"See the count at {URL}\n" if counted.count is None and counted.url else ""
    assert CliRunner().invoke(staff_count).output == f"{words}\n{where}"
    body = client_of(counted).get("/api/v1/staff-count", query_string={"domain": DOMAIN}).get_json()
    assert (body["message"], body["url"]) == (words, counted.url)


@pytest.mark.parametrize("status", ["ok", "stale"])
def test_the_live_count_is_stated_once(status: StaffCountStatus) -> None:
    query = {"q": "why?", "domain": DOMAIN}
    page = client_of(COUNTS[status]).get("/search", query_string=query).get_data(as_text=True)

    assert page.count("counted") == 1
    assert f"{DOMAIN} has" not in page
    assert f"{DOMAIN} had" not in page
