"""What ranking reads of passages without decoding them, as columns: memory-mapped, and so shared by all workers."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from kb_service.index.arrays import open_arrays, write_arrays
from kb_service.index.catalogue import Traits
from kb_service.index.port import Codes, Entry


class PassageColumns(msgspec.Struct, frozen=True, array_like=True):
    """Of passages in order: the words of all (native uint32), how many each has and where its body begins (int32),
    whether it is steps (one byte), and its last heading, "" without."""

    codes: bytes
    lengths: bytes
    body_at: bytes
    steps: bytes
    headings: list[str]


class ColumnWriter:
    """Collects the columns of passages, one at a time."""

    def __init__(self) -> None:
        self._codes = bytearray()
        self._lengths, self._body_at = array("i"), array("i")
        self._steps = bytearray()
        self._headings: list[str] = []

    def add(self, entry: Entry) -> None:
        """Add the next passage."""
        passage = entry.passage
        self._codes += entry.codes
        self._lengths.append(len(entry.codes) // self._lengths.itemsize)
        self._body_at.append(entry.body_at)
        self._steps.append(passage.kind == "steps")
        self._headings.append(passage.heading_path[-1] if passage.heading_path else "")

    def columns(self) -> PassageColumns:
        """Return what was collected."""
        return PassageColumns(
            bytes(self._codes), self._lengths.tobytes(), self._body_at.tobytes(), bytes(self._steps), self._headings
        )


class PassageTable:
    """The columns of all passages of a generation; `starts` has one more than there are passages."""

    def __init__(
        self,
        codes: NDArray[np.uint32],
        starts: NDArray[np.int64],
        body_at: NDArray[np.int32],
    ) -> None:
        self._codes, self._starts, self._body_at = codes, starts, body_at

    def codes(self, numbers: NDArray[np.integer[Any]]) -> Codes:
        """See index.port.Snapshot."""
        bounds = zip(self._starts[numbers].tolist(), self._starts[numbers + 1].tolist(), strict=True)
        found = [self._codes[first:last] for first, last in bounds]
        starts = [0, *accumulate(map(len, found))]
        return Codes(np.concatenate(found) if found else self._codes[:0], starts, self._body_at[numbers].tolist())

    def codes_of(self, number: int) -> bytes:
        """Return Entry.codes of one passage."""
        return self._codes[self._starts[number] : self._starts[number + 1]].tobytes()

    def save(self, file: Path) -> None:
        """Write the columns to a new file."""
        write_arrays(file, {"codes": self._codes, "starts": self._starts, "body_at": self._body_at})


def join_columns(shards: Sequence[PassageColumns], common_headings: Collection[str]) -> tuple[PassageTable, Traits]:
    """Return the passages of all shards, in this order."""
    lengths = _joined([shard.lengths for shard in shards], np.int32)
    headings = [heading for shard in shards for heading in shard.headings]
    table = PassageTable(
        _joined([shard.codes for shard in shards], np.uint32),
        np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))),
        _joined([shard.body_at for shard in shards], np.int32),
    )
    traits = Traits(
        steps=_joined([shard.steps for shard in shards], np.bool_),
        common_heading=np.asarray([heading in common_headings for heading in headings], dtype=np.bool_),
    )
    return table, traits


def open_columns(file: Path) -> PassageTable:
    """Read back what PassageTable.save wrote; raises OSError or ValueError on damage."""
    return PassageTable(**open_arrays(file))


def _joined(columns: Sequence[bytes], kind: type[np.generic]) -> NDArray[Any]:
    return np.frombuffer(b"".join(columns), dtype=kind)
