"""The store of a generation in a cluster: two round trips a question, `candidates` and `entries`.

A passage is found by its words, or as one of the nearest to the question, or by its number. With each comes what the
ranking reads of it (its `brief`: vector and searched words), so that cosines are computed here, as the embedded engine
computes them, from the same numbers. Which are nearest is found as it finds them too, by looking at the vectors of all
passages, while a process can keep these; of more passages the cluster has a graph.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import accumulate
from typing import Any, BinaryIO, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from kb_service.content.article import Article
from kb_service.index.catalogue import Catalogue
from kb_service.index.mapped_files import Arrays, distinct, unpacked_arrays
from kb_service.index.opensearch.analyser import Layout, token_of
from kb_service.index.opensearch.assets import read_asset
from kb_service.index.opensearch.cluster import Cluster, path_of
from kb_service.index.opensearch.indexes import generation_of
from kb_service.index.opensearch.pieces import Extent, documents, read_pieces
from kb_service.index.opensearch.queries import Clause, ceiling_of, clause_of
from kb_service.index.port import Candidates, Codes, Entry, Floats, Numbers
from kb_service.index.query import Query
from kb_service.meaning.closely import Matches, matches
from kb_service.meaning.vectors import LARGEST, Alike, VectorTable

COMPARED_BYTES: Final = 16_000_000  # of passages' vectors that a process keeps: 41,000 of 384 dimensions
NEAREST_SEEN: Final = 600  # that the graph of a shard is searched for: of the nearest 60 .984 are among them
NEAREST_MORE: Final = 20  # of each shard beyond those that are wanted: they are compared coarsely there
NOTHING_ALIKE: Final = Alike(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32))
CODE_BYTES: Final = 4
_BRIEF_HEAD: Final = 12  # bytes, see brief_of


class StoredPassage(msgspec.Struct, frozen=True, array_like=True):
    """A passage as a document holds it: its entry, its tokens' vectors, and where those of each sentence begin."""

    entry: Entry
    tokens: bytes = b""
    starts: tuple[int, ...] = ()


