"""What the model must say of a few sentences, so that one that was built or runs wrongly is found out at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from kb_service.meaning.encoder import Encoder

Reference = Mapping[str, tuple[float, ...]]

# Quantized, a component is up to .017 away from these values; those of unrelated sentences are .1 to .2 apart.
TOLERANCE: Final = 0.04

# The first components of each sentence's vector, from a forward pass in double precision written apart from the graph.
# fmt: off
MINILM_REFERENCE: Final[Reference] = {
    "How do I download an invoice?": (
        -0.073, 0.052, -0.085, -0.054, -0.083, -0.053, -0.077, 0.082, 0.038, 0.032, -0.003, 0.030,
    ),
    "Where can I get a copy of my bill for last month?": (
        -0.039, 0.014, -0.005, -0.003, 0.023, -0.001, -0.117, 0.035, -0.010, -0.002, -0.034, 0.036,
    ),
    "Can I remove staff seats before the renewal date?": (
        -0.053, -0.033, 0.072, 0.032, -0.030, 0.036, -0.066, -0.143, 0.011, 0.051, -0.016, 0.114,
    ),
    "The payment by card was declined.": (
        0.015, 0.137, 0.048, 0.024, -0.036, -0.028, 0.025, -0.025, 0.084, -0.030, 0.044, 0.045,
    ),
    "Your card has been charged twice, and we will refund the second payment within five working days.": (
        0.012, -0.016, 0.051, 0.052, 0.028, -0.114, -0.001, -0.064, 0.023, -0.021, 0.039, -0.037,
    ),
    "He drove a long way through the mountains in heavy snow.": (
        0.024, 0.066, 0.052, 0.103, -0.008, -0.022, 0.020, 0.090, -0.060, 0.004, -0.028, 0.038,
    ),
    "VAT 20%: £1,200.50": (
        0.078, 0.038, 0.036, -0.015, 0.009, 0.018, 0.053, 0.076, -0.036, -0.010, 0.030, -0.047,
    ),
    "naïve café, Zürich": (
        0.011, 0.028, -0.006, 0.032, 0.069, 0.013, 0.030, -0.043, -0.029, -0.053, 0.012, -0.052,
    ),
}
# fmt: on


def largest_difference(encoder: Encoder, reference: Reference) -> float:
    """Return the largest difference of any component from the reference."""
    vectors = encoder.encode(list(reference))
    pairs = zip(vectors, reference.values(), strict=True)
    return max(float(np.abs(vector[: len(known)] - np.array(known)).max()) for vector, known in pairs)
