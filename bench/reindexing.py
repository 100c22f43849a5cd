"""Answers under load while `kb index --full` builds anew three times: nobody may notice."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from bench.corpus import Corpus
from bench.indexing import kb_index
from bench.measured import Reindexed
from bench.serving import MOST_ASKED, answer_paths, serving, wrk

SECONDS: Final = 60
BUILDS: Final = 3


def reindex_under_load(corpus: Corpus, articles: Path, index: Path, work: Path, *, seconds: int = SECONDS) -> Reindexed:
    """Return the load on answers, each asked for the first time, without builds and with them."""
    paths = answer_paths(corpus.questions(MOST_ASKED))
    with serving(index) as port, ThreadPoolExecutor(1) as threads:
        quiet = wrk(port, paths, work, seconds=seconds, checked=True)
        building = threads.submit(_build, articles, index, over_seconds=seconds)
        busy = wrk(port, paths, work, seconds=seconds, checked=True)
    return Reindexed(quiet, busy, building.result())


def _build(articles: Path, index: Path, *, over_seconds: int) -> int:
    """Begin a build in each third of the time; return how many ended within it."""
    begun = time.monotonic()
    for number in range(BUILDS):
        time.sleep(max(0.0, begun + number * over_seconds / BUILDS - time.monotonic()))
        kb_index(articles, index, "--full")
        if time.monotonic() > begun + over_seconds:
            return number
    return BUILDS
