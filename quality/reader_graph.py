"""Writes the graph of the network that reads a question with a passage (reader_network.py), its layers in 8 bits.

The tables of words and places are not in it: they are the installed model's (kb_service/meaning/pair_reader.py). One
pair a run, so there is no padding and no mask. Weights are quantized by column to seven bits, as those of the model
(docs/model.md). `embedded` [tokens, width], `kinds` [tokens] and `parts` [3, tokens], the tokens whose
mean each row is, give `told` [1, 1].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from quality.sentence_graph import IR_VERSION, LARGEST_WEIGHT

HEADS: Final = 12
EPSILON: Final = 1e-12

Floats = NDArray[np.float32]


class _Graph:
    def __init__(self, state: Mapping[str, Floats]) -> None:
        self.state = state
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def layer(self, hidden: str, of: str) -> str:
        width = len(self.state[f"{of}.norm1.bias"])
        shape = self.constant(np.asarray([-1, 3, HEADS, width // HEADS]))
        by_head = self.node(
            "Transpose", self.node("Reshape", self.linear(hidden, f"{of}.qkv"), shape), perm=[1, 2, 0, 3]
        )
        query, key, value = self.several("Split", 3, by_head, axis=0, num_outputs=3)
        damped = self.node("Mul", query, self.constant(np.float32((width // HEADS) ** -0.5)))
        alike = self.node("MatMul", damped, self.node("Transpose", key, perm=[0, 1, 3, 2]))
        mixed = self.node("MatMul", self.node("Softmax", alike, axis=-1), value)
        joined = self.node(
            "Reshape", self.node("Transpose", mixed, perm=[0, 2, 1, 3]), self.constant(np.asarray([-1, width]))
        )
        seen = self.normalised(self.node("Add", hidden, self.linear(joined, f"{of}.out")), f"{of}.norm1")
        wide = self.node("Gelu", self.linear(seen, f"{of}.inner"))
        return self.normalised(self.node("Add", seen, self.linear(wide, f"{of}.outer")), f"{of}.norm2")

    def linear(self, hidden: str, name: str) -> str:
        columns = self.state[f"{name}.weight"].T
        scales = np.maximum(np.abs(columns).max(axis=0) / LARGEST_WEIGHT, 1e-12).astype(np.float32)
        whole = np.rint(columns / scales).astype(np.int8)
        zeros = np.zeros(len(scales), dtype=np.int8)
        inputs = [self.constant(each) for each in (whole, scales, zeros, self.state[f"{name}.bias"])]
        return self.node("DynamicQuantizeMatMul", hidden, *inputs, domain="com.microsoft")

    def normalised(self, hidden: str, name: str) -> str:
        scale, bias = (self.constant(self.state[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.node("LayerNormalization", hidden, scale, bias, axis=-1, epsilon=EPSILON)

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        return self.several(operator, 1, *inputs, **attributes)[0]

    def several(self, operator: str, outputs: int, *inputs: str, **attributes: Any) -> Sequence[str]:
        names = [f"{operator}_{len(self.nodes)}_{at}" for at in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names

    def constant(self, value: Any) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name


def build_graph(state: Mapping[str, Floats], layers: Sequence[str]) -> bytes:
    """Return the graph of a network: `norm`, the first of `layers`, what is added by kind, the others, `answers`.

    The same state gives the same bytes.
    """
    graph = _Graph(state)
    hidden = graph.layer(graph.normalised("embedded", "norm"), layers[0])
    hidden = graph.node("Add", hidden, graph.node("Gather", graph.constant(state["kinds.weight"]), "kinds"))
    for name in layers[1:]:
        hidden = graph.layer(hidden, name)
    width = len(state["norm.bias"])
    means = graph.node("MatMul", "parts", hidden)
    whole = graph.node("Reshape", means, graph.constant(np.asarray([1, 3 * width])))
    told = graph.node("MatMul", whole, graph.constant(state["answers.weight"].T))
    told = graph.node("Add", told, graph.constant(state["answers.bias"]))
    graph.nodes.append(helper.make_node("Identity", [told], ["told"]))
    made = helper.make_graph(
        graph.nodes,
        "pair_reader",
        [
            helper.make_tensor_value_info("embedded", TensorProto.FLOAT, ["tokens", width]),
            helper.make_tensor_value_info("kinds", TensorProto.INT64, ["tokens"]),
            helper.make_tensor_value_info("parts", TensorProto.FLOAT, [3, "tokens"]),
        ],
        [helper.make_tensor_value_info("told", TensorProto.FLOAT, [1, 1])],
        graph.constants,
    )
    opsets = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=IR_VERSION)
    return bytes(model.SerializeToString(deterministic=True))
