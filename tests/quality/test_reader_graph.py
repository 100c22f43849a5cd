"""The graph of what reads pairs computes what its layers say, nearly: they are in 8 bits."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from kb_service.meaning.pair_reader import parts_of
from kb_service.meaning.pairs import laid_out
from quality.reader_graph import build_graph
from quality.sentence_graph import BertShape
from tests.meaning.forward_pass import ForwardPass

WIDTH, INNER = 24, 48
LAYERS = ("below", "layers.0", "layers.1")
PAIR = laid_out([7, 8, 9], [5], [8, 4, 3, 9, 2], [0, 3], 0)

State = dict[str, NDArray[np.float32]]


@pytest.fixture
def state() -> State:
    random = np.random.default_rng(3)
    shapes: dict[str, tuple[int, ...]] = {"kinds.weight": (4, WIDTH), "answers.weight": (1, 3 * WIDTH)}
    shapes |= {"answers.bias": (1,), "norm.weight": (WIDTH,), "norm.bias": (WIDTH,)}
    for layer in LAYERS:
        for name, rows, columns in (
            ("qkv", 3 * WIDTH, WIDTH),
            ("out", WIDTH, WIDTH),
            ("inner", INNER, WIDTH),
            ("outer", WIDTH, INNER),
        ):
            shapes |= {f"{layer}.{name}.weight": (rows, columns), f"{layer}.{name}.bias": (rows,)}
        for name in ("norm1", "norm2"):
            shapes |= {f"{layer}.{name}.weight": (WIDTH,), f"{layer}.{name}.bias": (WIDTH,)}
    return {name: random.normal(0, 0.3, shape).astype(np.float32) for name, shape in shapes.items()}


def as_published(state: State) -> State:
    """The same layers under the names that a BERT has them by."""
    found = {f"norm.{part}": state[f"norm.{part}"] for part in ("weight", "bias")}
    for layer in LAYERS:
        for part in ("weight", "bias"):
            three = np.split(state[f"{layer}.qkv.{part}"], 3)
            names = [f"attention.self.{name}" for name in ("query", "key", "value")]
            names += ["attention.output.dense", "attention.output.LayerNorm"]
            names += ["intermediate.dense", "output.dense", "output.LayerNorm"]
            own = [state[f"{layer}.{name}.{part}"] for name in ("out", "norm1", "inner", "outer", "norm2")]
            found |= {f"{layer}.{name}.{part}": each for name, each in zip(names, [*three, *own], strict=True)}
    return found


def test_the_graph_computes_what_the_layers_say(state: State) -> None:
    embedded = np.random.default_rng(4).normal(0, 1, (len(PAIR.ids), WIDTH)).astype(np.float32)
    session = onnxruntime.InferenceSession(build_graph(state, LAYERS), providers=["CPUExecutionProvider"])
    (told,) = session.run(None, {"embedded": embedded, "kinds": PAIR.kinds, "parts": parts_of(PAIR)})

    apart = ForwardPass(as_published(state), BertShape(layers=3, heads=12))
    hidden = apart.layer(apart.normalised(embedded.astype(np.float64), "norm"), "below.")
    hidden = hidden + state["kinds.weight"][PAIR.kinds]
    for name in LAYERS[1:]:
        hidden = apart.layer(hidden, f"{name}.")
    means = np.concatenate([hidden[start:end].mean(axis=0) for start, end in PAIR.parts])
    expected = means @ state["answers.weight"][0] + state["answers.bias"][0]

    assert told.shape == (1, 1)
    assert told[0, 0] == pytest.approx(expected, abs=0.05)
    assert abs(expected) > 0.2


def test_the_same_layers_give_the_same_bytes(state: State) -> None:
    assert build_graph(state, LAYERS) == build_graph(dict(reversed(state.items())), LAYERS)
