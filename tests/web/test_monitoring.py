"""/healthz and /readyz, and who may read /metrics."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import MetricsMode, Settings
from tests.web.fakes import FixedKnowledgeBase

TOKEN = "t" * 32
OLD_TOKEN = "o" * 32
FROM_HERE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}


def application(*, mode: MetricsMode = "loopback", tokens: tuple[str, ...] = ()) -> Flask:
    settings = Settings(rate_limit=False, metrics=mode, metrics_token=tokens)
    return create_app(settings, knowledge_base=FixedKnowledgeBase())


def status_of(app: Flask, **environ: str) -> int:
    return app.test_client().get("/metrics", environ_overrides=FROM_HERE | environ).status_code


def test_a_running_process_is_healthy_even_when_it_cannot_answer() -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase(is_ready=False)).test_client()

    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_ready_says_from_which_index(client: FlaskClient) -> None:
    response = client.get("/readyz")

    index = {"generation": "gen-7", "articles": 31, "passages": 214}
    assert response.status_code == 200
    assert response.get_json() == {"ready": True, "reason": "", "index": index}


def test_not_ready_says_why_and_when_to_come_back() -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase(is_ready=False)).test_client()

    response = client.get("/readyz")

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.get_json()["reason"] == "There is no index in …/index. Build it: kb index."


def test_health_is_never_stored_and_never_limited() -> None:
    client = create_app(Settings(), knowledge_base=FixedKnowledgeBase()).test_client()

    responses = [client.get("/readyz") for _ in range(200)]

    assert {(each.status_code, each.headers["Cache-Control"]) for each in responses} == {(200, "no-store")}


READERS = {
    "this machine": ({}, 200),
    "this machine by its name": ({"HTTP_HOST": "localhost:8000"}, 200),
    "this machine over IPv6": ({"REMOTE_ADDR": "::1", "HTTP_HOST": "[::1]:8000"}, 200),
    "this machine on a socket for both": ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, 200),
    "another machine": ({"REMOTE_ADDR": "192.0.2.1"}, 403),
    "another machine of the same network": ({"REMOTE_ADDR": "10.0.0.2"}, 403),
    "nobody knows who": ({"REMOTE_ADDR": ""}, 403),
    "a proxy here that says for whom": ({"HTTP_X_FORWARDED_FOR": "192.0.2.1"}, 403),
    "a proxy here that claims this machine": ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
    "a proxy that names the address only": ({"HTTP_X_REAL_IP": "192.0.2.1"}, 403),
    "a proxy by the standard": ({"HTTP_FORWARDED": "for=192.0.2.1"}, 403),
    "a proxy that only says it is one": ({"HTTP_VIA": "1.1 cache"}, 403),
    "a proxy that keeps the name asked for": ({"HTTP_HOST": "help.example.com"}, 403),
    "a proxy that speaks as nginx does by default": ({"SERVER_PROTOCOL": "HTTP/1.0"}, 403),
    "the same as Granian writes it": ({"SERVER_PROTOCOL": "HTTP/1"}, 403),
    "a page whose name was pointed here": ({"HTTP_HOST": "evil.example:8000"}, 403),
    "no sensible host": ({"HTTP_HOST": "[::1"}, 403),
}


@pytest.mark.slow
@pytest.mark.parametrize(("environ", "status"), READERS.values(), ids=READERS)
def test_by_default_only_this_machine_may_read(environ: dict[str, str], status: int) -> None:
    assert status_of(application(), **environ) == status


@pytest.mark.parametrize("environ", [{}, {"REMOTE_ADDR": "192.0.2.1"}], ids=["here", "elsewhere"])
def test_it_can_be_opened_or_closed_to_all(environ: dict[str, str]) -> None:
    assert status_of(application(mode="public"), **environ) == 200
    assert status_of(application(mode="off"), **environ) == 404


BEARERS = {
    "nothing": (None, 401),
    "the token": (f"Bearer {TOKEN}", 200),
    "the one before": (f"Bearer {OLD_TOKEN}", 200),
    "another": (f"Bearer {'x' * 32}", 401),
    "half of it": (f"Bearer {TOKEN[:16]}", 401),
    "another scheme": (f"Basic {TOKEN}", 401),
    "not ASCII": ("Bearer té", 401),
}


@pytest.mark.parametrize("mode", ["loopback", "public"])
@pytest.mark.parametrize(("shown", "status"), BEARERS.values(), ids=BEARERS)
def test_with_a_token_everybody_needs_it(mode: MetricsMode, shown: str | None, status: int) -> None:
    environ = {"REMOTE_ADDR": "192.0.2.1"} | ({"HTTP_AUTHORIZATION": shown} if shown else {})
    app = application(mode=mode, tokens=(TOKEN, OLD_TOKEN))

    assert status_of(app, **environ) == status
    assert status_of(app) == 401


def test_what_is_refused_says_how_to_open_it() -> None:
    response = application().test_client().get("/metrics", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})

    assert response.get_data(as_text=True).endswith("KB_METRICS and KB_METRICS_TOKEN open them.\n")
    assert response.headers["Cache-Control"] == "no-store"
