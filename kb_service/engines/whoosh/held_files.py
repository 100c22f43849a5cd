"""A Whoosh index whose files are held open, so that it can still be read when its folder has been removed."""

from __future__ import annotations

import io
import os
import weakref
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile


class HeldFiles(FileStorage):  # type: ignore[misc]  # Whoosh is untyped
    """The files of one folder, read-only, closed with this object. Raises OSError when they cannot be opened."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder), readonly=True)
        self._held: dict[str, int] = {}
        weakref.finalize(self, _close, self._held)
        for path in folder.iterdir():
            self._held[path.name] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def list(self) -> list[str]:
        """Return the names of the files."""
        return list(self._held)

    def open_file(self, name: str, **_: Any) -> Any:
        """Return a file from its beginning; raise KeyError when there is none."""
        return StructFile(io.BufferedReader(_Reader(self._held[name])), name=name)


class _Reader(io.RawIOBase):
    """Reads with a position of its own: threads, and processes after a fork, share that of a descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._at = 0

    def fileno(self) -> int:
        return self._descriptor

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        starts = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(self._descriptor).st_size}
        self._at = starts[whence] + offset
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        data = os.pread(self._descriptor, len(buffer), self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _close(held: dict[str, int]) -> None:
    for descriptor in held.values():
        os.close(descriptor)
