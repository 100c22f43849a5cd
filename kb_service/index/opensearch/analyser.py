"""Our analysis as the cluster knows it: texts come analysed, so that blanks alone part their terms.

A document is a passage, or a piece of something else that is read by its name (see pieces.py). Scores are computed by
our own formula (index/query.py), with the number of passages and the mean lengths written into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec

from kb_service.index.entries import Places
from kb_service.index.query import FIELDS, K1, B


class Layout(msgspec.Struct, frozen=True):
    """What must be known of an index to ask it: no dimensions without vectors; `graph` where it has one of them."""

    shards: int
    dimensions: int = 0
    token_dimensions: int = 0
    graph: bool = False


LONGEST_TOKEN: Final = 120  # characters, of which some count twice; Lucene's tokenizer of blanks cuts at 255
PARTS_GAP: Final = 100  # word positions between parts, so that no phrase runs over
GRAPH: Final = {"m": 24, "ef_construction": 128}  # what finds .984 of the nearest 60 of hard vectors; the usual .975
MOST_RESULTS: Final = 100_000  # of one search

WEIGHT: Final = "return query.boost * Math.max(0.0, Math.log({passages} / (term.docFreq + 1.0)) + 1.0) * {k1};"
SCORE: Final = "return weight * doc.freq / (doc.freq + {k1} * ({rest} + {b} * doc.length / {average}));"


def token_of(term: str) -> str:
    """Return how a term, or a topic, stands in the cluster: itself, or its hash where blanks would part it.

    >>> token_of("seat"), len(token_of("x" * 10_000))
    ('seat', 65)
    """
    if term.isprintable() and 0 < len(term) <= LONGEST_TOKEN and " " not in term and not term.startswith("#"):
        return term
    return f"#{sha256(term.encode('utf-8', 'surrogatepass')).hexdigest()}"


def text_of(places: Places) -> list[str]:
    """Return a field as texts: a run of words that stand side by side is one, as often as its words count."""
    at = {place: term for term, found in places.items() for place in found}
    times = {place: found.count(place) for found in places.values() for place in found}
    runs: list[list[str]] = []
    counts: list[int] = []
    before = None
    for place in sorted(at):
        if before is None or place != before + 1 or times[place] != counts[-1]:
            runs.append([])
            counts.append(times[place])
        runs[-1].append(token_of(at[place]))
        before = place
    return [text for run, count in zip(runs, counts, strict=True) for text in [" ".join(run)] * count]


def index_body(*, passages: int, average: Mapping[str, float], layout: Layout) -> dict[str, Any]:
    """Return settings and mappings of an index.

    It has no copies and is not refreshed until it is whole: then both cost once what they cost.
    """
    field = {"type": "text", "analyzer": "whitespace", "position_increment_gap": PARTS_GAP}
    properties: dict[str, Any] = {
        **{name: {**field, "similarity": f"{name}_score"} for name in FIELDS},
        "number": {"type": "integer"},
        "topics": {"type": "keyword"},
        "brief": {"type": "binary", "doc_values": True},
        "data": {"type": "binary", "store": True},
    }
    settings: dict[str, Any] = {
        "number_of_shards": layout.shards,
        "number_of_replicas": 0,
        "refresh_interval": "-1",
        "max_result_window": MOST_RESULTS,
        "similarity": {f"{name}_score": _similarity(passages, average[name]) for name in FIELDS},
    }
    if layout.graph:
        settings["knn"] = True
        # The default engine of the plugin needs native code; Lucene's compares 8-bit numbers as they are.
        method = {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil", "parameters": GRAPH}
        properties["vector"] = {
            "type": "knn_vector",
            "dimension": layout.dimensions,
            "data_type": "byte",
            "method": method,
        }
    return {
        "settings": {"index": settings},
        "mappings": {"dynamic": "strict", "_source": {"enabled": False}, "properties": properties},
    }


def _similarity(passages: int, average: float) -> dict[str, Any]:
    weight = WEIGHT.format(passages=float(max(passages, 1)), k1=K1 + 1)
    score = SCORE.format(k1=K1, rest=1 - B, b=B, average=average or 1.0)
    return {"type": "scripted", "weight_script": {"source": weight}, "script": {"source": score}}
