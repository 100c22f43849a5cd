"""Writes the graph of a BERT sentence encoder: an ONNX file that takes its weights from a safetensors file beside it.

    python -m quality.sentence_graph model.safetensors kb_service/meaning/minilm.onnx

`kb model install` lays the published weights beside the graph and lets onnxruntime fold what depends on them alone:
that quantizes them, and leaves a file of a quarter of the size that needs nothing beside it. So the graph that ships is
22 kB, and nobody who installs the model needs anything to build graphs with. See docs/model.md for what was measured.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

import onnx

IR_VERSION: Final = 9  # what goes with opset 20, the first with Gelu; older runtimes refuse newer ones
LARGEST_WEIGHT: Final = 63  # seven bits: docs/model.md
LARGEST_EMBEDDING: Final = 127  # embeddings are looked up, not multiplied


class Tensor(NamedTuple):
    """Where a tensor of 32-bit floats lies in the weights' file: bytes from the start of the file."""

    shape: tuple[int, ...]
    offset: int
    length: int


class BertShape(NamedTuple):
    """What the weights themselves do not tell about a BERT encoder."""

    layers: int
    heads: int
    layer_norm_epsilon: float = 1e-12


MINILM: Final = BertShape(layers=6, heads=12)

# Functions of the graph. `Reshape` to one dimension changes nothing, but is folded: what is left as it was would still
# be looked for in the file of the weights.
FUNCTIONS: Final = """
<domain: "kb", opset_import: ["": 20]>
quantized (matrix, largest) => (whole, scales) {{
  rows = Constant <value_ints: ints = [0]> ()
  sizes = Abs (matrix)
  greatest = ReduceMax <keepdims = 0> (sizes, rows)
  scales = Div (greatest, largest)
  shares = Div (matrix, scales)
  rounded = Round (shares)
  whole = Cast <to = 3> (rounded)
}}

<domain: "kb", opset_import: ["": 20, "kb": 1, "com.microsoft": 1]>
linear (hidden, weight, bias) => (result) {{
  largest = Constant <value_float: float = {largest_weight}> ()
  columns = Transpose <perm = [1, 0]> (weight)
  whole, scales = kb.quantized (columns, largest)
  flat = Constant <value_ints: ints = [-1]> ()
  added = Reshape (bias, flat)
  nothing = Sub (added, added)
  zeros = Cast <to = 3> (nothing)
  result = com.microsoft.DynamicQuantizeMatMul (hidden, whole, scales, zeros, added)
}}

<domain: "kb", opset_import: ["": 20]>
normalised (hidden, weight, bias) => (result) {{
  flat = Constant <value_ints: ints = [-1]> ()
  scale = Reshape (weight, flat)
  added = Reshape (bias, flat)
  result = LayerNormalization <axis = -1, epsilon = {epsilon}> (hidden, scale, added)
}}
"""

# Word plus place; every token is of the first type, so that type's vector is added to the places. A word's row is
# quantized with a scale of its own.
EMBEDDINGS: Final = """
  axis_0 = Constant <value_ints: ints = [0]> ()
  axis_1 = Constant <value_ints: ints = [1]> ()
  parts = Constant <value_ints: ints = [-1, 3, {heads}, {width}]> ()
  together = Constant <value_ints: ints = [1, -1, {hidden}]> ()
  damping = Constant <value_float: float = {damping}> ()
  largest = Constant <value_float: float = {largest_embedding}> ()
  word_columns = Transpose <perm = [1, 0]> (embeddings_word_embeddings_weight)
  whole_columns, scale_of_words = kb.quantized (word_columns, largest)
  whole_words = Transpose <perm = [1, 0]> (whole_columns)
  scales = Unsqueeze (scale_of_words, axis_1)
  whole_found = Gather (whole_words, input_ids)
  found = Cast <to = 1> (whole_found)
  scales_found = Gather (scales, input_ids)
  words = Mul (found, scales_found)
  first = Constant <value_int: int = 0> ()
  type = Gather (embeddings_token_type_embeddings_weight, first)
  places = Add (embeddings_position_embeddings_weight, type)
  length = Shape <start = 1, end = 2> (input_ids)
  here = Slice (places, axis_0, length, axis_0)
  embedded = Add (words, here)
  hidden_0 = kb.normalised (embedded, embeddings_LayerNorm_weight, embeddings_LayerNorm_bias)
"""

