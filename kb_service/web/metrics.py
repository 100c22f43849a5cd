"""What is counted, for Prometheus: requests, what came of questions, and live look-ups.

Every label has few values, whoever asks for whatever: routes are templates, hosts and questions are never labels.
"""

from __future__ import annotations

import logging
import os
import platform
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from kb_service import __version__
from kb_service.answers.results import Answer, Outcome
from kb_service.contact.delivery import Status as DeliveryStatus
from kb_service.index.builds import Builds
from kb_service.index.builds import Outcome as BuildOutcome
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.recorder import Status
from kb_service.staff.addresses import AddressRefusal
from kb_service.staff.allowed_hosts import HostKind
from kb_service.staff.counter import StaffCountStatus
from kb_service.staff.observer import RefusalReason
from kb_service.web.worker_processes import WorkerProcesses

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"  # where the workers of one server count together; see `kb serve`
OTHER: Final = "other"
TOO_MANY: Final = "429"  # clients that ask too much are no sign of a fault
METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
LOOKUP_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0)  # the deadline is 4 s
NOT_OF_A_LOOKUP: Final = frozenset({"stale", "not_allowed", "invalid_domain", "disabled"})
# What engines tell of themselves, see index.port.Engine.measures; those of a cluster are of the process that is asked.
MEASURES: Final = {
    "index_built_timestamp_seconds": "When the generation served was built.",
    "index_lag_seconds": "For how long nobody could look for another generation in the cluster.",
    "cluster_health": "What the cluster says of itself: 2 green, 1 yellow, 0 red or unknown.",
    "cluster_nodes_failing": "Nodes of the cluster that failed when they were last asked.",
    "cluster_requests": "Requests that this process sent to nodes of the cluster.",
    "cluster_retries": "Requests of those that were sent to a further node, as one had failed.",
    "cluster_failures": "Questions to the cluster that no node answered.",
}
_log: Final = logging.getLogger(__name__)
REASONS: Final = (*get_args(AddressRefusal), "invalid_domain", "not_allowed", "own_machine")


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
        self._outcomes = Counter("kb_search_outcomes", told, ["outcome"], registry=self._registry)
        for outcome in get_args(Outcome):
            self._outcomes.labels(outcome)
        told = "Questions by whether the answer was still at hand, since somebody had asked the same."
        self._remembered = Counter("kb_answers_remembered", told, ["remembered"], registry=self._registry)
        for remembered in ("yes", "no"):
            self._remembered.labels(remembered)
        told = "Events of the record: written, dropped as nothing could be kept, or failed as no database takes them."
        self._recorded = Counter("kb_record_events", told, ["status"], registry=self._registry)
        for status in get_args(Status):
            self._recorded.labels(status)
        told = "Votes that were stored, by whether the answer had helped."
        self._votes = Counter("kb_votes", told, ["helpful"], registry=self._registry)
        for helpful in ("yes", "no"):
            self._votes.labels(helpful)
        told = "Messages of the contact form: delivered, or failed, of which their writers were told."
        self._messages = Counter("kb_contact_messages", told, ["status"], registry=self._registry)
        for delivered in get_args(DeliveryStatus):
            self._messages.labels(delivered)
        Counter("kb_worker_starts", "Processes that began to answer.", registry=self._registry).inc()
        self.lookups = LookupMetrics(self._registry)

    def request(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered; `route` is its template."""
        told = TOO_MANY if status == 429 else f"{status // 100}xx"
        self._requests.labels(route, method if method in METHODS else OTHER, told).inc()
        self._seconds.labels(route).observe(seconds)

    def question(self, answer: Answer) -> None:
        """Count a question by its answer."""
        self._outcomes.labels(answer.outcome).inc()
        self._remembered.labels("yes" if answer.remembered else "no").inc()

    def vote(self, helpful: bool) -> None:
        """Count a vote."""
        self._votes.labels("yes" if helpful else "no").inc()

    def recorded(self, status: Status, events: int) -> None:
        """Count what became of events of the record."""
        self._recorded.labels(status).inc(events)

    def message(self, status: DeliveryStatus) -> None:
        """Count what became of a message of the contact form."""
        self._messages.labels(status).inc()

    def text(self, facts: Collector) -> bytes:
        """Return everything in the text format, `facts` included."""
        told = CollectorRegistry()
        told.register(facts)
        told.register(WorkerProcesses(Path(self._folder) if self._folder else None))
        counted = self._of_all_processes() if self._folder else None
        return (counted or generate_latest(self._registry)) + generate_latest(told)

    def _of_all_processes(self) -> bytes | None:
        """Return what all count; None when the folder is gone, or not what was written."""
        folder = Path(self._folder or "")
        counted = CollectorRegistry()
        try:
            _forget_dead_processes(folder)
            MultiProcessCollector(counted, path=str(folder))  # type: ignore[no-untyped-call]
            text = generate_latest(counted)
        except (OSError, RuntimeError, ValueError, struct.error) as error:
            _log.warning("the counts of all workers cannot be read, only those of this one: %s", error)
            return None
        if not text:
            _log.warning("the folder in which workers count together is gone or empty: %s", folder)
        return text or None


class LookupMetrics:
    """A LookupObserver. Every series is there from the beginning: one that appears at 1 hides its first increase."""

    def __init__(self, registry: CollectorRegistry) -> None:
        told = "Live look-ups by how they ended; for those that were rate_limited there was no room."
        self._ended = Counter("kb_lookup", told, ["status"], registry=registry)
        told = "Time of a live look-up, both its questions included."
        self._seconds = Histogram(
            "kb_lookup_duration_seconds", told, ["host_kind"], buckets=LOOKUP_SECONDS, registry=registry
        )
        told = "Live look-ups under way now."
        self._in_flight = Gauge("kb_lookup_in_flight", told, multiprocess_mode="livesum", registry=registry)
        told = "Hosts and addresses that were not asked, by reason."
        self._refused = Counter("kb_ssrf_refused", told, ["reason"], registry=registry)
        self._in_flight.set(0)  # a dead process with the same number may have left something
        for status in sorted(set(get_args(StaffCountStatus)) - NOT_OF_A_LOOKUP):
            self._ended.labels(status)
        for reason in REASONS:
            self._refused.labels(reason)

    def started(self) -> None:
        self._in_flight.inc()

    def finished(self, host_kind: HostKind, status: StaffCountStatus, seconds: float) -> None:
        self._in_flight.dec()
        self._ended.labels(status).inc()
        self._seconds.labels(host_kind).observe(seconds)

    def turned_away(self) -> None:
        self._ended.labels("rate_limited").inc()

    def refused(self, reason: RefusalReason) -> None:
        self._refused.labels(reason).inc()


class ServedFacts(Collector):
    """What any process can tell about the index, the model and the program, and its engine of itself (MEASURES)."""

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        *,
        is_old: Callable[[], bool] = lambda: False,
        builds: Callable[[], Builds] = Builds,
    ) -> None:
        self._knowledge_base = knowledge_base
        self._is_old = is_old
        self._builds = builds

    def collect(self) -> Iterator[Metric]:
        status = self._knowledge_base.status()
        yield GaugeMetricFamily("kb_ready", "1 when questions can be answered.", value=float(status.ready))
        yield InfoMetricFamily("kb_model", "The model that compares meanings.", value={"model": status.model or "off"})
        program = {"version": __version__, "python": platform.python_version()}
        yield InfoMetricFamily("kb_build", "The program.", value=program)
        for name, value in self._knowledge_base.measures().items():
            yield GaugeMetricFamily(f"kb_{name}", MEASURES[name], value=value)
        yield from self._of_builds()
        if status.index is None:
            return
        told = "1 when another generation is served than the one that should be: see the log."
        yield GaugeMetricFamily("kb_index_fallback", told, value=float(bool(status.reason)))
        told = "1 when the articles have changed since."
        yield GaugeMetricFamily("kb_index_older_than_articles", told, value=float(self._is_old()))
        generation = status.index.generation
        yield GaugeMetricFamily("kb_index_articles", "Articles that answer.", value=status.index.articles)
        yield GaugeMetricFamily("kb_index_passages", "Passages that answer.", value=status.index.passages)
        yield InfoMetricFamily("kb_index_generation", "The generation served.", value={"generation": generation})
        if (number := generation.partition("-")[0]).isdigit():
            told = "Its number: each build counts one up."
            yield GaugeMetricFamily("kb_index_generation_number", told, value=float(number))

    def _of_builds(self) -> Iterator[Metric]:
        builds = self._builds()
        told = "Builds of the index: served, refused (too much gone, answer tests that fail), or failed."
        family = CounterMetricFamily("kb_index_builds", told, labels=["outcome"])
        for outcome in get_args(BuildOutcome):
            family.add_metric([outcome], builds.counts.get(outcome, 0))
        yield family
        yield GaugeMetricFamily("kb_index_build_seconds", "How long the last build took.", value=builds.seconds)


def _forget_dead_processes(folder: Path) -> None:
    """Drop what a worker that was killed had under way; what it had counted stays."""
    for file in folder.glob("gauge_live*_*.db"):
        process = file.stem.rpartition("_")[2]
        if not process.isdigit():
            continue  # the place of a worker, which the next one there takes over
        try:
            os.kill(int(process), 0)
        except ProcessLookupError:
            mark_process_dead(int(process), str(folder))  # type: ignore[no-untyped-call]
