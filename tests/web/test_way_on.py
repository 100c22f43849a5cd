"""The way to a person: after no answer, after "No", for whoever asks for one; with what was asked, read and counted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import Settings
from tests.record.builders import a_record
from tests.web.fakes import ARTICLE_ID, IDS, FixedKnowledgeBase

ASKED = "/search?q=uncovered+%26+odd&seats=60&active=48"
SEATS = "Paid seats: 60; Active staff: 48"


def client_of(folder: Path, contact: str, **settings: object) -> FlaskClient:
    """A help centre with a contact."""
    told = Settings(rate_limit=False, contact_url=contact, **settings)  # type: ignore[arg-type]
    return create_app(told, knowledge_base=FixedKnowledgeBase(), record=a_record(folder)).test_client()


def way_on(page: str, text: str = "Contact us") -> tuple[str, Mapping[str, list[str]]]:
    """The last link of a page's main part with a text: where it leads, and with what."""
    main = page[page.index("<main") : page.index("</main>")]
    address = urlsplit(unescape(re.findall(rf'<a[^>]* href="([^"]*)"[^>]*>{text}</a>', main)[-1]))
    return address._replace(query="").geturl(), parse_qs(address.query)


def test_without_an_answer_a_page_gets_the_question_and_the_numbers(tmp_path: Path) -> None:
    page = client_of(tmp_path, "https://a.example/new?from=kb#form").get(ASKED).text

    assert way_on(page) == (
        "https://a.example/new#form",
        {"from": ["kb"], "question": ["uncovered & odd"], "seats": [SEATS]},
    )


def test_a_mail_is_begun_with_all_of_it_below_the_place_to_write(tmp_path: Path) -> None:
    page = client_of(tmp_path, "mailto:help@a.example", base_url="https://kb.example").get("/search?q=perhaps&seats=60")

    address, given = way_on(page.text)
    assert address == "mailto:help@a.example"
    assert given["subject"] == ["perhaps"]
    assert given["body"] == [
        f"\r\n\r\nperhaps\r\n\r\nPaid seats: 60\r\n\r\nPages that I read:\r\nhttps://kb.example/articles/{ARTICLE_ID}"
    ]
    assert "+" not in page.text[page.text.index("mailto:help@a.example?") :].partition('"')[0]  # mail shows it as it is


def test_who_asks_for_a_person_gets_the_way_and_no_passage(tmp_path: Path) -> None:
    page = client_of(tmp_path, "/support").get("/search?q=a+human+please").text

    assert "<h1>Talk to a person</h1>" in page
    assert "No article answers this" not in page
    assert way_on(page) == ("/support", {"question": ["a human please"]})


def test_where_nobody_can_be_written_to_that_is_said(tmp_path: Path) -> None:
    page = client_of(tmp_path, "").get("/search?q=a+human+please").text

    assert "Nobody can be written to from here." in page
    assert "Contact us" not in page


@pytest.mark.parametrize(("helpful", "offers"), [("no", True), ("yes", False)])
def test_after_a_no_the_way_on_has_what_was_asked_and_read(helpful: str, offers: bool, tmp_path: Path) -> None:
    client = client_of(tmp_path, "/support")
    vote = {"helpful": helpful, "query_id": IDS.new(0), "passage_id": f"{ARTICLE_ID}#why", "question": "why?"}
    page = client.post("/feedback", data=vote).text

    assert ("Write to a person" in page) is offers
    if offers:
        given = {"question": ["why?"], "read": [f"/articles/{ARTICLE_ID}#why"]}
        assert way_on(page, "Write to a person") == ("/support", given)


def test_the_form_of_an_answer_keeps_the_question_for_that(tmp_path: Path) -> None:
    page = client_of(tmp_path, "/support").get("/search?q=why+%3Cb%3E").text

    assert '<input type="hidden" name="question" value="why &lt;b&gt;">' in page
    given = {"question": ["why <b>"], "read": [f"/articles/{ARTICLE_ID}"]}
    assert way_on(page, "Write to a person") == ("/support", given)