def brief_of(entry: Entry, whole: NDArray[np.int8] | None = None, scale: float = 0.0) -> bytes:
    """Return what ranking reads of a passage: the vector's scale, where the body begins, how many words, all these.

    It ends on a multiple of 3 bytes: the cluster leaves out what fills up Base64, and decoders want that.
    """
    head = np.asarray([scale], dtype="<f4").tobytes()
    head += np.asarray([entry.body_at, len(entry.codes) // CODE_BYTES], dtype="<u4").tobytes()
    brief = head + (whole.tobytes() if whole is not None else b"") + entry.codes
    return brief + bytes(-len(brief) % 3)


class _Fields(msgspec.Struct):
    number: tuple[int]
    brief: tuple[bytes]


class _Hit(msgspec.Struct):
    fields: _Fields
    score: float = msgspec.field(name="_score")


class _Total(msgspec.Struct):
    value: int


class _Hits(msgspec.Struct):
    total: _Total
    hits: list[_Hit]


class _Shards(msgspec.Struct):
    failed: int = 0


class _Answer(msgspec.Struct):
    hits: _Hits | None = None
    timed_out: bool = False
    error: Any = None
    shards: _Shards = msgspec.field(name="_shards", default_factory=_Shards)


class _Answers(msgspec.Struct):
    responses: list[_Answer]


class OpenSearchStore:
    """See index.port.Store. `index` is one index of the cluster, by its own name: an alias may change any time."""

    def __init__(self, cluster: Cluster, index: str, *, layout: Layout, runs: Mapping[str, Extent]) -> None:
        """Fetch what a process keeps; `runs` are what the index has in pieces, by name."""
        self._cluster, self._index, self._layout = cluster, index, layout
        self._runs = runs
        self.catalogue = Catalogue(self._fetched("catalogue"), generation=generation_of(index))
        self._passages = VectorTable(self._fetched("vectors")) if "vectors" in runs else None
        self._asked: VectorTable | None = None
        self._reading = threading.Lock()
        self._decode = msgspec.msgpack.Decoder(StoredPassage).decode
        self._decode_article = msgspec.msgpack.Decoder(Article).decode

    def candidates(
        self,
        query: Query,
        *,
        limit: int,
        vector: Floats | None = None,
        topic: str | None = None,
        also: Numbers | None = None,
    ) -> Candidates:
        """See index.port.Store."""
        ceiling = ceiling_of(query, self.catalogue)
        vector = vector if self._layout.dimensions else None
        if not self.catalogue.passages:
            none = np.zeros(0, dtype=np.float32)
            return Candidates(none.astype(np.int32), none, 0, ceiling, none if vector is not None else None, _no_codes)
        words = clause_of(query, self.catalogue)
        by_words = {"bool": {"must": [words], "filter": [{"term": {"topics": token_of(topic)}}]}} if topic else words
        searches = [self._best(by_words, limit)]
        numbered = self._numbered(also, vector, limit)
        if len(numbered):
            by_number = {"terms": {"number": numbered.tolist()}}
            searches.append(self._best({"bool": {"filter": [by_number], "should": [words]}}, len(numbered)))
        if vector is not None and self._layout.graph and limit:
            searches.append(self._nearest_in_graph(vector, words, limit))
        first, *others = self._msearch(searches)
        briefs: dict[int, bytes] = {}
        scores: dict[int, float] = {}
        for answer in (first, *others):
            for hit in _hits(answer).hits:
                [number] = hit.fields.number
                scores[number], briefs[number] = hit.score, hit.fields.brief[0]
        kept = {*numbered.tolist(), *(hit.fields.number[0] for hit in _hits(first).hits)}
        read = np.asarray(sorted(briefs), dtype=np.int32)
        cosines = self._cosines([briefs[number] for number in read.tolist()], vector)
        if cosines is not None and self._layout.graph:
            kept.update(read[np.argsort(-cosines, kind="stable")[:limit]].tolist())
        if topic is not None:
            allowed = {*self.catalogue.topics.get(topic, ())}
            kept = {number for number in kept if int(self.catalogue.article_of[number]) in allowed}
        ordered = sorted(kept, key=lambda number: (-scores[number], number))
        numbers = np.asarray(ordered, dtype=np.int32)
        return Candidates(
            numbers=numbers,
            scores=np.asarray([scores[number] for number in ordered], dtype=np.float32),
            total=_hits(first).total.value,
            ceiling=ceiling,
            cosines=cosines[np.searchsorted(read, numbers)] if cosines is not None else None,
            codes=lambda wanted: self._codes([briefs[number] for number in wanted.tolist()]),
        )

    def entries(self, numbers: Sequence[int], *, tokens: Floats | None = None) -> list[Entry]:
        """See index.port.Store."""
        if not len(numbers):
            return []
        stored = map(self._decode, documents(self._cluster, self._index, [f"p{number}" for number in numbers]))
        if tokens is None or not self._layout.token_dimensions:
            return [each.entry for each in stored]
        return [msgspec.structs.replace(each.entry, matches=self._matches(each, tokens)) for each in stored]

    def articles_of(self, numbers: Sequence[int]) -> list[Article]:
        """See index.port.Store."""
        if not len(numbers):
            return []
        found = documents(self._cluster, self._index, [f"a{number}" for number in numbers])
        return [self._decode_article(each) for each in found]

    def asset(self, digest: str, name: str) -> BinaryIO | None:
        """See index.port.Store."""
        found = read_asset(self._cluster, self._index, digest, name)
        return None if found is None else BytesIO(found)

    def asked_like(self, vector: Floats, *, count: int) -> Alike:
        """See index.port.Store: what is asked is fetched when it is first compared."""
        if "asked" not in self._runs:
            return NOTHING_ALIKE
        if self._asked is None:
            with self._reading:
                if self._asked is None:
                    self._asked = VectorTable(self._fetched("asked"))
        return self._asked.alike(vector, count=count)

    def _fetched(self, name: str) -> Arrays:
        """Return the arrays that a run holds."""
        return unpacked_arrays(memoryview(read_pieces(self._cluster, self._index, name, self._runs[name])))

    def _numbered(self, also: Numbers | None, vector: Floats | None, limit: int) -> Numbers:
        """Return the numbers, ascending, of the passages that are wanted whatever their words."""
        wanted = [np.zeros(0, dtype=np.int32)] if also is None else [also]
        if vector is not None and self._passages is not None:
            wanted.append(self._passages.nearest(vector, limit=limit).numbers)
        return distinct(np.concatenate(wanted))

    def _best(self, query: Clause, size: int) -> dict[str, Any]:
        """Return the search for the best passages, ties by number."""
        return {
            "query": query,
            "sort": ["_score", {"number": {"order": "asc", "unmapped_type": "integer"}}],
            "track_scores": True,
            "track_total_hits": True,
            **_returning(size),
        }

    def _nearest_in_graph(self, vector: Floats, words: Clause, limit: int) -> dict[str, Any]:
        """Return the search for the nearest passages, which gives each the score of its words."""
        largest = float(np.abs(vector).max()) or 1.0
        asked = np.rint(vector / largest * LARGEST).astype(np.int8).tolist()
        window = limit + NEAREST_MORE
        by_words = {"rescore_query": words, "query_weight": 0.0, "rescore_query_weight": 1.0}
        return {
            "query": {"knn": {"vector": {"vector": asked, "k": max(NEAREST_SEEN, window)}}},
            "rescore": {"window_size": window, "query": by_words},
            **_returning(window * self._layout.shards),
        }

    def _msearch(self, searches: Sequence[dict[str, Any]]) -> list[_Answer]:
        """Return the whole answers to searches; a partial one is none, and the next node is asked."""
        head = msgspec.json.encode(
            {
                # Frequencies of all shards together: without them each scores by its own.
                "search_type": "dfs_query_then_fetch" if self._layout.shards > 1 else "query_then_fetch",
                "allow_partial_search_results": False,
                "preference": "_local",  # the way to another copy may lead to a node that hangs
            }
        )
        body = b"".join(head + b"\n" + msgspec.json.encode(search) + b"\n" for search in searches)
        answer = self._cluster.raw("POST", path_of(self._index, "_msearch"), body=body, check=_wrong)
        return msgspec.json.decode(answer, type=_Answers).responses

    def _cosines(self, briefs: Sequence[bytes], vector: Floats | None) -> Floats | None:
        if vector is None:
            return None
        end = _BRIEF_HEAD + self._layout.dimensions
        rows = np.frombuffer(b"".join([brief[_BRIEF_HEAD:end] for brief in briefs]), dtype=np.int8)
        scales = np.frombuffer(b"".join([brief[:4] for brief in briefs]), dtype="<f4")
        return np.asarray(rows.reshape(len(briefs), -1).astype(np.float32) @ vector * scales, dtype=np.float32)

    def _codes(self, briefs: Sequence[bytes]) -> Codes:
        begin = _BRIEF_HEAD + self._layout.dimensions
        heads = [np.frombuffer(brief, dtype="<u4", count=2, offset=4).tolist() for brief in briefs]
        codes = [
            np.frombuffer(brief, dtype=np.uint32, count=count, offset=begin)
            for brief, (_, count) in zip(briefs, heads, strict=True)
        ]
        joined = np.concatenate(codes) if codes else np.zeros(0, dtype=np.uint32)
        return Codes(joined, [0, *accumulate(map(len, codes))], [body_at for body_at, _ in heads])

    def _matches(self, stored: StoredPassage, asked: Floats) -> Matches:
        rows = np.frombuffer(stored.tokens, dtype=np.int8).reshape(-1, self._layout.token_dimensions)
        return matches(asked, rows, stored.starts)


def _returning(size: int) -> dict[str, Any]:
    """Return what makes a search return the numbers and briefs of so many passages."""
    return {"size": size, "stored_fields": "_none_", "docvalue_fields": ["number", "brief"]}


def _no_codes(numbers: Numbers) -> Codes:
    return Codes(np.zeros(0, dtype=np.uint32), [0], [])


def _hits(answer: _Answer) -> _Hits:
    """Return what a whole answer has found, see _wrong."""
    assert answer.hits is not None
    return answer.hits


def _wrong(answer: bytes) -> str:
    """Return what makes an answer none: an error, a part that is missing, or what cannot be read."""
    try:
        found = msgspec.json.decode(answer, type=_Answers)
    except msgspec.DecodeError as error:
        return f"what cannot be read: {error}"
    for each in found.responses:
        if each.error or each.hits is None:
            return str(each.error)
        if each.timed_out or each.shards.failed:
            return "a partial answer"
    return ""
