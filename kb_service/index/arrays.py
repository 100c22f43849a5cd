"""Named arrays in one file, memory-mapped so that all workers share them.

The file is laid out as a safetensors file: the length of a JSON header (8 bytes, little-endian), the header (of each
name the type, the shape and the extent behind the header), the arrays one behind the other. Those with the largest
elements come first, so that each begins where its type may.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

Arrays = dict[str, NDArray[Any]]

HEADER_BYTES: Final = 8
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
    for name, array in ordered.items():
        extents[name] = _Extent(_NAME_OF[array.dtype], array.shape, (end, end + array.nbytes))
        end += array.nbytes
    header = msgspec.json.encode(extents)
    header += b" " * (-len(header) % HEADER_BYTES)
    yield len(header).to_bytes(HEADER_BYTES, "little") + header
    for array in ordered.values():
        yield np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


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
