"""A file of records read one at a time from mapped memory: shared between workers, no disk read per question."""

from __future__ import annotations

import mmap
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar, overload

import msgspec
import numpy as np

T = TypeVar("T")


def write_records(path: Path, records: Iterable[object]) -> int:
    """Write `records` as MessagePack to `path`, their offsets beside it (.offsets.npy); return how many."""
    encoder = msgspec.msgpack.Encoder()
    offsets = [0]
    with path.open("wb") as file:
        for record in records:
            offsets.append(offsets[-1] + file.write(encoder.encode(record)))
    np.save(_offsets_of(path), np.asarray(offsets, dtype=np.int64))
    return len(offsets) - 1


class Records(Sequence[T], Generic[T]):
    """The records of a file as a sequence; each read decodes that record alone."""

    def __init__(self, path: Path, record_type: type[T]) -> None:
        self._offsets: memoryview[int] = np.load(_offsets_of(path), mmap_mode="r").data
        with path.open("rb") as file:
            empty = self._offsets[-1] == 0
            self._bytes: mmap.mmap | bytes = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._view = memoryview(self._bytes)
        self._decoder = msgspec.msgpack.Decoder(record_type)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        return self.read(range(len(self))[index])

    def read(self, at: int) -> T:
        """Return one record by its number, 0 or more: what indexing does in half the time."""
        return self._decoder.decode(self._view[self._offsets[at] : self._offsets[at + 1]])

    def __iter__(self) -> Iterator[T]:
        return (self[i] for i in range(len(self)))


def _offsets_of(path: Path) -> Path:
    return path.with_suffix(".offsets.npy")


def link_or_copy(source: Path | str, target: Path | str) -> None:
    """Let `target` be the same file; a copy where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
