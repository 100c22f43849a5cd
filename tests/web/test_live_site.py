"""`kb serve --reload`: the operator's file is shown as it is, and a mistake in it changes nothing."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

import pytest
from werkzeug.test import Client

from kb_service.app import create_app
from kb_service.settings import Settings
from kb_service.web.live_site import LOOK_SECONDS, LiveSite
from kb_service.web.metrics import Metrics
from tests.web.fakes import FixedKnowledgeBase


class Clock:
    now = 0.0

    def __call__(self) -> float:
        self.now += LOOK_SECONDS
        return self.now


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "own.css").write_text("body { color: red }")
    file = tmp_path / "site.toml"
    file.write_text('name = "Acme"\nstyle = "own.css"\n')
    return file


@pytest.fixture
def client(file: Path) -> Client:
    settings = Settings(rate_limit=False, site=file)
    metrics = Metrics()
    make = partial(create_app, settings, knowledge_base=FixedKnowledgeBase(), metrics=metrics)
    return Client(LiveSite(make, file, clock=Clock()))


def style_of(page: str) -> str:
    return page.partition("site-style.css")[0].rpartition("/static/")[2]


def test_an_edit_is_shown_by_the_next_request(client: Client, file: Path) -> None:
    assert "<title>Acme</title>" in client.get("/").text

    file.write_text('name = "Better"\naccent = "#b3261e"\n')

    assert "<title>Better</title>" in client.get("/").text
    metrics = client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).text
    assert 'kb_http_requests_total{method="GET",route="/",status="2xx"} 2.0' in metrics, "counting goes on"


def test_an_edited_style_sheet_has_another_address(client: Client, file: Path) -> None:
    before = client.get("/")

    (file.parent / "own.css").write_text("body { color: green }")

    after = client.get("/", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert style_of(after.text) != style_of(before.text)
    assert "green" in client.get(f"/static/{style_of(after.text)}site-style.css").text


def test_a_mistake_is_told_with_its_line_and_the_last_good_one_stays(
    client: Client, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text('name = "Better"\n\naccent = "red"\n')
    with caplog.at_level(logging.INFO):
        assert "<title>Acme</title>" in client.get("/").text
        assert f'{file}:3: accent = "red": use a colour such as #b3261e' in caplog.text
        caplog.clear()
        client.get("/")
        assert caplog.text == "", "it is told once"
        file.write_text('name = "Better\n')
        client.get("/")
        assert "at line 1" in caplog.text
    file.write_text('name = "Better"\n')

    assert "<title>Better</title>" in client.get("/").text
