"""Builds in processes of their own, which can be killed at any moment."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.process import BaseProcess

from kb_service.index.opensearch.cluster import Cluster
from kb_service.index.opensearch.engine import OpenSearchEngine
from kb_service.index.opensearch.indexes import Deployment
from tests.cluster.asking import edition

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])  # imports once what each of them needs


def start_build(urls: Sequence[str], deployment: Deployment, number: int, lock_seconds: float) -> BaseProcess:
    """Begin to build an edition; return the process that does."""
    process = PROCESSES.Process(target=_build, args=(urls, deployment, number, lock_seconds), daemon=True)
    process.start()
    return process


def seconds_of_build(urls: Sequence[str], deployment: Deployment, number: int, lock_seconds: float) -> float:
    """Build an edition; return how long that takes."""
    started = time.monotonic()
    start_build(urls, deployment, number, lock_seconds).join()
    return time.monotonic() - started


def _build(urls: Sequence[str], deployment: Deployment, number: int, lock_seconds: float) -> None:
    engine = OpenSearchEngine(Cluster(urls), deployment=deployment, lock_seconds=lock_seconds)
    engine.replace_all(edition(number))
    engine.close()
