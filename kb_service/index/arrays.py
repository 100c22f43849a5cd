"""Named arrays on disk, a file each: memory-mapped, so that all workers share them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def write_arrays(folder: Path, arrays: Mapping[str, NDArray[Any] | None]) -> None:
    """Write arrays by name to a new folder; those that are None are left out."""
    folder.mkdir()
    for name, array in arrays.items():
        if array is not None:
            np.save(folder / f"{name}.npy", array)


def open_arrays(folder: Path) -> dict[str, NDArray[Any]]:
    """Return what write_arrays wrote; raise OSError or ValueError on damage."""
    return {path.stem: mapped(path) for path in folder.glob("*.npy")}


def mapped(path: Path) -> NDArray[Any]:
    """Map an array into memory; as a plain ndarray, because slicing np.memmap costs ten times as much."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
