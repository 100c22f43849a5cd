"""Files that are mapped into memory, and so shared by all workers: named arrays, and records read one at a time.

A file of arrays is laid out as a safetensors file: the length of a JSON header (8 bytes, little-endian), the header (of
each name the type, the shape and the extent behind the header), the arrays one behind the other. Those with the largest
elements come first, so that each begins where its type may. A file of records is MessagePack: one record behind the
other, then where each begins (native int64), last how many they are.
"""

from __future__ import annotations

import mmap
import os
import shutil
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Part = TypeVar("Part")
Arrays = dict[str, NDArray[Any]]

HEADER_BYTES: Final = 8
OFFSET: Final = "q"  # native int64, as memoryview names it
OFFSET_BYTES: Final = 8
_KINDS: Final = {
    "I64": np.int64, "F64": np.float64, "U64": np.uint64, "I32": np.int32, "F32": np.float32, "U32": np.uint32,
    "U16": np.uint16, "U8": np.uint8, "I8": np.int8, "BOOL": np.bool_,
}  # fmt: skip
_NAME_OF: Final = {np.dtype(kind): name for name, kind in _KINDS.items()}


class _Extent(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[int, ...]
    data_offsets: tuple[int, int]


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays by name to a new file."""
    with path.open("wb") as file:
        for part in packed_arrays(arrays):
            file.write(part)


def packed_arrays(arrays: Mapping[str, NDArray[Any]]) -> Iterator[bytes | memoryview]:
    """Yield the parts of the file that holds these arrays."""
    ordered = dict(sorted(arrays.items(), key=lambda item: -item[1].itemsize))
    extents: dict[str, _Extent] = {}
    end = 0
    for name, each in ordered.items():
        extents[name] = _Extent(_NAME_OF[each.dtype], each.shape, (end, end + each.nbytes))
        end += each.nbytes
    header = msgspec.json.encode(extents)
    header += b" " * (-len(header) % HEADER_BYTES)
    yield len(header).to_bytes(HEADER_BYTES, "little") + header
    for each in ordered.values():
        yield np.ascontiguousarray(each).reshape(-1).view(np.uint8).data


def open_arrays(path: Path) -> Arrays:
    """Map what write_arrays wrote; raise OSError or ValueError on damage."""
    with path.open("rb") as file:
        return unpacked_arrays(memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)))


def unpacked_arrays(data: memoryview) -> Arrays:
    """Return the arrays of packed_arrays, which stay where they are; raise ValueError on damage."""
    begin = HEADER_BYTES + int.from_bytes(data[:HEADER_BYTES], "little")
    extents = msgspec.json.decode(data[HEADER_BYTES:begin], type=dict[str, _Extent])
    found: Arrays = {}
    for name, extent in extents.items():
        start, end = extent.data_offsets
        found[name] = np.frombuffer(data[begin + start : begin + end], _KINDS[extent.dtype]).reshape(extent.shape)
    return found


def below(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """Return the arrays whose names begin with `prefix` and a dot, by the rest of their names.

    >>> below("words", {"words.ends": ends, "terms.ends": others})
    {"ends": ends}
    """
    start = f"{prefix}."
    return {name.removeprefix(start): array for name, array in arrays.items() if name.startswith(start)}


def named(prefix: str, arrays: Mapping[str, NDArray[Any]]) -> Arrays:
    """Undo `below`: return the arrays with `prefix` and a dot before their names."""
    return {f"{prefix}.{name}": array for name, array in arrays.items()}


def write_records(path: Path, records: Iterable[object]) -> int:
    """Write `records` as MessagePack to `path`, behind them where each begins and how many they are; return that."""
    encoder = msgspec.msgpack.Encoder()
    offsets = array(OFFSET, [0])
    with path.open("wb") as file:
        for record in records:
            offsets.append(offsets[-1] + file.write(encoder.encode(record)))
        number = len(offsets) - 1
        file.write(offsets)
        file.write(array(OFFSET, [number]))
    return number


def record_arrays(records: Iterable[object]) -> Arrays:
    """Return records as arrays, to be kept among others: `packed` as MessagePack, and where each `begins`."""
    packed = [msgspec.msgpack.encode(record) for record in records]
    begins = np.cumsum([0, *map(len, packed)], dtype=np.int64)
    return {"packed": np.frombuffer(b"".join(packed), dtype=np.uint8), "begins": begins}


def records_of(arrays: Mapping[str, NDArray[Any]], record_type: type[T]) -> Records[T]:
    """Return the records in the arrays of record_arrays, which stay where they are."""
    return Records(arrays["packed"].data, arrays["begins"].data, record_type)


def open_records(path: Path, record_type: type[T]) -> Records[T]:
    """Map what write_records wrote; raise OSError or ValueError on damage."""
    with path.open("rb") as file:
        view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    [number] = view[-OFFSET_BYTES:].cast(OFFSET)
    first = len(view) - OFFSET_BYTES * (number + 2)
    return Records(view, view[first:-OFFSET_BYTES].cast(OFFSET), record_type)


class Records(Generic[T]):
    """Records of one type, by number; each read decodes that record alone.

    Record n is `view[offsets[n]:offsets[n + 1]]`.
    """

    def __init__(self, view: memoryview, offsets: memoryview[int], record_type: type[T]) -> None:
        self._view = view
        self._offsets = offsets
        self._decoder = msgspec.msgpack.Decoder(record_type)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, at: int) -> T:
        return self._decoder.decode(self.raw(at))

    def __iter__(self) -> Iterator[T]:
        return map(self.__getitem__, range(len(self)))

    def raw(self, at: int) -> memoryview:
        """Return one record by its number as it was encoded."""
        return self._view[self._offsets[at] : self._offsets[at + 1]]

    def read_as(self, part: type[Part]) -> Iterator[Part]:
        """Yield of each record what a type with fewer fields asks for: the rest is skipped, in a fifth of the time."""
        decoder = msgspec.msgpack.Decoder(part)
        for start, end in pairwise(self._offsets):
            yield decoder.decode(self._view[start:end])


def link_or_copy(source: Path | str, target: Path | str) -> None:
    """Let `target` be the same file; a copy where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def distinct(numbers: NDArray[np.integer[Any]]) -> NDArray[Any]:
    """Return the numbers ascending, each once. NumPy's own loads numpy.ma: 16 ms and 1 MB of every worker."""
    return distinct_with_counts(numbers)[0]


def distinct_with_counts(numbers: NDArray[np.integer[Any]]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the numbers ascending, each once, and how often each was there."""
    ordered = np.sort(numbers)
    if not len(ordered):
        return ordered, np.zeros(0, dtype=np.intp)
    first = np.concatenate(([0], (ordered[1:] != ordered[:-1]).nonzero()[0] + 1))
    return ordered[first], np.diff(first, append=len(ordered))
