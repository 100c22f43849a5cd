"""The processes of one server for Prometheus: each worker notes itself in the folder in which all of them count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from prometheus_client import ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector


class _Worker(NamedTuple):
    number: int
    process: int
    of: int  # how many there should be


def note_worker(folder: Path, number: int, process: int, *, of: int) -> None:
    """Note that this process is worker `number` of so many; raises OSError."""
    (folder / f"worker{number}.process").write_text(f"{process} {of}", encoding="ascii")


class WorkerProcesses(Collector):
    """Memory, processor time, start and open files of each worker, by its number; of this process where it is alone."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def collect(self) -> Iterator[Metric]:
        workers = list(self._workers())
        told = {worker: list(ProcessCollector(pid=partial(_number, worker.process), registry=None).collect())
                for worker in workers}  # fmt: skip
        running = [worker for worker, metrics in told.items() if metrics]
        if not running:
            yield from ProcessCollector(registry=None).collect()
        families: dict[str, GaugeMetricFamily | CounterMetricFamily] = {}
        for worker in running:
            for metric in told[worker]:
                kind = CounterMetricFamily if metric.type == "counter" else GaugeMetricFamily
                family = families.setdefault(metric.name, kind(metric.name, metric.documentation, labels=["worker"]))
                family.add_metric([str(worker.number)], metric.samples[0].value)
        yield from families.values()
        yield GaugeMetricFamily("kb_workers", "Processes that answer.", value=len(running) or 1)
        wanted = max((worker.of for worker in workers), default=1)
        yield GaugeMetricFamily("kb_workers_configured", "Processes that should answer (KB_WORKERS).", value=wanted)

    def _workers(self) -> Iterator[_Worker]:
        for file in sorted(self._folder.glob("worker*.process")) if self._folder else ():
            with suppress(OSError, ValueError):
                process, of = map(int, file.read_text(encoding="ascii").split())
                yield _Worker(int(file.stem.removeprefix("worker")), process, of)


def _number(process: int) -> int:
    return process
