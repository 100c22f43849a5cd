"""What is counted, for Prometheus: requests, what came of questions, and live look-ups.

Every label has few values, whoever asks for whatever: routes are templates, hosts and questions are never labels.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from kb_service.answers.results import Answer, Outcome
from kb_service.web.lookup_metrics import LookupMetrics

OTHER: Final = "other"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """Counts for one application; `lookups` is the observer of its live look-ups.

    With `folder` what it tells is of all processes that count in it.
    """

    def __init__(self, *, folder: str | None = None) -> None:
        self._folder = folder
        self._registry = CollectorRegistry()
        labels = ["route", "method", "status"]
        self._requests = Counter("kb_http_requests", "Requests answered.", labels, registry=self._registry)
        told = "Time to answer a request, live look-ups included."
        self._seconds = Histogram(
            "kb_http_request_duration_seconds", told, ["route"], buckets=SECONDS, registry=self._registry
        )
        told = "Questions by what came of them."
        outcomes = Counter("kb_search_outcomes", told, ["outcome"], registry=self._registry)
        self._outcomes = {outcome: outcomes.labels(outcome) for outcome in get_args(Outcome)}
        told = "Questions by whether the answer was still at hand, since somebody had asked the same."
        remembered = Counter("kb_answers_remembered", told, ["remembered"], registry=self._registry)
        self._remembered = {True: remembered.labels("yes"), False: remembered.labels("no")}
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}  # finding one by labels takes 2 µs
        self.lookups = LookupMetrics(self._registry)

    def request(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered; `route` is its template."""
        key = (route, method if method in METHODS else OTHER, status // 100)
        if key not in self._series:
            self._series[key] = self._requests.labels(*key[:2], f"{key[2]}xx"), self._seconds.labels(route)
        requests, times = self._series[key]
        requests.inc()
        times.observe(seconds)

    def question(self, answer: Answer) -> None:
        """Count a question by its answer."""
        self._outcomes[answer.outcome].inc()
        self._remembered[answer.remembered].inc()

    def text(self, facts: Collector) -> bytes:
        """Return everything in the text format, `facts` included."""
        counted = self._registry
        if self._folder:
            _forget_dead_processes(Path(self._folder))
            counted = CollectorRegistry()
            MultiProcessCollector(counted, path=self._folder)  # type: ignore[no-untyped-call]
        told = CollectorRegistry()
        told.register(facts)
        return generate_latest(counted) + generate_latest(told)


def _forget_dead_processes(folder: Path) -> None:
    """Drop what a worker that was killed had under way; what it had counted stays."""
    for file in folder.glob("gauge_live*_*.db"):
        process = int(file.stem.rpartition("_")[2])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            mark_process_dead(process, str(folder))  # type: ignore[no-untyped-call]
