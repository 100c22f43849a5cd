"""What is read from an index by its name: runs of bytes, in documents of a megabyte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec

from kb_service.errors import EngineUnavailable
from kb_service.index.opensearch.cluster import LOAD_SECONDS, Cluster, path_of

PIECE_BYTES: Final = 1_000_000
AT_ONCE: Final = 4  # pieces fetched by one request
DOCUMENTS_AT_ONCE: Final = 200


class Extent(msgspec.Struct, frozen=True):
    """How long a run of bytes is, and its SHA-256."""

    length: int
    sha256: str


class _Fields(msgspec.Struct, frozen=True):
    data: tuple[bytes, ...] = ()


class _Document(msgspec.Struct):
    found: bool = False
    fields: _Fields = _Fields()
    error: Any = None


class _Documents(msgspec.Struct):
    docs: list[_Document]


def extent_of(data: bytes) -> Extent:
    """Return the extent of a run of bytes."""
    return Extent(len(data), sha256(data).hexdigest())


def pieces_of(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the documents that hold a run of bytes, by their names."""
    for number, start in enumerate(range(0, max(len(data), 1), PIECE_BYTES)):
        yield f"{name}.{number}", data[start : start + PIECE_BYTES]


def read_pieces(cluster: Cluster, index: str, name: str, extent: Extent) -> bytes:
    """Return what `pieces_of` was given; raise EngineUnavailable where it is not what was stored."""
    count = max(1, -(-extent.length // PIECE_BYTES))
    data = bytearray()
    for start in range(0, count, AT_ONCE):
        names = [f"{name}.{number}" for number in range(start, min(start + AT_ONCE, count))]
        for piece in documents(cluster, index, names, seconds=LOAD_SECONDS):
            data += piece
    found = bytes(data)
    if extent_of(found) != extent:
        raise EngineUnavailable(f"{name} of {index} is not what was stored.")
    return found


def documents(cluster: Cluster, index: str, names: Sequence[str], *, seconds: float | None = None) -> list[bytes]:
    """Return what these documents hold, in this order; raise EngineUnavailable where one is not there.

    Each node has as long to answer as it has for a question, or so many `seconds`.
    """
    found: list[bytes] = []
    for start in range(0, len(names), DOCUMENTS_AT_ONCE):
        asked = names[start : start + DOCUMENTS_AT_ONCE]
        for name, document in zip(asked, _documents(cluster, index, asked, seconds), strict=True):
            if not document.found:
                raise EngineUnavailable(f"{index} has no document {name}: it was dropped, or is damaged.")
            found.append(document.fields.data[0] if document.fields.data else b"")
    return found


def document(cluster: Cluster, index: str, name: str) -> bytes | None:
    """Return what a document holds, None where there is none with this name."""
    [found] = _documents(cluster, index, [name])
    return (found.fields.data[0] if found.fields.data else b"") if found.found else None


def _documents(cluster: Cluster, index: str, names: Sequence[str], seconds: float | None = None) -> list[_Document]:
    # Not in real time: that would want the primary, which may be gone. Of this node's own copy first: the way to
    # another may lead to a node that hangs.
    path = path_of(index, "_mget", stored_fields="data", realtime="false", preference="_local")
    answer = cluster.raw("POST", path, body={"ids": names}, check=_wrong, seconds=seconds)
    return msgspec.json.decode(answer, type=_Documents).docs


def _wrong(answer: bytes) -> str:
    try:
        found = msgspec.json.decode(answer, type=_Documents)
    except msgspec.DecodeError as error:
        return f"what cannot be read: {error}"
    return next((str(each.error) for each in found.docs if each.error), "")


def bulk_lines(documents: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[bytes]:
    """Yield documents by name as the lines of a bulk request."""
    encode = msgspec.json.encode
    for name, fields in documents:
        yield encode({"create": {"_id": name}}) + b"\n" + encode(fields) + b"\n"