# All heads at once; query, key and value come from one multiplication.
LAYER: Final = """
  three_{n} = Concat <axis = 0> ({of}attention_self_query_weight, {of}attention_self_key_weight,
                                 {of}attention_self_value_weight)
  biases_{n} = Concat <axis = 0> ({of}attention_self_query_bias, {of}attention_self_key_bias,
                                  {of}attention_self_value_bias)
  product_{n} = kb.linear (hidden_{n}, three_{n}, biases_{n})
  apart_{n} = Reshape (product_{n}, parts)
  by_head_{n} = Transpose <perm = [1, 2, 0, 3]> (apart_{n})
  query_{n}, key_{n}, value_{n} = Split <axis = 0, num_outputs = 3> (by_head_{n})
  damped_{n} = Mul (query_{n}, damping)
  turned_{n} = Transpose <perm = [0, 1, 3, 2]> (key_{n})
  alike_{n} = MatMul (damped_{n}, turned_{n})
  attention_{n} = Softmax <axis = -1> (alike_{n})
  mixed_{n} = MatMul (attention_{n}, value_{n})
  by_token_{n} = Transpose <perm = [0, 2, 1, 3]> (mixed_{n})
  joined_{n} = Reshape (by_token_{n}, together)
  attended_{n} = kb.linear (joined_{n}, {of}attention_output_dense_weight, {of}attention_output_dense_bias)
  with_attended_{n} = Add (hidden_{n}, attended_{n})
  seen_{n} = kb.normalised (with_attended_{n}, {of}attention_output_LayerNorm_weight,
                            {of}attention_output_LayerNorm_bias)
  wide_{n} = kb.linear (seen_{n}, {of}intermediate_dense_weight, {of}intermediate_dense_bias)
  bent_{n} = Gelu (wide_{n})
  narrow_{n} = kb.linear (bent_{n}, {of}output_dense_weight, {of}output_dense_bias)
  with_narrow_{n} = Add (seen_{n}, narrow_{n})
  hidden_{next} = kb.normalised (with_narrow_{n}, {of}output_LayerNorm_weight, {of}output_LayerNorm_bias)
"""

ENCODER: Final = """
<ir_version: {ir_version}, opset_import: ["": 20, "kb": 1, "com.microsoft": 1]>
sentence_encoder (int64[1, tokens] input_ids) => (float[1, {hidden}] embedding) {{
{layers}
  mean = ReduceMean <keepdims = 0> (hidden_{last}, axis_1)
  embedding = LpNormalization <axis = 1, p = 2> (mean)
}}
"""


def read_header(path: Path) -> dict[str, Tensor]:
    """Return the tensors of 32-bit floats of a safetensors file: 8 bytes of header length, a JSON header, the data."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    found = {}
    for name, about in header.items():
        if about.get("dtype") == "F32":
            begin, end = about["data_offsets"]
            found[name] = Tensor(tuple(about["shape"]), 8 + length + begin, end - begin)
    return found


def build_graph(tensors: Mapping[str, Tensor], shape: BertShape, *, weights: str = "model.safetensors") -> bytes:
    """Return the graph: `input_ids` int64 [1, tokens] to `embedding` float32 [1, dimensions], a unit vector.

    It is the mean over the tokens, divided by its length. One text a run, so there is no padding and no mask. `weights`
    is the name of the file that `tensors` are in. The same tensors give the same bytes.
    """
    named = {name.replace(".", "_"): tensor for name, tensor in tensors.items()}
    text = _text(named["embeddings_word_embeddings_weight"].shape[1], shape)
    model = onnx.parser.parse_model(text)
    for name, tensor in sorted(named.items()):
        if name in text:
            model.graph.initializer.append(_external(name, tensor, weights))
    return bytes(model.SerializeToString(deterministic=True))


def _text(hidden: int, shape: BertShape) -> str:
    width = hidden // shape.heads
    layers = EMBEDDINGS.format(
        heads=shape.heads,
        width=width,
        hidden=hidden,
        damping=f"{width**-0.5:.9}",
        largest_embedding=float(LARGEST_EMBEDDING),
    )
    for layer in range(shape.layers):
        layers += LAYER.format(n=layer, next=layer + 1, of=f"encoder_layer_{layer}_")
    encoder = ENCODER.format(ir_version=IR_VERSION, hidden=hidden, layers=layers, last=shape.layers)
    return encoder + FUNCTIONS.format(largest_weight=float(LARGEST_WEIGHT), epsilon=f"{shape.layer_norm_epsilon:.1e}")


def _external(name: str, tensor: Tensor, file: str) -> onnx.TensorProto:
    found = onnx.TensorProto(name=name, data_type=onnx.TensorProto.FLOAT, dims=tensor.shape)
    found.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", file), ("offset", tensor.offset), ("length", tensor.length)):
        found.external_data.add(key=key, value=str(value))
    return found


def main(weights: str, graph: str) -> None:
    """Write the graph of MiniLM for the weights in a file."""
    Path(graph).write_bytes(build_graph(read_header(Path(weights)), MINILM))


if __name__ == "__main__":
    main(*sys.argv[1:])
