"""Generations on disk: built aside under a lock, verified by a manifest, named by one pointer file swapped atomically.

<folder>/CURRENT            name of the served generation
<folder>/000012-3f2a9c1b/   one generation: MANIFEST.json and the files it lists; never changed in place
<folder>/tmp-*/             a build under way, or one that was killed: the next build removes it
<folder>/LOCK               held by flock while building; the kernel frees it when the builder dies
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from typing import Final, NamedTuple

import msgspec

from kb_service.errors import EngineUnavailable, IndexBusy, IndexOfAnotherVersion, IndexOutOfDate

# A number that counts up, and the start of the manifest's SHA-256: the name vouches for the manifest, it for the rest.
_NAME: Final = re.compile(r"(\d{6})-([0-9a-f]{8})")


THREADS: Final = 4  # that hash files, or wait for the disk
MOST_KEPT: Final = 1_000  # hashes; a generation has 20 to 100 files


class Manifest(msgspec.Struct, frozen=True):
    """What a generation is: the versions it was made with, its size, and every file's length and SHA-256."""

    format: str
    source: str
    articles: int
    passages: int
    files: dict[str, tuple[int, str]]


class _Identity(NamedTuple):
    """What is another for any file, and for the same one when it is written to."""

    device: int
    inode: int
    size: int
    modified_ns: int


