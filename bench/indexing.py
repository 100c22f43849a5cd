"""From Markdown to a switched generation, by stage; then one changed article, and none."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.measuring import seconds
from kb_service.content.article_files import find_articles
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.indexing import build_index

_OPEN = """
import sys, time
from pathlib import Path
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.answers.results import Question
from kb_service.knowledge_base import KnowledgeBase
from kb_service.staff.disabled_counter import DisabledCounter
started = time.perf_counter()
base = KnowledgeBase(WhooshEngine(Path(sys.argv[1]), audiences=("public",)), staff_counter=DisabledCounter())
base.warm_up()
seconds = time.perf_counter() - started
memory = {line.split(":")[0]: line.split()[1] for line in open("/proc/self/smaps_rollup") if "kB" in line}
print(seconds, memory["Rss"], int(memory["Private_Clean"]) + int(memory["Private_Dirty"]))
"""


class Indexed(NamedTuple):
    """Seconds of the stages of a first build, of the next after one change, and of one with nothing to do.

    `command` is the change by `kb index`, from its start to its end as a process.
    `peak_megabytes` is that of the building process (its children hold one article each).
    """

    articles: int
    passages: int
    reading: float
    building: float
    total: float
    changed: float
    command: float
    unchanged: float
    peak_megabytes: float

    @property
    def per_second(self) -> float:
        return self.passages / self.total


class Opened(NamedTuple):
    """What a new process needs to open an index: seconds until the first answer, and its memory in megabytes."""

    seconds: float
    resident: float
    private: float


def index(articles: Path, folder: Path) -> Indexed:
    """Build the index of `articles` in a new `folder`, change one article, and build again."""
    engine = WhooshEngine(folder)
    read_at = [0.0]

    def watch(stage: str, done: int, total: int) -> None:
        if stage == "reading articles" and done == total:
            read_at[0] = time.perf_counter()

    started = time.perf_counter()
    report = build_index(articles, engine, progress=watch)
    ended = time.perf_counter()
    with _changed(articles):
        changed = build_index(articles, engine).seconds
        unchanged = build_index(articles, engine).seconds
    _, command = seconds(lambda: kb_index(articles, folder))  # the article is as it was: changed again
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status = report.status
    total, reading = ended - started, read_at[0] - started
    return Indexed(
        status.articles, status.passages, reading, total - reading, total, changed, command, unchanged, peak / 1024
    )


def kb_index(articles: Path, folder: Path, *options: str) -> None:
    """Run `kb index` in a process of its own, by words alone."""
    environ = {**os.environ, "KB_ARTICLES": str(articles), "KB_INDEX": str(folder), "KB_MODEL": "off"}
    command = [sys.executable, "-m", "kb_service", "index", *options]
    subprocess.run(command, env=environ, capture_output=True, check=True)


@contextmanager
def _changed(articles: Path) -> Iterator[None]:
    files = find_articles(articles).files
    path = files[len(files) // 2].file
    before, found = path.read_bytes(), path.stat()
    path.write_bytes(before + b"\nOne more sentence.\n")
    try:
        yield
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def open_in_new_process(folder: Path) -> Opened:
    """Open the index in a process of its own, as a worker does, and answer one question."""
    done = subprocess.run([sys.executable, "-c", _OPEN, str(folder)], capture_output=True, text=True, check=True)
    opening, resident, private = map(float, done.stdout.split())
    return Opened(opening, resident / 1024, private / 1024)
