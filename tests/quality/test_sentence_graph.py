"""The model's graph says what an independent forward pass says, once the weights are folded into it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from kb_service.meaning.installation import install_model
from kb_service.meaning.installed_model import MINILM as MODEL
from kb_service.meaning.installed_model import load_encoder
from kb_service.meaning.vectors import GRAPH_FILE
from quality.sentence_graph import MINILM, Tensor, build_graph, read_header
from tests.meaning.forward_pass import ForwardPass
from tests.meaning.tiny_model import SHAPE, WORDS, make_tiny_model, random_weights, tiny_tokenizer, write_safetensors

TEXTS = ["pay invoices", "", " ".join([*WORDS[4:-1]] * 4)]


def tensors_of(graph: onnx.ModelProto) -> dict[str, Tensor]:
    found = {}
    for tensor in graph.graph.initializer:
        place = {entry.key: entry.value for entry in tensor.external_data}
        found[tensor.name] = Tensor(tuple(tensor.dims), int(place["offset"]), int(place["length"]))
    return found


def test_the_shipped_graph_is_the_one_written_here() -> None:
    shipped = MODEL.graph.read_bytes()

    assert build_graph(tensors_of(onnx.load_model_from_string(shipped)), MINILM) == shipped


@pytest.mark.parametrize("text", TEXTS)
def test_quantized_it_stays_close_to_an_independent_forward_pass(text: str, tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    model = make_tiny_model(tmp_path / "published")
    install_model(tmp_path / "installed", source=tmp_path / "published", model=model)
    ids = tiny_tokenizer().encode(text).ids
    ids = ids[: ids.index(WORDS.index("[SEP]")) + 1]  # without the padding

    encoder = load_encoder(tmp_path / "installed" / model.name, model=model)

    assert encoder.encode_one(text) @ ForwardPass(random_weights(), SHAPE).vector(ids) > 0.99


def test_an_installed_graph_needs_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "published").mkdir()
    model = make_tiny_model(tmp_path / "published")
    install_model(tmp_path, source=tmp_path / "published", model=model)
    installed = onnx.load(tmp_path / model.name / GRAPH_FILE, load_external_data=False)

    assert [each.name for each in installed.graph.initializer if each.external_data] == []
    assert {each.op_type for each in installed.graph.node} >= {"DynamicQuantizeMatMul", "LpNormalization"}


def test_a_header_tells_where_the_floats_lie(tmp_path: Path) -> None:
    tensors = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(1, dtype=np.float32)}
    write_safetensors(tmp_path / "file", tensors)
    data = (tmp_path / "file").read_bytes()

    found = read_header(tmp_path / "file")

    assert {name: tensor.shape for name, tensor in found.items()} == {"a": (2, 3), "b": (1,)}
    for name, tensor in found.items():
        assert data[tensor.offset : tensor.offset + tensor.length] == tensors[name].tobytes()
