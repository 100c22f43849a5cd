"""Pictures and files of a generation: documents beside the passages of each audience whose articles refer to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from kb_service.content.article import Asset, stored_name
from kb_service.index.opensearch.cluster import Cluster
from kb_service.index.opensearch.pieces import Extent, document, extent_of, pieces_of, read_pieces
from kb_service.index.port import ReadAsset

_DIGEST: Final = re.compile(r"[0-9a-f]{32}")


def asset_documents(assets: Mapping[str, Asset], read: ReadAsset) -> Iterator[tuple[str, bytes]]:
    """Yield the documents of assets by name: what each is, and its pieces."""
    for name, asset in assets.items():
        content = read(asset)
        yield f"asset.{name}", msgspec.msgpack.encode(extent_of(content))
        yield from pieces_of(f"asset.{name}", content)


def read_asset(cluster: Cluster, index: str, digest: str, name: str) -> bytes | None:
    """Return an asset, None where this audience has none such."""
    if not _DIGEST.fullmatch(digest):
        return None
    kept = f"asset.{stored_name(digest, name)}"
    extent = document(cluster, index, kept)
    return None if extent is None else read_pieces(cluster, index, kept, msgspec.msgpack.decode(extent, type=Extent))
