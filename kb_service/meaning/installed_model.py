"""The model: its files by length and SHA-256, whether it is installed and whole, and how it is opened.

<folder>/<model name>/MODEL.json    length and SHA-256 of the files beside it: model.onnx, tokenizer.json
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from kb_service.errors import DependencyFailed
from kb_service.meaning.pair_reader import open_pair_reader
from kb_service.meaning.vectors import Encoder, Floats, OnnxEncoder

PACKAGES: Final = ("onnxruntime", "tokenizers")
MANIFEST: Final = "MODEL.json"

Reference = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A published file that is only ever used when it is exactly this one."""

    name: str
    length_bytes: int
    sha256: str

    def save(self, chunks: Iterable[bytes], target: Path) -> None:
        """Write `chunks` to `target`; raise ValueError, at most one chunk past the right length, when they differ."""
        digest, length = hashlib.sha256(), 0
        with target.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                length += len(chunk)
                if length > self.length_bytes:
                    break
        if length != self.length_bytes or digest.hexdigest() != self.sha256:
            raise ValueError(f"{self.name} is not the published file: its length or SHA-256 differs")


@dataclass(frozen=True, slots=True)
class Shipped:
    """A file of the package that goes with a model."""

    path: Path
    sha256: str

    def read(self) -> bytes:
        """Return what is in it; raise ValueError when it is not that file."""
        content = self.path.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise ValueError(f"{self.path.name} is damaged: its SHA-256 differs")
        return content


class Axes(Shipped):
    """What token vectors of a model are projected on, made by quality/token_axes.py."""

    def floats(self) -> Floats:
        """Return them, [dimensions, token dimensions]; raise ValueError when they are not these."""
        return np.asarray(np.load(BytesIO(self.read())), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Model:
    """A published model.

    `name` changes whenever its vectors would. `graph` is the ONNX file that reads `weights` from beside it, see
    quality/sentence_graph.py. `reference` holds the first components of some sentences' vectors: a model that was built
    wrongly, or runs wrongly on this machine, is found out by them. `pair_reader` is what was trained on top of it.
    """

    name: str
    graph: Path
    weights: ModelFile
    tokenizer: ModelFile
    reference: Reference
    axes: Axes | None = None
    pair_reader: Shipped | None = None

    @property
    def vectors_name(self) -> str:
        """What tells vectors apart that cannot be compared: the model's name, and the axes of its token vectors."""
        return f"{self.name}-{self.axes.sha256[:8]}" if self.axes else self.name

    @property
    def files(self) -> tuple[ModelFile, ModelFile]:
        """What is fetched."""
        return self.weights, self.tokenizer


# From a forward pass in double precision written apart from the graph (tests/meaning/forward_pass.py). Quantized, a
# component is up to .017 away from these; those of unrelated sentences are .1 to .2 apart.
TOLERANCE: Final = 0.04
# fmt: off
MINILM_REFERENCE: Final[Reference] = {
    "How do I download an invoice?": (
        -0.073, 0.052, -0.085, -0.054, -0.083, -0.053, -0.077, 0.082, 0.038, 0.032, -0.003, 0.030,
    ),
    "Where can I get a copy of my bill for last month?": (
        -0.039, 0.014, -0.005, -0.003, 0.023, -0.001, -0.117, 0.035, -0.010, -0.002, -0.034, 0.036,
    ),
    "Your card has been charged twice, and we will refund the second payment within five working days.": (
        0.012, -0.016, 0.051, 0.052, 0.028, -0.114, -0.001, -0.064, 0.023, -0.021, 0.039, -0.037,
    ),
    "VAT 20%: £1,200.50": (
        0.078, 0.038, 0.036, -0.015, 0.009, 0.018, 0.053, 0.076, -0.036, -0.010, 0.030, -0.047,
    ),
    "naïve café, Zürich": (
        0.011, 0.028, -0.006, 0.032, 0.069, 0.013, 0.030, -0.043, -0.029, -0.053, 0.012, -0.052,
    ),
}
# fmt: on

# The 64 directions that token vectors of the training folders lie along most (docs/reader.md).
AXES_SHA256: Final = "a2c8dda3aa3b43408e579e05412f50617910ad10db07f842f8506d113355fb6f"

# Three of its layers, trained to tell whether a passage answers (docs/reader.md).
PAIR_READER_SHA256: Final = "c1873b36952f9f3016c2c6b111f99484ae7ff3ac87d0e99bd36e103972dd9108"

# sentence-transformers/all-MiniLM-L6-v2, Apache-2.0: 384 dimensions, 22.7 million weights. Why this one: docs/model.md.
MINILM: Final = Model(
    name="all-MiniLM-L6-v2-int8-1",
    graph=Path(__file__).with_name("minilm.onnx"),
    weights=ModelFile(
        "model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    ),
    tokenizer=ModelFile("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
    reference=MINILM_REFERENCE,
    axes=Axes(Path(__file__).with_name("minilm-axes.npy"), AXES_SHA256),
    pair_reader=Shipped(Path(__file__).with_name("pair-reader.onnx"), PAIR_READER_SHA256),
)


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
        reason = missing_packages()
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
        axes = model.axes.floats() if model.axes else None
        encoder = OnnxEncoder(folder, name=model.vectors_name, threads=threads, axes=axes)
        if model.pair_reader is not None:
            encoder.pairs = open_pair_reader(model.pair_reader.read(), folder)
        return encoder
    except Exception as error:  # what both libraries raise has no nearer class in common
        raise DependencyFailed(
            f"The model in {folder} cannot be run here: {error}. Try newer onnxruntime and tokenizers, or KB_MODEL=off."
        ) from error


def largest_difference(encoder: Encoder, reference: Reference) -> float:
    """Return the largest difference of any component from the reference."""
    vectors = encoder.encode(list(reference))
    pairs = zip(vectors, reference.values(), strict=True)
    return max(float(np.abs(vector[: len(known)] - np.array(known)).max()) for vector, known in pairs)


def missing_packages(names: Sequence[str] = PACKAGES) -> str:
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
