from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from kb_service.meaning.graph import build_graph, quantize_columns
from tests.meaning.forward_pass import ForwardPass
from tests.meaning.tiny_model import HIDDEN, SHAPE, WORDS, random_weights

TEXTS = [
    pytest.param([2, 3], id="no word"),
    pytest.param([2, 5, 7, 3], id="two words"),
    pytest.param([2, *range(4, len(WORDS)), 3] * 4, id="long"),
]


def run(graph: bytes, ids: list[int]) -> np.ndarray:
    session = onnxruntime.InferenceSession(graph, providers=["CPUExecutionProvider"])
    return session.run(None, {"input_ids": np.array([ids])})[0][0]


@pytest.mark.parametrize("ids", TEXTS)
def test_graph_computes_what_an_independent_forward_pass_does(ids: list[int]) -> None:
    weights = random_weights()

    vector = run(build_graph(weights, SHAPE, quantized=False), ids)

    assert vector.shape == (HIDDEN,)
    assert np.abs(vector - ForwardPass(weights, SHAPE).vector(ids)).max() < 1e-5


@pytest.mark.parametrize("ids", TEXTS)
def test_quantized_graph_stays_close(ids: list[int]) -> None:
    weights = random_weights()

    vector = run(build_graph(weights, SHAPE, quantized=True), ids)

    assert vector @ ForwardPass(weights, SHAPE).vector(ids) > 0.99


def test_same_weights_give_the_same_bytes() -> None:
    graphs = {build_graph(random_weights(), SHAPE, quantized=True) for _ in range(2)}

    assert len(graphs) == 1


def test_quantized_columns_give_the_matrix_back_within_half_a_step() -> None:
    matrix = np.random.default_rng(3).normal(size=(50, 4)).astype(np.float32) * np.float32([1, 0.001, 1000, 0])

    whole, scales = quantize_columns(matrix, 63)

    assert np.abs(whole).max() == 63
    assert (np.abs(whole * scales - matrix) <= scales * 0.5001).all()
