"""Writes the term index and the postings of a Whoosh segment as W3Codec's own field writer does.

That one walks through nine method calls, two pickles and three writes for each term, most of which stand in one or two
passages of a shard: it took over half of the time of indexing, this takes a tenth. Only the version of the pickles is
another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import md5
from operator import sub
from pickle import dumps
from struct import Struct, pack
from typing import Any, Final, TypeAlias

from whoosh.codec.whoosh3 import WHOOSH3_HEADER_MAGIC, W3Codec
from whoosh.filedb.filetables import OrderedHashWriter

MAGIC: Final[bytes] = WHOOSH3_HEADER_MAGIC
BLOCK: Final = 128  # postings, as W3Codec has it
PROTOCOL: Final = 3  # of the pickles; with 2, as W3Codec has it, bytes take six times as long, and twice the room
_INFO: Final = Struct("!BfIBBfII")  # as W3TermInfo has it: of the postings of a term
_LENGTHS: Final = Struct("!ii")  # of a key and its value
_EXTENT: Final = Struct("!qi")  # where the postings of a term begin, and their length
_INT: Final = Struct("!i")
_HASH: Final = Struct("!I")
_NUMBER: Final = Struct("!H")  # of a field


Collected: TypeAlias = list[Any]  # of one passage after another: its number, how often it has the term, and where


class TermFiles:
    """The two files of one segment. Fields are written one after another, each with its terms in the order of bytes."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._index = _TermIndex(segment.create_file(storage, W3Codec.TERMS_EXT))
        self._fields: dict[str, int] = {}
        self._index.extras["fieldmap"] = self._fields
        self._postings = bytearray()
        self._file = segment.create_file(storage, W3Codec.POSTS_EXT)

    def write_field(self, name: str, terms: Mapping[str, Collected], lengths: bytes) -> None:
        """Write a field; `lengths` are those of all passages, as bytes (see whoosh.util.numeric.length_to_byte)."""
        prefix = _NUMBER.pack(self._fields.setdefault(name, len(self._fields)))
        for term in sorted(terms):  # code points are in the order of their bytes
            found = terms[term]
            if len(found) == 3:
                number, count, place = found
                length = lengths[number]
                data = _single_block(number, count, place, length)
                info = _INFO.pack(0, count, 1, length, length, count, number, number)
            else:
                ids, counts = found[::3], found[1::3]
                of = [lengths[number] for number in ids]
                data = _blocks(ids, counts, found[2::3], of)
                info = _INFO.pack(0, sum(counts), len(ids), min(of), max(of), max(counts), ids[0], ids[-1])
            size = len(MAGIC) + len(data)
            self._index.add(prefix + term.encode(), info + _EXTENT.pack(len(self._postings), size))
            self._postings += MAGIC
            self._postings += data

    def close(self) -> None:
        """Finish both files."""
        self._index.close()
        self._file.write(self._postings)
        self._file.close()


class _TermIndex(OrderedHashWriter):  # type: ignore[misc]  # Whoosh is untyped
    """Whoosh's, which writes three times for each term and asks twice where it stands."""

    def __init__(self, file: Any) -> None:
        super().__init__(file)
        self._begun: int = file.tell()
        self._entries = bytearray()

    def add(self, key: bytes, value: bytes) -> None:
        """Add a key, greater than all before it, and its value."""
        at = self._begun + len(self._entries)
        [hashed] = _HASH.unpack_from(md5(key, usedforsecurity=False).digest(), 12)
        self.index.append(at)
        self.buckets[hashed & 255].append((hashed, at))
        self._entries += _LENGTHS.pack(len(key), len(value)) + key + value

    def _write_hashes(self) -> None:
        """Write the table of each bucket at once: where an entry is, by its hash or in the next free slot."""
        for entries in self.buckets:
            slots = 2 * len(entries)
            self.directory.append((self.dbfile.tell(), slots))
            table = [0] * (2 * slots)  # hash and place of each slot; no entry is at 0
            for hashed, at in entries:
                slot = (hashed >> 8) % slots
                while table[2 * slot + 1]:
                    slot = (slot + 1) % slots
                table[2 * slot : 2 * slot + 2] = hashed, at
            self.dbfile.write(pack("!" + slots * "Iq", *table))

    def close(self) -> None:
        """Write the entries, and where they are."""
        self.dbfile.write(self._entries)
        super().close()


def _blocks(ids: Sequence[int], counts: Sequence[int], places: Sequence[bytes], lengths: Sequence[int]) -> bytes:
    """Return the postings of a term in blocks; the size of the last one is negative."""
    if len(ids) <= BLOCK:
        return _block(ids, counts, places, lengths, sign=-1)
    cuts = [slice(first, first + BLOCK) for first in range(0, len(ids), BLOCK)]
    signs = [*(1 for _ in cuts[1:]), -1]
    blocks = (_block(ids[c], counts[c], places[c], lengths[c], sign=s) for c, s in zip(cuts, signs, strict=True))
    return b"".join(blocks)


def _block(
    ids: Sequence[int], counts: Sequence[int], places: Sequence[bytes], lengths: Sequence[int], *, sign: int
) -> bytes:
    deltas = (ids[0], *map(sub, ids[1:], ids))
    data = dumps((deltas, _weights(counts), tuple(places)), PROTOCOL)
    info = dumps((len(ids), ids[-1], max(counts), 0, min(lengths), max(lengths)), PROTOCOL)
    return _INT.pack(sign * (len(info) + len(data))) + info + data


def _single_block(number: int, count: int, place: bytes, length: int) -> bytes:
    """Return what _block does of one posting, as most terms of a shard have, in a third of the time."""
    data = dumps(((number,), None if count == 1 else float(count), (place,)), PROTOCOL)
    info = dumps((1, number, count, 0, length, length), PROTOCOL)
    return _INT.pack(-len(info) - len(data)) + info + data


def _weights(counts: Sequence[int]) -> tuple[float, ...] | float | None:
    """Return counts as Whoosh keeps them: None where all are 1, one number where all are the same."""
    if max(counts) == min(counts):
        return None if counts[0] == 1 else float(counts[0])
    return tuple(map(float, counts))
