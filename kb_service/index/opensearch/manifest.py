"""What an index is: the document `manifest`, written last, so that an index without it is incomplete."""

from __future__ import annotations

from typing import Final

import msgspec

from kb_service.analysis import ANALYSIS_VERSION
from kb_service.errors import IndexOutOfDate
from kb_service.index.opensearch.analyser import Layout
from kb_service.index.opensearch.cluster import Cluster
from kb_service.index.opensearch.pieces import Extent, document

LAYOUT_VERSION: Final = 5  # goes up when an index is laid out in another way
FORMAT: Final = f"opensearch-{LAYOUT_VERSION}.{ANALYSIS_VERSION}"
MANIFEST: Final = "manifest"


class Manifest(msgspec.Struct, frozen=True):
    """See generations.Manifest. `documents` are all that it holds, this one included; `runs` are in pieces."""

    format: str
    source: str
    articles: int
    passages: int
    documents: int
    layout: Layout
    runs: dict[str, Extent]
    built_at: float


def read_manifest(cluster: Cluster, index: str) -> Manifest:
    """Return the manifest of an index; raise IndexOutOfDate where there is none that this version can serve."""
    stored = document(cluster, index, MANIFEST)
    if stored is None:
        raise IndexOutOfDate(f"The index {index} is incomplete. Rebuild it: kb index.")
    try:
        manifest = msgspec.msgpack.decode(stored, type=Manifest)
    except msgspec.DecodeError as error:
        raise IndexOutOfDate(f"The index {index} was made by another version of kb_service: kb index.") from error
    if manifest.format != FORMAT:
        raise IndexOutOfDate(f"The index {index} was made by another version of kb_service. Rebuild it: kb index.")
    return manifest
