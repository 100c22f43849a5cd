"""What the widget asks for before anything is typed: what fits the page, what is often asked, topics, people."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.errors import UnknownArticle
from kb_service.settings import Settings
from tests.web.fakes import ARTICLE_ID, FixedKnowledgeBase

SITE = f"""
[widget]
title = "Hello!"
greeting = "Questions?"
[[widget.pages]]
match = "/billing/*"
articles = ["{ARTICLE_ID}", "gone"]
questions = ["When is my card charged?"]
[[widget.pages]]
match = "*"
questions = ["Anything else?"]
"""


class KnowingOne(FixedKnowledgeBase):
    def article(self, article_id: str, **more: object):  # type: ignore[no-untyped-def, override]
        if article_id != ARTICLE_ID:
            raise UnknownArticle(article_id)
        return super().article(article_id)


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    file = tmp_path / "site.toml"
    file.write_text(SITE)
    settings = Settings(rate_limit=False, site=file, base_url="https://example.com/help", contact_url="/support")
    return create_app(settings, knowledge_base=KnowingOne()).test_client()


def test_a_page_gets_what_the_operator_offers_there_and_nothing_that_is_gone(client: FlaskClient) -> None:
    begun = client.get("/api/v1/widget?page=https://shop.example/billing/cards").get_json()

    assert begun["title"] == "Hello!"
    assert [(each["kind"], each["text"], each["url"]) for each in begun["suggested"]] == [
        ("question", "When is my card charged?", ""),
        ("title", "Why are we billed for more seats?", f"/help/articles/{ARTICLE_ID}"),
    ]
    assert begun["questions"][0]["text"] == "Do empty seats cost money?"
    assert begun["topics"][0]["name"] == "seats"
    assert (begun["messages"], begun["contact_url"]) == (False, "/support")


def test_other_pages_get_what_is_for_them(client: FlaskClient) -> None:
    elsewhere = client.get("/api/v1/widget?page=https://shop.example/").get_json()

    assert [each["text"] for each in elsewhere["suggested"]] == ["Anything else?"]
    assert client.get("/api/v1/widget").get_json()["suggested"] == []
    assert client.get(f"/api/v1/widget?page={'x' * 501}").status_code == 422


def test_the_greeting_stands_in_the_entry_and_cannot_leave_its_text(tmp_path: Path, client: FlaskClient) -> None:
    assert '"Questions?"' in client.get("/widget/v1/kb-widget.js").text

    file = tmp_path / "site.toml"
    file.write_text("[widget]\ngreeting = '\"; alert(1) //'")
    hostile = create_app(Settings(rate_limit=False, site=file), knowledge_base=KnowingOne()).test_client()

    text = hostile.get("/widget/v1/kb-widget.js").text
    assert """='"; alert(1) //'""" in text or '="\\"; alert(1) //"' in text


def test_an_article_of_the_site_that_is_not_there_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "site.toml"
    file.write_text(SITE)
    with caplog.at_level(logging.WARNING):
        create_app(Settings(rate_limit=False, site=file), knowledge_base=KnowingOne())

    assert "widget.pages, match /billing/*: there is no article 'gone' for visitors" in caplog.text