class Generations:
    """The generations below one folder. `format` names the layout and analysis; others are never opened."""

    def __init__(self, folder: Path, *, format: str) -> None:
        self.folder = folder
        self._format = format
        self._hashes: dict[_Identity, str] = {}  # of files read before: what was not touched since is not read again

    def current(self) -> str | None:
        """Return the name the pointer holds, None without one."""
        try:
            name = (self.folder / "CURRENT").read_text(encoding="ascii").strip()
        except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
            return None
        except OSError as error:
            raise EngineUnavailable(f"The index folder {self.folder} cannot be read: {error.strerror}.") from error
        return name if _NAME.fullmatch(name) else None

    def pointer_stamp(self) -> tuple[int, int] | None:
        """Return what changes whenever the pointer is swapped: cheap to ask for every request."""
        try:
            found = (self.folder / "CURRENT").stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def verify(self, name: str, *, below: Sequence[str]) -> Manifest:
        """Return the manifest after comparing the files below these folders with it.

        Raises IndexOutOfDate when they differ and EngineUnavailable when they cannot be read.
        """
        try:
            manifest = self._read_manifest(name)
            listed = {file: kept for file, kept in manifest.files.items() if file.split("/")[0] in below}
            found = self._described(self.folder / name, listed)
            for file, kept in listed.items():
                if found.get(file) != kept:
                    raise _damaged(name, file)
        except OSError as error:
            raise EngineUnavailable(f"Generation {name} cannot be read: {error.strerror or error}.") from error
        return manifest

    def _read_manifest(self, name: str) -> Manifest:
        path = self.folder / name / "MANIFEST.json"
        try:
            data = path.read_bytes()
            manifest = msgspec.json.decode(data, type=Manifest)
        except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise IndexOutOfDate(f"Generation {name} is incomplete. Rebuild it: kb index.") from error
        if manifest.format != self._format:
            raise IndexOfAnotherVersion(
                f"Generation {name} was made by another version of kb_service. Rebuild it: kb index."
            )
        if not name.endswith(_voucher(data)):
            raise _damaged(name, path.name)
        return manifest

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the build lock; raise IndexBusy at once when another process builds."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder / "LOCK", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise EngineUnavailable(f"The index folder {self.folder} cannot be written: {error.strerror}.") from error
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise IndexBusy(
                    f"Another process is building the index in {self.folder}. Try again when it is done."
                ) from error
            except OSError as error:
                raise EngineUnavailable(
                    f"The index folder {self.folder} cannot be locked: {error.strerror}. It needs flock."
                ) from error
            yield
        finally:
            os.close(descriptor)

    def publish(
        self,
        write: Callable[[Path], tuple[int, int]],
        *,
        source: Callable[[], str] | str,
        examine: Callable[[str], None] = lambda name: None,
    ) -> str:
        """Let `write` fill a new folder, then switch to it; call it with the lock held. Returns the new name.

        `write` returns the numbers of articles and passages; after it `source` is called. Once all is written,
        `examine` gets the name, and may raise. Any failure leaves the served generation untouched.
        """
        served = self.current()
        building = self.folder / f"tmp-{secrets.token_hex(8)}"
        try:
            self._remove_leftovers()
            building.mkdir()
            articles, passages = write(building)
            files = self._seal(building)
            source = source if isinstance(source, str) else source()
            manifest = Manifest(format=self._format, source=source, articles=articles, passages=passages, files=files)
            data = msgspec.json.format(msgspec.json.encode(manifest))
            _write_synced(building / "MANIFEST.json", data)
            _sync_folder(building)
            name = f"{self._next_number():06d}-{_voucher(data)}"
            building.rename(self.folder / name)
        except OSError as error:
            raise EngineUnavailable(
                f"The index cannot be written to {self.folder}: {error.strerror or error}."
            ) from error
        finally:
            shutil.rmtree(building, ignore_errors=True)
        try:
            examine(name)
        except BaseException:
            shutil.rmtree(self.folder / name, ignore_errors=True)
            raise
        self._point_to(name)
        with suppress(EngineUnavailable):  # what cannot be removed now goes with the next build
            self._remove_all_but(name, served)
        return name

    def roll_back(self, *, below: Sequence[str]) -> str:
        """Switch to the newest whole generation before the one that is named; call it with the lock held.

        What is switched away from stays until the next build. Raises IndexOutOfDate when there is none.
        """
        served = self.current()
        for name in reversed([name for name in self.names() if served is None or name < served]):
            with suppress(IndexOutOfDate):
                self.verify(name, below=below)
                self._point_to(name)
                return name
        raise IndexOutOfDate("There is no whole generation before the one that is served.")

    def names(self) -> list[str]:
        """Return the generations there are, oldest first; which of them are whole only `verify` tells."""
        try:
            return sorted(path.name for path in self.folder.iterdir() if _NAME.fullmatch(path.name))
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise EngineUnavailable(f"The index folder {self.folder} cannot be read: {error.strerror}.") from error

    def _seal(self, folder: Path) -> dict[str, tuple[int, str]]:
        """Sync what was written below `folder` and return every file's length and hash.

        Files shared with the generation before were synced with it.
        """
        paths = sorted(folder.rglob("*"))
        files = [path for path in paths if path.is_file()]
        unsynced = {_identity(path.stat()): path for path in files}
        with ThreadPoolExecutor(THREADS) as threads:
            for _ in threads.map(_sync, [path for identity, path in unsynced.items() if identity not in self._hashes]):
                pass
        for path in [folder, *(path for path in paths if path.is_dir())]:
            _sync_folder(path)
        described = self._described(folder, [path.relative_to(folder).as_posix() for path in files])
        self._hashes = {identity: self._hashes[identity] for identity in unsynced}
        return described

    def _described(self, folder: Path, files: Iterable[str]) -> dict[str, tuple[int, str]]:
        """Return length and SHA-256 of those of the files that there are.

        A file is read once however many names it has: audiences and generations share theirs. Hashing lets
        other threads run.
        """
        named: dict[_Identity, list[str]] = {}
        for file in files:
            with suppress(FileNotFoundError, NotADirectoryError):
                found = (folder / file).stat()
                if S_ISREG(found.st_mode):
                    named.setdefault(_identity(found), []).append(file)
        unread = [identity for identity in named if identity not in self._hashes]
        with ThreadPoolExecutor(THREADS) as threads:
            read = list(threads.map(lambda identity: _hash(folder / named[identity][0]), unread))
        hashes = self._hashes | dict(zip(unread, read, strict=True))
        if len(hashes) > MOST_KEPT:
            hashes = {identity: hashes[identity] for identity in named}
        self._hashes = hashes
        return {file: (identity.size, hashes[identity]) for identity, names in named.items() for file in names}

    def _next_number(self) -> int:
        return max((int(name.split("-")[0]) for name in self.names()), default=0) + 1

    def _point_to(self, name: str) -> None:
        pointer = self.folder / "CURRENT.tmp"
        try:
            _sync_folder(self.folder)
            _write_synced(pointer, name.encode("ascii") + b"\n")
            pointer.replace(self.folder / "CURRENT")
        except OSError as error:
            raise EngineUnavailable(
                f"The index pointer in {self.folder} cannot be written: {error.strerror}."
            ) from error
        with suppress(OSError):  # it is switched; at worst a power cut brings back the one before
            _sync_folder(self.folder)

    def _remove_leftovers(self) -> None:
        for path in self.folder.glob("tmp-*"):
            shutil.rmtree(path, ignore_errors=True)

    def _remove_all_but(self, served: str, before: str | None) -> None:
        """The one served before stays, for readers that are just opening it and for rollback."""
        for name in self.names():
            if name not in {served, before}:
                shutil.rmtree(self.folder / name, ignore_errors=True)


def _damaged(name: str, file: str) -> IndexOutOfDate:
    return IndexOutOfDate(f"Generation {name} is damaged: {file} is not what was written. Rebuild it: kb index --full.")


def _voucher(manifest: bytes) -> str:
    return hashlib.sha256(manifest).hexdigest()[:8]


def _identity(found: os.stat_result) -> _Identity:
    return _Identity(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
