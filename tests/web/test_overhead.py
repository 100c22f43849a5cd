"""What HTTP costs around an answer: as a ratio to a Flask route that does nothing, in one process and moment."""

from __future__ import annotations

import statistics
import time
from typing import Any

import pytest
from flask import Flask, Response, jsonify
from werkzeug.test import create_environ

from kb_service.app import create_app
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import Settings
from tests.billing_articles import filled_with_billing
from tests.fakes import FixedStaffCounter
from tests.index.memory_engine import MemoryEngine

QUESTION = "/api/v1/answer?q=when+is+my+invoice+sent"
REPEATS = 15
REQUESTS = 100
MOST_TIMES_BARE = 8  # 4.8 measured, of a route that takes a tenth of a millisecond


def bare() -> Flask:
    app = Flask("bare")

    @app.get("/bare")
    def answer() -> Response:
        return jsonify(answer="yes")

    return app


def cpu_seconds(app: Flask, path: str) -> float:
    """What requests cost this thread, without a network and without a client."""
    environ, statuses = create_environ(path), set()

    def start_response(status: str, headers: Any, exc_info: Any = None) -> Any:
        statuses.add(status)

    started = time.thread_time()
    for _ in range(REQUESTS):
        list(app({**environ}, start_response))
    taken = time.thread_time() - started
    assert statuses == {"200 OK"}
    return taken


@pytest.mark.slow
def test_an_answer_that_was_asked_before_costs_little_more_than_a_bare_route() -> None:
    knowledge_base = KnowledgeBase(filled_with_billing(MemoryEngine()), staff_counter=FixedStaffCounter())
    ours, other = create_app(Settings(rate_limit=False), knowledge_base=knowledge_base), bare()

    ratios = [cpu_seconds(ours, QUESTION) / cpu_seconds(other, "/bare") for _ in range(REPEATS)]

    assert statistics.median(ratios) < MOST_TIMES_BARE
