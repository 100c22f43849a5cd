"""Reads the safetensors format: 8 bytes of header length, a JSON header, then the tensors, little-endian."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LONGEST_HEADER_BYTES: Final = 1 << 20  # the model's is 11 kB
_TYPES: Final = {"F32": "<f4", "F16": "<f2", "I64": "<i8"}


def read_safetensors(path: Path) -> dict[str, NDArray[Any]]:
    """Return the tensors by name, mapped from the file and not copied; raise ValueError when it is not well formed."""
    data = np.memmap(path, dtype=np.uint8, mode="r")
    start = 8 + int.from_bytes(data[:8].tobytes(), "little")
    if not 8 < start <= min(len(data), LONGEST_HEADER_BYTES):
        raise ValueError(f"{path.name} has no safetensors header")
    header: dict[str, dict[str, Any]] = json.loads(data[8:start].tobytes())
    header.pop("__metadata__", None)
    return {name: _tensor(data[start:], described) for name, described in header.items()}


def _tensor(data: NDArray[np.uint8], described: dict[str, Any]) -> NDArray[Any]:
    begin, end = described["data_offsets"]
    return data[begin:end].view(_TYPES[described["dtype"]]).reshape(described["shape"])
