"""A large index is built in shards: runs of articles, each analysed and written by a process of its own.

A shard is bounded, so memory is too: every process holds the words of one shard, whatever the size of the corpus.
Run as `python -m kb_service.engines.whoosh.shards FOLDER NAME FIRST LAST`; done passages are counted on stdout, and the
end of stdin ends the process: it does not outlive the build it works for.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
import numpy as np

from kb_service.content.article import Article
from kb_service.content.worker_pool import child_environment
from kb_service.engines.records import Records, write_records
from kb_service.engines.shelf import count_words, shelve
from kb_service.engines.whoosh.postings_writer import CountsWriter
from kb_service.engines.whoosh.segments import SegmentWriter
from kb_service.errors import EngineUnavailable
from kb_service.search.engine import FIELDS, Entry

IN_THIS_PROCESS: Final = 1_500  # passages up to which starting others (0.4 s) does not pay
PASSAGES: Final = 8_000  # of a shard at most: 150 MB while it is written
REPORT_EVERY: Final = 100
Done = Callable[[int], None]


class Shard(NamedTuple):
    """The articles `first` to `last` (exclusive) of a folder's articles.msgpack."""

    name: str
    first: int
    last: int


def plan_shards(sizes: Sequence[int], processes: int) -> list[Shard]:
    """Cut articles with these numbers of passages into runs of about equal size, a multiple of `processes`."""
    total = sum(sizes)
    if total <= IN_THIS_PROCESS:
        return [Shard("shard-0000", 0, len(sizes))]
    rounds = -(-total // (PASSAGES * processes))
    wanted = total / (rounds * processes)
    ends = np.searchsorted(np.cumsum(sizes), np.arange(1, rounds * processes) * wanted) + 1
    bounds = np.unique([0, *ends, len(sizes)]).tolist()
    return [Shard(f"shard-{n:04}", *run) for n, run in enumerate(pairwise(bounds))]


def write_shards(folder: Path, shards: Sequence[Shard], *, processes: int, done: Done) -> None:
    """Write all shards below `folder`; `done` hears of passages as they are finished, from several threads."""
    if len(shards) == 1:
        write_shard(folder, shards[0], done=done)
        return
    with ThreadPoolExecutor(processes) as threads:
        for _ in threads.map(lambda shard: _write_in_child(folder, shard, done), shards):
            pass


def write_shard(folder: Path, shard: Shard, *, done: Done) -> None:
    """Write entries, counts, words and a Whoosh segment of one shard."""
    part = folder / shard.name
    part.mkdir()
    articles: Records[Article] = Records(folder / "articles.msgpack", Article)
    words: Counter[str] = Counter()
    article_of: list[int] = []
    counts, segment = CountsWriter(FIELDS), SegmentWriter(folder / "whoosh", FIELDS)

    def entries() -> Iterator[Entry]:
        chosen = (articles[number] for number in range(shard.first, shard.last))
        for number, shelved in enumerate(count_words(shelve(chosen, first=shard.first), words), 1):
            counts.add(shelved.fields)
            segment.add(shelved.entry.passage.id, shelved.fields)
            article_of.append(shelved.entry.article_number)
            yield shelved.entry
            if number % REPORT_EVERY == 0:
                done(REPORT_EVERY)

    written = write_records(part / "entries.msgpack", entries())
    counts.write(part)
    segment.write(shard.name)
    np.save(part / "article_of.npy", np.asarray(article_of, dtype=np.int32))
    (part / "words.msgpack").write_bytes(msgspec.msgpack.encode(words))
    done(written % REPORT_EVERY)


def _write_in_child(folder: Path, shard: Shard, done: Done) -> None:
    command = [sys.executable, "-P", "-m", __name__, str(folder), *map(str, shard)]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603  # our own module and numbers
        command, stdin=pipe, stdout=pipe, stderr=pipe, env=child_environment(), start_new_session=True
    ) as child:
        assert child.stdout
        assert child.stderr
        for line in child.stdout:
            done(int(line))
        reason = child.stderr.read().decode(errors="replace").strip().rpartition("\n")[2]
    if child.returncode:
        raise EngineUnavailable(f"The index cannot be written: {reason or f'exit code {child.returncode}'}.")


def main(folder: str, name: str, first: str, last: str) -> None:
    """Write one shard for the process that holds our stdin."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    write_shard(Path(folder), Shard(name, int(first), int(last)), done=lambda count: print(count, flush=True))


def _end_with_parent() -> None:
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
