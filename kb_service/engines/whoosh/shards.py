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
from kb_service.engines.records import Records, write_records
from kb_service.engines.shelf import as_public, count_words, shelve
from kb_service.engines.whoosh.counts import Counting
from kb_service.engines.whoosh.segments import SegmentWriter
from kb_service.search.engine import FIELDS, Entry

PASSAGES: Final = 512  # of a shard in the mean: written in 0.4 s
MOST_SHARDS: Final = 64  # about; beyond that they grow: Whoosh opens a file for each, and looks in each for a phrase
REPORT_EVERY: Final = 100
Done = Callable[[int], None]


class Shard(NamedTuple):
    """The articles `first` to `last` (exclusive) of a folder's articles.msgpack, and how many passages they have."""

    key: str
    first: int
    last: int
    passages: int


def plan_shards(articles: Sequence[Article]) -> list[Shard]:
    """Cut articles (as articles_for gives them) into shards, in order."""
    sizes = [len(article.public.passages) if article.public else 0 for article in articles]
    total = sum(sizes)
    wanted = max(PASSAGES, total / MOST_SHARDS)
    every = 1 << max(0, round(math.log2(wanted * len(articles) / total))) if total else 1
    ends = [number for number, article in enumerate(articles, 1) if zlib.crc32(article.id.encode()) % every == 0]
    bounds = sorted({0, *ends, len(articles)}) if articles else [0, 0]
    return [Shard(_key(articles[first:last]), first, last, sum(sizes[first:last])) for first, last in pairwise(bounds)]


def _key(articles: Iterable[Article]) -> str:
    encoder = msgspec.msgpack.Encoder()
    digest = hashlib.sha256()
    for article in articles:
        digest.update(encoder.encode(as_public(article)))  # what differs for agents alone is not in a shard
    return digest.hexdigest()[:32]


def write_shard(folder: Path, shard: Shard, *, done: Done) -> None:
    """Write entries, counts and a Whoosh segment of one shard; `done` hears of passages as they are finished.

    The entries' article numbers count from the shard's first article: they stay right whatever comes before it.
    """
    part = folder / "shards" / shard.key
    part.mkdir()
    articles: Records[Article] = Records(folder / "articles.msgpack", Article)
    words: Counter[str] = Counter()
    counting, segment = Counting(FIELDS), SegmentWriter(part, FIELDS)

    def entries() -> Iterator[Entry]:
        chosen = (articles[number] for number in range(shard.first, shard.last))
        for number, shelved in enumerate(count_words(shelve(chosen), words), 1):
            counting.add(shelved.fields, article=shelved.entry.article_number)
            segment.add(shelved.entry.passage.id, shelved.fields)
            yield shelved.entry
            if number % REPORT_EVERY == 0:
                done(REPORT_EVERY)

    written = write_records(part / "entries.msgpack", entries())
    (part / "counts.msgpack").write_bytes(msgspec.msgpack.encode(counting.counts(words)))
    segment.write()
    done(written % REPORT_EVERY)
