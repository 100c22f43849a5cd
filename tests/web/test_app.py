"""How the application is put together in a process of its own."""

from __future__ import annotations

import json
import logging
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import create_environ

from kb_service.app import configure_logging, create_app
from kb_service.errors import BadSetting
from kb_service.settings import Settings
from tests.web.fakes import FixedKnowledgeBase


@pytest.fixture
def _own_log() -> Iterator[None]:
    logger = logging.getLogger("kb_service")
    before = (logger.handlers, logger.level, logger.propagate)
    yield
    logger.handlers, logger.level, logger.propagate = before


@pytest.mark.usefixtures("_own_log")
def test_without_settings_those_of_the_process_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "kb.toml").write_text('contact_url = "/from-the-file"\n', "utf-8")
    monkeypatch.setenv("KB_RATE_LIMIT", "off")

    client = create_app(knowledge_base=FixedKnowledgeBase()).test_client()

    assert client.get("/api/v1/answer?q=uncovered").get_json()["contact_url"] == "/from-the-file"


def test_a_wrong_setting_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KB_PORTS", "1")

    with pytest.raises(BadSetting, match="did you mean KB_PORT"):
        create_app(knowledge_base=FixedKnowledgeBase())


@pytest.mark.usefixtures("_own_log")
def test_each_request_is_one_json_line_without_what_was_asked(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="debug", form="json")
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase()).test_client()

    client.get("/api/v1/answer?q=secret", headers={"X-Request-Id": "r-1"})

    line = json.loads(capsys.readouterr().err)
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/v1/answer", 200)
    assert (line["request_id"], line["level"], line["logger"]) == ("r-1", "debug", "kb_service.web.every_request")
    assert line["took_ms"] > 0
    assert line["timestamp"].endswith("Z")
    assert "secret" not in str(line)


@pytest.mark.usefixtures("_own_log")
def test_a_path_cannot_forge_a_second_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="debug", form="text")
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase()).test_client()

    client.get("/nope%0a2026-11-25 forged%1b[31m")

    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.usefixtures("_own_log")
def test_requests_are_not_logged_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="info", form="text")
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase()).test_client()

    client.get("/api/v1/answer?q=a")

    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("_own_log")
def test_a_wsgi_server_finds_the_application(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KB_MODEL", "off")

    app = runpy.run_path(str(Path(__file__).parents[2] / "wsgi.py"))["app"]

    assert app.test_client().get("/healthz").status_code == 200


@pytest.mark.parametrize("host", ["kb_service:8000", "[::1]", "help.example.com.", "xn--a.example", "kb/example"])
@pytest.mark.parametrize("path", ["/api/v1/articles", "/widget/demo"])
def test_whatever_name_the_service_is_reached_by_it_answers(host: str, path: str, app: Flask) -> None:
    assert status_for(host, path, app) == "200 OK"


@pytest.mark.parametrize("host", [f"{'a' * 64}.example", "a..example"])
def test_what_cannot_be_a_name_is_refused(host: str, app: Flask) -> None:
    assert status_for(host, "/api/v1/articles", app) == "400 BAD REQUEST"


def status_for(host: str, path: str, app: Flask) -> str:
    """Asked as a server asks: a test client reads some names itself."""
    told: list[str] = []
    list(app({**create_environ(path), "HTTP_HOST": host}, lambda status, headers, exc_info=None: told.append(status)))
    return told[0]
