"""A BERT sentence encoder written apart from the graph: one head after the other, in double precision."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quality.sentence_graph import BertShape

Doubles = NDArray[np.float64]


class ForwardPass:
    """`MINILM_REFERENCE` was computed by this from the published weights."""

    def __init__(self, weights: Mapping[str, NDArray[Any]], shape: BertShape) -> None:
        self._weights = {name: value.astype(np.float64) for name, value in weights.items()}
        self._shape = shape

    def vector(self, ids: Sequence[int]) -> Doubles:
        words, places, kinds = (
            self._weights[f"embeddings.{part}_embeddings.weight"] for part in ("word", "position", "token_type")
        )
        x = self.normalised(words[list(ids)] + places[: len(ids)] + kinds[0], "embeddings.LayerNorm")
        for layer in range(self._shape.layers):
            x = self.layer(x, f"encoder.layer.{layer}.")
        mean: Doubles = x.mean(axis=0)
        return mean / np.linalg.norm(mean)

    def layer(self, x: Doubles, prefix: str) -> Doubles:
        attended = self._linear(self._attention(x, prefix + "attention.self."), prefix + "attention.output.dense")
        x = self.normalised(x + attended, prefix + "attention.output.LayerNorm")
        inner = self._linear(x, prefix + "intermediate.dense")
        inner = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        return self.normalised(x + self._linear(inner, prefix + "output.dense"), prefix + "output.LayerNorm")

    def _attention(self, x: Doubles, prefix: str) -> Doubles:
        query, key, value = (self._linear(x, prefix + part) for part in ("query", "key", "value"))
        width = x.shape[1] // self._shape.heads
        heads = []
        for head in range(self._shape.heads):
            of = slice(head * width, (head + 1) * width)
            weight = np.exp(query[:, of] @ key[:, of].T / math.sqrt(width))
            heads.append(weight / weight.sum(axis=1, keepdims=True) @ value[:, of])
        return np.concatenate(heads, axis=1)

    def _linear(self, x: Doubles, name: str) -> Doubles:
        product: Doubles = x @ self._weights[name + ".weight"].T + self._weights[name + ".bias"]
        return product

    def normalised(self, x: Doubles, name: str) -> Doubles:
        x = x - x.mean(axis=-1, keepdims=True)
        x = x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + self._shape.layer_norm_epsilon)
        return x * self._weights[name + ".weight"] + self._weights[name + ".bias"]
