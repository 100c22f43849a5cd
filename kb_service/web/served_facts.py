"""What any process can tell Prometheus about the index, the model and the program, read when it is asked for."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from kb_service import __version__
from kb_service.knowledge_base import KnowledgeBase


class ServedFacts(Collector):
    """The facts of a knowledge base whose generations are folders below `index`."""

    def __init__(self, knowledge_base: KnowledgeBase, *, index: Path) -> None:
        self._knowledge_base = knowledge_base
        self._index = index

    def collect(self) -> Iterator[Metric]:
        status = self._knowledge_base.status()
        yield GaugeMetricFamily("kb_ready", "1 when questions can be answered.", value=float(status.ready))
        yield InfoMetricFamily("kb_model", "The model that compares meanings.", value={"model": status.model or "off"})
        program = {"version": __version__, "python": platform.python_version()}
        yield InfoMetricFamily("kb_build", "The program.", value=program)
        if status.index is None:
            return
        generation = status.index.generation
        yield GaugeMetricFamily("kb_index_articles", "Articles that answer.", value=status.index.articles)
        yield GaugeMetricFamily("kb_index_passages", "Passages that answer.", value=status.index.passages)
        yield InfoMetricFamily("kb_index_generation", "The generation served.", value={"generation": generation})
        with suppress(OSError):  # an index that is not kept in a folder
            built_at = (self._index / generation).stat().st_mtime
            yield GaugeMetricFamily("kb_index_built_timestamp_seconds", "When it was built.", value=built_at)
