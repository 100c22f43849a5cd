"""Installs the model: fetched, built, checked, then moved into place as a whole.

<folder>/tmp-*/    an installation under way, or one that was killed: the next one removes it
<folder>/LOCK      held by flock while installing; the kernel frees it when the installer dies
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import msgspec

from kb_service.errors import DependencyFailed
from kb_service.meaning.encoder import GRAPH_FILE, TOKENIZER_FILE
from kb_service.meaning.graph import build_graph
from kb_service.meaning.installed_model import (
    MANIFEST,
    RUNNING_PACKAGES,
    Manifest,
    ModelStatus,
    describe_file,
    load_encoder,
    missing_packages,
    model_status,
)
from kb_service.meaning.model_files import MINILM, Model
from kb_service.meaning.reference import TOLERANCE, largest_difference
from kb_service.meaning.safetensors import read_safetensors
from kb_service.meaning.sources import PUBLIC_SOURCES, LocalSource, Progress, Source, fetch_files

BUILDING_PACKAGES: Final = (*RUNNING_PACKAGES, "onnx")


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
    if missing := missing_packages(BUILDING_PACKAGES):
        raise DependencyFailed(f"The model cannot be built: {missing}.")
    sources = [LocalSource(source)] if source else public_sources
    try:
        with _locked(folder):
            if not model_status(folder, model=model).installed:
                _install(folder, model, sources, progress)
    except OSError as error:
        raise DependencyFailed(f"The model cannot be written to {folder}: {error.strerror or error}.") from error
    return model_status(folder, model=model)


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
    """Turn the fetched weights into the quantized graph, refuse it when it does not say what it must, and seal it."""
    weights = folder / model.weights.name
    graph = build_graph(read_safetensors(weights), model.shape, quantized=True)
    (folder / GRAPH_FILE).write_bytes(graph)
    weights.unlink()
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
    for path in [folder / name for name in (*files, MANIFEST)]:
        _sync(path)


def _move_into_place(built: Path, target: Path) -> None:
    """Only an empty folder can be renamed onto: a damaged model goes among the leftovers first."""
    built.chmod(0o755)  # mkdtemp keeps others out
    if target.exists():
        target.rename(mkdtemp(prefix="tmp-", dir=target.parent))
    built.rename(target)
    _sync(target.parent)


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


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
