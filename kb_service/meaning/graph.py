"""Builds the ONNX graph of a BERT sentence encoder from its weights: one text's tokens in, its unit vector out.

One text a run, so there is no padding and no mask. That is faster on a processor than batches (69 passages a second
against 28-47 in batches of 2 to 32, one thread), and a text's vector does not depend on its neighbours: with
activations quantized on the fly, a batch shares one scale and moves its vectors by up to .01 in cosine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kb_service.meaning.model_files import BertShape

Weights = Mapping[str, NDArray[Any]]
Floats = NDArray[np.float32]

OPSET: Final = 20  # the first with Gelu
IR_VERSION: Final = 9  # what goes with that opset; older runtimes refuse newer ones
RUNTIME_OPERATORS: Final = "com.microsoft"
# Seven bits: without VNNI, x86 adds products of 8-bit weights up in 16 bits, which saturate. It costs nothing: nDCG@10
# .558, .751 and .954 on three judged sets, with eight bits .557, .750 and .955, with floats .563, .752 and .956.
LARGEST_WEIGHT: Final = 63
LARGEST_EMBEDDING: Final = 127  # embeddings are looked up, not multiplied


def build_graph(weights: Weights, shape: BertShape, *, quantized: bool) -> bytes:
    """Return the serialised graph: `input_ids` int64 [1, tokens] to `embedding` float32 [1, dimensions].

    Mean over the tokens and division by the length are part of it. Quantized, the weights are 8-bit integers with a
    scale for each output column (each token, for embeddings) and the activations are quantized as they come.
    """
    return _Graph(weights, shape, quantized=quantized).serialise()


def quantize_columns(matrix: Floats, largest: int) -> tuple[NDArray[np.int8], Floats]:
    """Return whole numbers up to ±`largest` and the scale of each column that gives the matrix back."""
    scales = np.abs(matrix).max(axis=0) / largest
    scales[scales == 0] = 1
    return np.rint(matrix / scales).astype(np.int8), scales.astype(np.float32)


class _Graph:
    def __init__(self, weights: Weights, shape: BertShape, *, quantized: bool) -> None:
        import onnx  # optional: only the one who builds the graph needs it

        self._onnx = onnx
        self._weights = weights
        self._shape = shape
        self._quantized = quantized
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def serialise(self) -> bytes:
        hidden = self._embeddings()
        for layer in range(self._shape.layers):
            hidden = self._layer(hidden, f"encoder.layer.{layer}.")
        mean = self._node("ReduceMean", hidden, self._constant([1]), keepdims=0)
        make, types = self._onnx.helper, self._onnx.TensorProto
        self._nodes.append(make.make_node("LpNormalization", [mean], ["embedding"], axis=1, p=2))
        graph = make.make_graph(
            self._nodes,
            "sentence_encoder",
            [make.make_tensor_value_info("input_ids", types.INT64, [1, "tokens"])],
            [make.make_tensor_value_info("embedding", types.FLOAT, [1, self._dimensions])],
            self._constants,
        )
        opsets = [make.make_opsetid("", OPSET), make.make_opsetid(RUNTIME_OPERATORS, 1)]
        model = make.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        return bytes(model.SerializeToString(deterministic=True))

    @property
    def _dimensions(self) -> int:
        return int(self._weights["embeddings.word_embeddings.weight"].shape[1])

    def _embeddings(self) -> str:
        """Word plus place; every token is of the first type, so that type's vector is added to the places here."""
        prefix = "embeddings."
        words = self._words(self._weights[prefix + "word_embeddings.weight"])
        places = self._weights[prefix + "position_embeddings.weight"]
        places = places + self._weights[prefix + "token_type_embeddings.weight"][0]
        length = self._node("Shape", "input_ids", start=1, end=2)
        zero = self._constant([0])
        here = self._node("Slice", self._constant(places), zero, length, zero)
        return self._normalised(words, here, prefix + "LayerNorm")

    def _words(self, table: Floats) -> str:
        if not self._quantized:
            return self._node("Gather", self._constant(table), "input_ids")
        whole, scales = quantize_columns(table.T, LARGEST_EMBEDDING)
        rows = self._node("Gather", self._constant(whole.T), "input_ids")
        rows = self._node("Cast", rows, to=self._onnx.TensorProto.FLOAT)
        return self._node("Mul", rows, self._node("Gather", self._constant(scales[:, None]), "input_ids"))

    def _layer(self, hidden: str, prefix: str) -> str:
        attended = self._linear(self._attention(hidden, prefix), [prefix + "attention.output.dense"])
        hidden = self._normalised(hidden, attended, prefix + "attention.output.LayerNorm")
        inner = self._node("Gelu", self._linear(hidden, [prefix + "intermediate.dense"]))
        return self._normalised(hidden, self._linear(inner, [prefix + "output.dense"]), prefix + "output.LayerNorm")

    def _attention(self, hidden: str, prefix: str) -> str:
        """All heads at once; query, key and value come from one multiplication."""
        heads, width = self._shape.heads, self._dimensions // self._shape.heads
        together = self._linear(hidden, [f"{prefix}attention.self.{part}" for part in ("query", "key", "value")])
        apart = self._node("Reshape", together, self._constant([-1, 3, heads, width]))
        apart = self._node("Transpose", apart, perm=[1, 2, 0, 3])
        query, key, value = self._nodes_of("Split", 3, apart, axis=0, num_outputs=3)
        query = self._node("Mul", query, self._constant(np.float32(width**-0.5)))
        alike = self._node("MatMul", query, self._node("Transpose", key, perm=[0, 1, 3, 2]))
        mixed = self._node("MatMul", self._node("Softmax", alike, axis=-1), value)
        mixed = self._node("Transpose", mixed, perm=[0, 2, 1, 3])
        return self._node("Reshape", mixed, self._constant([1, -1, self._dimensions]))

    def _linear(self, hidden: str, names: Sequence[str]) -> str:
        """Multiply by the named matrices, side by side, and add their biases."""
        matrix = np.concatenate([self._weights[name + ".weight"] for name in names]).T
        bias = self._constant(np.concatenate([self._weights[name + ".bias"] for name in names]))
        if not self._quantized:
            return self._node("Add", self._node("MatMul", hidden, self._constant(matrix)), bias)
        whole, scales = quantize_columns(matrix, LARGEST_WEIGHT)
        zeros = self._constant(np.zeros(len(scales), np.int8))
        inputs = (self._constant(whole), self._constant(scales), zeros, bias)
        return self._node("DynamicQuantizeMatMul", hidden, *inputs, domain=RUNTIME_OPERATORS)

    def _normalised(self, one: str, other: str, name: str) -> str:
        scale, bias = (self._constant(self._weights[f"{name}.{part}"]) for part in ("weight", "bias"))
        added = self._node("Add", one, other)
        return self._node("LayerNormalization", added, scale, bias, axis=-1, epsilon=self._shape.layer_norm_epsilon)

    def _node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        return self._nodes_of(operator, 1, *inputs, **attributes)[0]

    def _nodes_of(self, operator: str, outputs: int, *inputs: str, **attributes: Any) -> list[str]:
        """Add a node and return the names of its outputs."""
        names = [f"{operator}_{len(self._nodes)}_{output}" for output in range(outputs)]
        self._nodes.append(self._onnx.helper.make_node(operator, inputs, names, **attributes))
        return names

    def _constant(self, value: Any) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name
