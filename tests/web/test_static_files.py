"""The files beside the pages."""

from __future__ import annotations

import re
from pathlib import Path

from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import Settings
from kb_service.web.static_files import FOLDER, StaticFiles
from tests.web.fakes import FixedKnowledgeBase


def style_url(client: FlaskClient) -> str:
    found = re.search(r'<link rel="stylesheet" href="([^"]+)">', client.get("/").text)
    assert found
    return found[1]


def test_the_style_is_kept_for_ever_under_an_address_of_its_content(client: FlaskClient) -> None:
    response = client.get(style_url(client))

    assert (response.status_code, response.mimetype) == (200, "text/css")
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_an_older_page_gets_the_current_style_but_must_not_keep_it(client: FlaskClient) -> None:
    response = client.get("/static/0123456789ab/style.css")

    assert (response.status_code, response.headers["Cache-Control"]) == (200, "public, max-age=60")


def test_nothing_else_is_served(client: FlaskClient) -> None:
    for name in ("../app.py", "..%2fapp.py", "base.html", "%00", "style.css/"):
        assert client.get(f"/static/x/{name}").status_code == 404


def test_browsers_find_the_icon_by_themselves(client: FlaskClient) -> None:
    assert client.get("/favicon.ico").mimetype == "image/svg+xml"


def test_changed_content_is_another_address(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("a{}", "utf-8")
    before = StaticFiles.read(tmp_path).url("style.css")
    (tmp_path / "style.css").write_text("b{}", "utf-8")

    assert StaticFiles.read(tmp_path).url("style.css") != before


def test_the_style_is_small() -> None:
    assert (FOLDER / "style.css").stat().st_size <= 12_200  # 3.4 kB on the way


def test_fonts_come_from_where_the_operator_says_and_from_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "Inter.woff2").write_bytes(b"wOF2")
    file = tmp_path / "site.toml"
    file.write_text('fonts = ["Inter.woff2", "https://fonts.gstatic.com"]')
    named = create_app(Settings(rate_limit=False, site=file), knowledge_base=FixedKnowledgeBase()).test_client()
    plain = create_app(Settings(rate_limit=False), knowledge_base=FixedKnowledgeBase()).test_client()

    page = named.get("/")
    assert "font-src 'self' https://fonts.gstatic.com" in page.headers["Content-Security-Policy"]
    assert "font-src" not in plain.get("/").headers["Content-Security-Policy"]
    folder = page.text.partition("/style.css")[0].rpartition('"')[2]
    font = named.get(f"{folder}/Inter.woff2")
    assert (font.data, font.content_type) == (b"wOF2", "font/woff2")
