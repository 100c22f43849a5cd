"""Three companies: each has its own name, colours and words, and nothing of the default is left in any byte sent."""

from __future__ import annotations

import gzip
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb_service.answers.results import Topic
from kb_service.app import create_app
from kb_service.content.article import Audience
from kb_service.settings import Settings
from kb_service.site import read_site
from kb_service.web.palette import palette
from kb_service.web.widget_words import SEATS
from kb_service.wording.languages import LANGUAGES
from kb_service.wording.messages import translated
from tests.record.builders import a_record
from tests.web.fakes import ARTICLE_ID, FixedKnowledgeBase

PARCELS = """
name = "Parcel Help"
title = "Where is it?"
placeholder = "Ask about a parcel"
description = "Answers about parcels."
note = "Parcel Ltd."
accent = "#b3261e"
logo = "logo.svg"
logo_dark = "logo-dark.svg"
favicon = "favicon.png"
social_image = "social.png"
style = "own.css"
[contact]
url = "https://parcel.example/contact"
[[links]]
label = "Privacy"
url = "https://parcel.example/privacy"
"""
GARDENS = (
    'name = "Gardens & More"\ntitle = "Ask the gardener"\naccent = "#ffd400"\n[contact]\nmail = "ask@gardens.example"\n'
)
ARABIC = (
    'name = "مركز المساعدة"\ntitle = "كيف نساعدك؟"\nplaceholder = "اطرح سؤالك"\nnote = "شركة"\naccent = "#00796b"\n'
)
BRANDS = {"parcels": PARCELS, "gardens": GARDENS, "arabic": ARABIC}
PAGES = (
    *("/", "/?topic=seats", "/search?q=uncovered", "/search?q=", f"/articles/{ARTICLE_ID}", "/nope", "/api/docs"),
    *("/widget/demo", "/console/sign-in", "/opensearch.xml", "/sitemap.xml", "/robots.txt", "/favicon.ico"),
    *(
        "/widget/v1/kb-widget.js",
        "/widget/v1/x/conversation.js",
        "/widget/v1/x/further.js",
        *(f"/widget/v1/x/words-{language}.js" for language in LANGUAGES),
        "/static/x/style.css",
        "/static/x/icon.svg",
    ),
)
OF_SEATS = [*(translated(each, text) for each in LANGUAGES for text in SEATS.values()), "Compare with your own seats"]
DEFAULTS = re.compile(
    "|".join(map(re.escape, ["Help centre", "Hilfebereich", "#3452d1", "#9db1ff", "#e4eaff", "#2c3763", *OF_SEATS]))
    + "|How can we help",
    re.I,
)


class WithoutSeats(FixedKnowledgeBase):
    def compares_seats(self, *, audience: Audience = "public") -> bool:
        return False

    def topics(self, *, audience: Audience = "public", languages: Sequence[str] = ()) -> tuple[Topic, ...]:
        return (Topic("seats", 1, "Chairs", "All about chairs."),)


def site_file(folder: Path, name: str) -> Path:
    for each in ("logo.svg", "logo-dark.svg"):
        (folder / each).write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    for each in ("favicon.png", "social.png"):
        (folder / each).write_bytes(b"\x89PNG picture")
    (folder / "own.css").write_text("h1 { font-family: Georgia }")
    file = folder / "site.toml"
    file.write_text(BRANDS[name], encoding="utf-8")
    return file


def branded(folder: Path, name: str, **settings: Any) -> Flask:
    chosen = Settings(rate_limit=False, base_url="https://help.brand.example", site=site_file(folder, name), **settings)
    return create_app(chosen, knowledge_base=WithoutSeats(), record=a_record(folder))


@pytest.fixture(scope="module", params=BRANDS)
def brand(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return branded(tmp_path_factory.mktemp("brand"), request.param).test_client()


def test_nothing_of_the_default_is_left(brand: FlaskClient) -> None:
    for path in PAGES:
        response = brand.get(path, base_url="https://help.brand.example")
        body = gzip.decompress(response.data) if response.content_encoding == "gzip" else response.data
        text = body.decode(errors="replace")
        assert (path, DEFAULTS.findall(text)) == (path, [])


@pytest.mark.slow
def test_a_page_shows_what_the_site_file_says(tmp_path: Path) -> None:
    client = branded(tmp_path, "parcels").test_client()
    page = client.get("/").text

    assert "<title>Parcel Help</title>" in page
    assert "<h1>Where is it?</h1>" in page
    assert 'placeholder="Ask about a parcel"' in page
    assert re.search(r'<img class="logo" src="/static/\w+/site-logo.svg" alt="Parcel Help">', page)
    assert re.search(r'media="\(prefers-color-scheme: dark\)" srcset="/static/\w+/site-logo-dark.svg"', page)
    assert '<meta name="description" content="Answers about parcels.">' in page
    assert re.search(r'"og:image" content="https://help.brand.example/static/\w+/site-social-image.png"', page)
    assert '<a href="https://parcel.example/privacy">Privacy</a>' in page
    assert '<a href="https://parcel.example/contact">Contact us</a>' in page
    assert "<p>Parcel Ltd.</p>" in page
    assert "Chairs" in page
    assert "All about chairs." in client.get("/?topic=seats").text


@pytest.mark.parametrize(
    ("name", "content_type"), [("site-logo.svg", "image/svg+xml"), ("site-style.css", "text/css; charset=utf-8")]
)
def test_files_of_the_site_are_kept_for_ever_and_run_nothing(name: str, content_type: str, tmp_path: Path) -> None:
    client = branded(tmp_path, "parcels").test_client()
    url = re.findall(rf'"(/static/\w+/{re.escape(name)})"', client.get("/").text)[0]
    response = client.get(url)

    assert (response.status_code, response.content_type) == (200, content_type)
    assert "immutable" in response.headers["Cache-Control"]
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_the_icon_that_browsers_ask_for_is_that_of_the_site(tmp_path: Path) -> None:
    response = branded(tmp_path, "parcels").test_client().get("/favicon.ico")

    assert (response.content_type, response.data) == ("image/png", b"\x89PNG picture")


def test_an_address_in_the_settings_comes_before_that_of_the_file(tmp_path: Path) -> None:
    app = branded(tmp_path, "parcels", contact_url="https://other.example/", site_name="Boxes")
    page = app.test_client().get("/").text

    assert '<a href="https://other.example/">Contact us</a>' in page
    assert "<title>Boxes</title>" in page


def test_a_mail_address_gets_the_question(tmp_path: Path) -> None:
    page = branded(tmp_path, "gardens").test_client().get("/search?q=uncovered").text

    assert 'href="mailto:ask@gardens.example?subject=uncovered&amp;body=%0D%0A%0D%0Auncovered"' in page


def test_another_site_file_is_another_validator(tmp_path: Path) -> None:
    first = branded(tmp_path, "parcels").test_client().get("/").headers["ETag"]

    assert branded(tmp_path, "gardens").test_client().get("/").headers["ETag"] != first


def test_the_widget_has_the_colours_of_the_site(tmp_path: Path) -> None:
    script = branded(tmp_path, "gardens").test_client().get("/widget/v1/kb-widget.js").text
    colours = palette(read_site(tmp_path / "site.toml").accent)

    assert f"light-dark({colours.light.fill}, {colours.dark.fill})" in script.replace(",#", ", #")
    assert f"light-dark({colours.light.on_fill}, {colours.dark.on_fill})" in script.replace(",#", ", #")
