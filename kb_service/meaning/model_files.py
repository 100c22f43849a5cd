"""What the model is: its files by length and SHA-256, its shape, and what it must say of a few sentences."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kb_service.meaning.reference import MINILM_REFERENCE, Reference


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file that is only ever used when it is exactly this one."""

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
class BertShape:
    """What the weights themselves do not tell about a BERT encoder."""

    layers: int
    heads: int
    layer_norm_epsilon: float = 1e-12


@dataclass(frozen=True, slots=True)
class Model:
    """A published model and how it is built here: `name` changes whenever its vectors would."""

    name: str
    shape: BertShape
    weights: ModelFile
    tokenizer: ModelFile
    reference: Reference

    @property
    def files(self) -> tuple[ModelFile, ModelFile]:
        return self.weights, self.tokenizer


# sentence-transformers/all-MiniLM-L6-v2, Apache-2.0: 384 dimensions, 22.7 million weights.
MINILM: Final = Model(
    name="all-MiniLM-L6-v2-int8-1",
    shape=BertShape(layers=6, heads=12),
    weights=ModelFile(
        "model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    ),
    tokenizer=ModelFile("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
    reference=MINILM_REFERENCE,
)
