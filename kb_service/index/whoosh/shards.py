"""An index is made of shards: runs of articles, each written on its own and kept for as long as they do not change.

Where a run ends is decided by the ids in it, and its key is the hash of its articles: so a changed article changes one
shard, and the next generation and the agents' index share the others as hard links. Memory is that of one shard.
"""

from __future__ import annotations

import hashlib
import math
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from kb_service.content.article import Article
from kb_service.index.port import Entry
from kb_service.index.records import Records, link_or_copy, write_records
from kb_service.index.scoring import FIELDS
from kb_service.index.shelf import count_words, shelve
from kb_service.index.whoosh.counts import Counting
from kb_service.index.whoosh.layout import ARTICLES_FILE, COUNTS, entries_file, whoosh_folder
from kb_service.index.whoosh.segments import SegmentWriter
from kb_service.index.whoosh.shelving import Shelved

PASSAGES: Final = 300  # of a shard, about: written in 0.3 s
MOST_SHARDS: Final = 64  # about; beyond that they grow: Whoosh opens a file for each, and looks in each for a phrase
REPORT_EVERY: Final = 100
Done = Callable[[int], None]


class Shard(NamedTuple):
    """The articles `first` to `last` (exclusive) of a folder's articles.msgpack, and how many passages they have."""

    key: str
    first: int
    last: int
    passages: int


def plan_shards(articles: Sequence[Shelved]) -> list[Shard]:
    """Cut articles into shards, in order."""
    sizes = [article.passages for article in articles]
    total = sum(sizes)
    wanted = max(PASSAGES, total / MOST_SHARDS) * len(articles) / total if total else 1  # articles
    bounds = _bounds([shelved.article.id for shelved in articles], every=1 << max(0, round(math.log2(wanted))))
    return [Shard(_key(articles[first:last]), first, last, sum(sizes[first:last])) for first, last in pairwise(bounds)]


def _bounds(ids: Sequence[str], *, every: int) -> list[int]:
    """Return where runs of about `every` ids, from half to double of it, begin and end.

    Beyond its least length a run ends at the first id that its hash chooses: behind an id that comes or goes, runs are
    soon the same again.
    """
    bounds = [0]
    for number, name in enumerate(ids, 1):
        length = number - bounds[-1]
        chosen = zlib.crc32(name.encode()) % max(1, every // 2) == 0
        if length >= 2 * every or (2 * length >= every and chosen):
            bounds.append(number)
    return bounds if bounds[-1] == len(ids) and ids else [*bounds, len(ids)]


def _key(articles: Iterable[Shelved]) -> str:
    return hashlib.sha256(b"".join(article.digest for article in articles)).hexdigest()[:32]


def share_shard(found: Path, folder: Path, shard: Shard) -> None:
    """Let `folder` have the shard of `found`, the folder of another audience or generation, by the same files."""
    link_or_copy(entries_file(found, shard.key), entries_file(folder, shard.key))
    for file in whoosh_folder(found).glob(f"*{shard.key}_*"):
        link_or_copy(file, whoosh_folder(folder) / file.name)
    counts = folder.parent / COUNTS / shard.key
    if not counts.exists():
        link_or_copy(found.parent / COUNTS / shard.key, counts)


def write_shard(folder: Path, shard: Shard, *, done: Done) -> None:
    """Write entries, counts and a Whoosh segment of one shard; `done` hears of passages as they are finished.

    The entries' article numbers count from the shard's first article: they stay right whatever comes before it.
    """
    articles: Records[Article] = Records(folder / ARTICLES_FILE, Article)
    words: Counter[str] = Counter()
    counting, segment = Counting(FIELDS), SegmentWriter(whoosh_folder(folder), FIELDS, name=shard.key)

    def entries() -> Iterator[Entry]:
        chosen = (articles[number] for number in range(shard.first, shard.last))
        for number, shelved in enumerate(count_words(shelve(chosen), words), 1):
            counting.add(shelved.fields, shelved.entry)
            segment.add(shelved.entry.passage.id, shelved.fields)
            yield msgspec.structs.replace(shelved.entry, codes=b"")  # they stand in the columns of all passages
            if number % REPORT_EVERY == 0:
                done(REPORT_EVERY)

    written = write_records(entries_file(folder, shard.key), entries())
    counting.write(folder.parent / COUNTS / shard.key, words)
    segment.write()
    done(written % REPORT_EVERY)
