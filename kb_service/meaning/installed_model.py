"""The model on disk: is it there and whole, and how is it opened?

<folder>/<model name>/MODEL.json    length and SHA-256 of the files beside it: model.onnx, tokenizer.json
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec

from kb_service.errors import DependencyFailed
from kb_service.meaning.encoder import OnnxEncoder
from kb_service.meaning.model_files import MINILM, Model

RUNNING_PACKAGES: Final = ("onnxruntime", "tokenizers")
MANIFEST: Final = "MODEL.json"


class Manifest(msgspec.Struct, frozen=True):
    """Written last: without it there is no model."""

    dimensions: int
    files: dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """Whether meanings can be compared; `reason` is empty when they can, else says why not and what to do."""

    installed: bool
    path: Path | None
    name: str
    reason: str
    dimensions: int


def model_status(folder: Path | None, *, model: Model = MINILM) -> ModelStatus:
    """Return what is in `folder` (None: switched off), having read and compared every byte."""
    if folder is None:
        return ModelStatus(installed=False, path=None, name=model.name, reason="switched off", dimensions=0)
    path = folder / model.name
    manifest = _read_manifest(path / MANIFEST)
    if manifest is None:
        reason = "not installed: run kb model install"
    elif not all(_is_whole(path / name, *expected) for name, expected in manifest.files.items()):
        reason = f"the files in {path} are damaged: run kb model install"
    else:
        reason = missing_packages(RUNNING_PACKAGES)
    dimensions = manifest.dimensions if manifest else 0
    return ModelStatus(installed=not reason, path=path, name=model.name, reason=reason, dimensions=dimensions)


def open_encoder(folder: Path | None, *, threads: int = 1, model: Model = MINILM) -> OnnxEncoder | None:
    """Return the installed model, or None when model_status says why there is none.

    Raises DependencyFailed when it is whole but the onnxruntime or tokenizers of this machine cannot run it.
    """
    status = model_status(folder, model=model)
    if status.path is None or not status.installed:
        return None
    return load_encoder(status.path, model=model, threads=threads)


def load_encoder(folder: Path, *, model: Model, threads: int = 1) -> OnnxEncoder:
    """Return the encoder of the folder that holds its files; raise DependencyFailed when it cannot be run."""
    try:
        return OnnxEncoder(folder, name=model.name, threads=threads)
    except Exception as error:  # what both libraries raise has no nearer class in common
        raise DependencyFailed(
            f"The model in {folder} cannot be run here: {error}. Try newer onnxruntime and tokenizers, or KB_MODEL=off."
        ) from error


def missing_packages(names: Sequence[str]) -> str:
    """Return what is missing of the optional packages and what to do; empty when nothing is."""
    missing = [name for name in names if find_spec(name) is None]
    return f"{' and '.join(missing)} missing: run pip install 'kb-service[meaning]'" if missing else ""


def describe_file(path: Path) -> tuple[int, str]:
    """Return the length in bytes and the SHA-256."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _read_manifest(path: Path) -> Manifest | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError):
        return None


def _is_whole(path: Path, length: int, digest: str) -> bool:
    try:
        return describe_file(path) == (length, digest)
    except OSError:
        return False
