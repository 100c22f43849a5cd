"""Trains what reads passages together with the question; it ships as kb_service/meaning/pair-reader.onnx."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from kb_service.answers.reader import passage_scores
from kb_service.answers.together import pair_of
from kb_service.answers.weights import Weights
from kb_service.meaning import installed_model
from kb_service.meaning.installation import PUBLIC_SOURCES, fetch_files
from kb_service.meaning.installed_model import MINILM
from kb_service.meaning.pair_reader import PairLayout, open_pair_layout
from quality.reader_fitting import Asked, fit, outcome
from quality.reader_network import Example, graph_of, train

LEAST: Final = 0.005  # of a chance whose odds are learned from


def trained(asked: Sequence[Asked], model: Path, weights: Path) -> bytes:
    """Return the graph of a network trained on questions, beside weights fitted on the same."""
    fitted, layout = fit(asked), open_pair_layout(model)
    return graph_of(train([_example(each, fitted, layout) for each in asked if each.signs is not None], weights))


def _example(asked: Asked, fitted: Weights, layout: PairLayout) -> Example:
    assert asked.signs is not None
    starts, worth = asked.signs.starts, asked.signs.sentences @ fitted.of_sentences
    chance = min(max(outcome(asked, fitted).chance, LEAST), 1 - LEAST)
    sentences = [worth[start:end] for start, end in pairwise(starts)]
    gold = [at for at, each in enumerate(asked.ranked.passages) if each.entry.passage.id in asked.judged.marked]
    pairs = []
    for ranked, read, scores in zip(asked.ranked.passages, asked.signs.read, sentences, strict=True):
        around = read.spans[int(scores.argmax())][0] if len(scores) else 0
        pairs.append(layout.pair(pair_of(asked.understood, ranked, around)))
    return Example(
        pairs=pairs,
        scores=passage_scores(asked.ranked, asked.signs, fitted),
        sentences=sentences,
        sure=math.log(chance / (1 - chance)),
        right=asked.right,
        gold=gold[0] if gold else -1,
        marked=asked.marked,
    )


def fetched_weights(folder: Path) -> Path:
    """Return the weights of the model as they were published, fetched below a folder unless they are there."""
    if not (folder / MINILM.weights.name).exists():
        folder.mkdir(parents=True, exist_ok=True)
        fetch_files(MINILM.files, folder, sources=PUBLIC_SOURCES, progress=print)
    return folder / MINILM.weights.name


def write_pair_reader(content: bytes) -> None:
    """Write what ships, and its SHA-256 where it is verified."""
    assert MINILM.pair_reader is not None
    MINILM.pair_reader.path.write_bytes(content)
    source = Path(installed_model.__file__)
    digest = hashlib.sha256(content).hexdigest()
    text = re.sub(r'(?m)^(PAIR_READER_SHA256: Final = )".*"$', rf'\1"{digest}"', source.read_text(encoding="utf-8"))
    source.write_text(text, encoding="utf-8")
