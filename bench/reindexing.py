"""Answers under load while the index is built again and again: nobody may notice."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from bench.corpus import Corpus
from bench.measured import Reindexed
from bench.serving import answer_paths, serving, wrk

SECONDS: Final = 20
_BUILD: Final = """
import sys
from pathlib import Path
from kb_service.engines.whoosh.engine import WhooshEngine
from kb_service.indexing import build_index
build_index(Path(sys.argv[1]), WhooshEngine(Path(sys.argv[2])), full=True)
"""


def reindex_under_load(corpus: Corpus, articles: Path, index: Path, work: Path, *, seconds: int = SECONDS) -> Reindexed:
    """Return the load on answers without and with builds in another process."""
    paths = answer_paths(corpus.questions(500))
    over = threading.Event()
    builds = [0]

    def build() -> None:
        while not over.is_set():
            subprocess.run([sys.executable, "-c", _BUILD, str(articles), str(index)], check=True)
            builds[0] += 1

    with serving(index) as port:
        quiet = wrk(port, paths, work, seconds=seconds, checked=True)
        builder = threading.Thread(target=build)
        builder.start()
        busy = wrk(port, paths, work, seconds=seconds, checked=True)
        over.set()
        builder.join()
    return Reindexed(quiet, busy, builds[0])
