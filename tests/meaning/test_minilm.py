"""The real model, installed as a user would."""

from __future__ import annotations

import numpy as np
import pytest

from kb_service.meaning.installed_model import MINILM, TOLERANCE, largest_difference
from kb_service.meaning.vectors import OnnxEncoder


def test_the_model_says_what_it_must(real_encoder: OnnxEncoder) -> None:
    assert real_encoder.dimensions == 384
    assert largest_difference(real_encoder, MINILM.reference) <= TOLERANCE


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("How do I get a copy of my bill?", "Download invoices", "Remove staff seats"),
        ("we have fewer people now", "Reducing the number of seats", "Changing the payment card"),
        ("card declined", "A payment failed", "Adding a colleague"),
        ("stop my subscription", "Cancelling your plan", "Upgrading your plan"),
    ],
)
def test_texts_that_mean_alike_are_nearer(real_encoder: OnnxEncoder, question: str, right: str, wrong: str) -> None:
    asked, near, far = real_encoder.encode([question, right, wrong])

    assert asked @ near > asked @ far


def test_a_known_wrong_model_is_told_apart(real_encoder: OnnxEncoder) -> None:
    swapped = dict(zip(MINILM.reference, list(MINILM.reference.values())[::-1], strict=True))

    assert largest_difference(real_encoder, swapped) > 2 * TOLERANCE


def test_words_beyond_the_longest_text_are_not_seen(real_encoder: OnnxEncoder) -> None:
    long = "the account owner can pay " * 60

    assert np.array_equal(*real_encoder.encode([long, long + "elephants"]))
