"""Named arrays on disk, a file each: memory-mapped, so that all workers share them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Arrays = TypeVar("Arrays", bound=tuple[Any, ...])


def write_arrays(folder: Path, arrays: NamedTuple) -> None:
    """Write the arrays of a named tuple to a new folder; those that are None are left out."""
    folder.mkdir()
    for name, array in arrays._asdict().items():
        if array is not None:
            np.save(folder / f"{name}.npy", array)


def open_arrays(folder: Path, kind: type[Arrays]) -> Arrays:
    """Return what write_arrays wrote, as a `kind`; raise OSError, TypeError or ValueError on damage."""
    return kind(**{path.stem: mapped(path) for path in folder.glob("*.npy")})


def mapped(path: Path) -> NDArray[Any]:
    """Map an array into memory; as a plain ndarray, because slicing np.memmap costs ten times as much."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
