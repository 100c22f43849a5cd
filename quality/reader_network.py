"""Trains the network that reads a question together with a passage: three layers of MiniLM, on top of fitted signs.

It learns three things at once, each added to what the signs say: which passage is right, which of its sentences answer,
and whether the passage answers at all. Only the last is used: the others help to learn it. Needs torch
(requirements/reader.txt).
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from kb_service.meaning.pairs import Pair
from quality.reader_graph import build_graph

BELOW: Final = 0  # the layer of the model that reads pairs first, as it is
LAYERS: Final = (2, 4)  # those that are trained further, of the model's six
WIDTH: Final = 384
HEADS: Final = 12
EPSILON: Final = 1e-12
KINDS: Final = 4  # of tokens: see pairs.py

LEARNT: Final = 5_000  # questions, drawn of all that there are, each once
QUESTIONS: Final = 8  # of a step
GROUP: Final = 3  # passages read of a question
RATE: Final = 8e-5  # of the layers
RATE_OF_HEADS: Final = 1e-3
RATE_OF_BASE: Final = 1e-2
WARM_UP: Final = 40  # steps
DROPPED: Final = 0.1
ALIKE_RIGHT: Final = (0.95, 0.02)  # the chance that what is marked right is right, and that what is not is
RIGHT_WEIGHS: Final = 1.5
IN_PASSAGE: Final = 0.6  # of a sentence's loss, among those of its passage; the rest among those of all that are read
STEEPNESS: Final = 0.35  # how much likelier a wrong passage is read that is in a better place
SEED: Final = 1

Floats = NDArray[np.float64]


class Example(NamedTuple):
    """A judged question: its passages in pairs, what the signs give them and their sentences, and what is right.

    `order` are the passages by that, `sure` what the signs say of whether the first answers; `marked` tells of the
    sentences of passage `gold` (-1: none) whether they are of the marked answer.
    """

    pairs: Sequence[Pair]
    scores: Floats
    sentences: Sequence[Floats]
    sure: float
    right: Floats
    gold: int
    marked: Floats

    @property
    def order(self) -> list[int]:
        return [int(at) for at in np.argsort(-self.scores, kind="stable")]


class Layer(nn.Module):
    """A layer of the encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=EPSILON)
        self.inner = nn.Linear(WIDTH, 4 * WIDTH)
        self.outer = nn.Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=EPSILON)

    def forward(self, hidden: Tensor, lengths: Sequence[int], drop: float) -> Tensor:
        """Return what becomes of tokens, those of all texts one behind the other."""
        parts = self.qkv(hidden).view(len(hidden), 3, HEADS, WIDTH // HEADS).permute(1, 2, 0, 3)
        mixed = [
            functional.scaled_dot_product_attention(*each[:, None].unbind(0))[0]
            for each in parts.split(list(lengths), dim=2)
        ]
        attended = torch.cat(mixed, 1).transpose(0, 1).reshape(len(hidden), WIDTH)
        hidden = self.norm1(hidden + functional.dropout(self.out(attended), drop, self.training))
        wide = functional.gelu(self.inner(hidden))
        return self.norm2(hidden + functional.dropout(self.outer(wide), drop, self.training))


class Network(nn.Module):
    """The layers, what is added to tokens by their kind, and a head for each thing that is told."""

    def __init__(self, weights: Path) -> None:
        super().__init__()
        found = {name.removeprefix("bert."): each for name, each in load_file(str(weights)).items()}
        self.register_buffer("words", found["embeddings.word_embeddings.weight"], persistent=False)
        places = found["embeddings.position_embeddings.weight"] + found["embeddings.token_type_embeddings.weight"][0]
        self.register_buffer("places", places, persistent=False)
        self.register_buffer("scale", found["embeddings.LayerNorm.weight"], persistent=False)
        self.register_buffer("bias", found["embeddings.LayerNorm.bias"], persistent=False)
        self.kinds = nn.Embedding(KINDS, WIDTH)
        nn.init.zeros_(self.kinds.weight)
        self.below = Layer().requires_grad_(requires_grad=False)
        self.below.load_state_dict(_layer_state(found, BELOW))
        self.layers = nn.ModuleList(Layer() for _ in LAYERS)
        for mine, at in zip(self.layers, LAYERS, strict=True):
            mine.load_state_dict(_layer_state(found, at))
        self.passage, self.answers = nn.Linear(3 * WIDTH, 1), nn.Linear(3 * WIDTH, 1)
        self.sentence = nn.Linear(2 * WIDTH, 1)
        for head in (self.passage, self.answers, self.sentence):
            nn.init.normal_(head.weight, std=0.002)
            nn.init.zeros_(head.bias)
        # What is sure already, and how far behind the first a passage is, beside what is read; not part of a reading.
        self.base = nn.Linear(2, 1)
        with torch.no_grad():
            self.base.weight.copy_(torch.tensor([[0.7, 0.7]]))
            self.base.bias.zero_()

    def forward(self, pairs: Sequence[Pair], drop: float = 0.0) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Return what pairs are given: each passage, whether it answers, and the sentences that were read."""
        ids = torch.from_numpy(np.concatenate([each.ids for each in pairs]))
        kinds = torch.from_numpy(np.concatenate([each.kinds for each in pairs]))
        lengths = [len(each.ids) for each in pairs]
        places = torch.cat([torch.arange(length) for length in lengths])
        hidden = functional.layer_norm(self.words[ids] + self.places[places], (WIDTH,), self.scale, self.bias, EPSILON)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.below(hidden, lengths, 0.0) + self.kinds(kinds)
            for layer in self.layers:
                hidden = layer(hidden, lengths, drop)
        hidden = hidden.float()
        starts = np.cumsum([0, *lengths[:-1]]).tolist()
        whole, sentences = [], []
        for start, pair, length in zip(starts, pairs, lengths, strict=True):
            first = hidden[start]
            asked = hidden[start + 1 : start + pair.second - 1].mean(0) if pair.second > 2 else first
            whole.append(torch.cat([first, asked, hidden[start + pair.body : start + length].mean(0)]))
            rows = [
                hidden[start + a : start + b].mean(0) for a, b in zip(pair.bounds[:-1], pair.bounds[1:], strict=True)
            ]
            sentences += [torch.cat([each, first]) for each in rows]
        stacked = torch.stack(whole)
        each = self.sentence(torch.stack(sentences))[:, 0] if sentences else torch.zeros(0)
        return (
            self.passage(stacked)[:, 0],
            self.answers(stacked)[:, 0],
            list(each.split([len(pair.sentences) for pair in pairs])),
        )


def _layer_state(found: Mapping[str, Tensor], at: int) -> dict[str, Tensor]:
    of = f"encoder.layer.{at}."
    state = {}
    for part in ("weight", "bias"):
        three = [found[f"{of}attention.self.{one}.{part}"] for one in ("query", "key", "value")]
        state[f"qkv.{part}"] = torch.cat(three)
        for new, name in (
            ("out", "attention.output.dense"),
            ("norm1", "attention.output.LayerNorm"),
            ("inner", "intermediate.dense"),
            ("outer", "output.dense"),
            ("norm2", "output.LayerNorm"),
        ):
            state[f"{new}.{part}"] = found[f"{of}{name}.{part}"]
    return state


def train(examples: Sequence[Example], weights: Path) -> Network:
    """Return a network trained on questions that have passages, LEARNT of them, each once."""
    torch.manual_seed(SEED)
    chance = random.Random(SEED)  # noqa: S311  # what is learned from needs no secrecy
    order = chance.sample(examples, len(examples))[:LEARNT]
    network = Network(weights)
    network.train()
    trained = (
        (network.layers, RATE, 0.01),
        (nn.ModuleList([network.passage, network.answers, network.sentence, network.kinds]), RATE_OF_HEADS, 0.01),
        (network.base, RATE_OF_BASE, 0.0),
    )
    optimizer = torch.optim.AdamW(
        [{"params": [*each.parameters()], "weight_decay": decay} for each, _, decay in trained], lr=RATE
    )
    steps = len(order) // QUESTIONS
    started = time.monotonic()
    for step in range(steps):
        falling = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps))
        for group, (_, rate, _) in zip(optimizer.param_groups, trained, strict=True):
            group["lr"] = rate * min(1.0, (step + 1) / WARM_UP) * falling
        loss = _loss(network, order[step * QUESTIONS : (step + 1) * QUESTIONS], chance)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        if step % 100 == 99:
            print(f"  step {step + 1} of {steps}, {time.monotonic() - started:.0f} s: {loss.item():.3f}", flush=True)
    network.eval()
    return network


def _read_of(example: Example, chance: random.Random) -> list[int]:
    """Return the passages that are read of an example: a right one if there is one, and rather good wrong ones."""
    places = {at: place for place, at in enumerate(example.order)}
    wrong = [at for at in places if not example.right[at]]
    wrong.sort(key=lambda at: chance.expovariate(1.0) * (1 + STEEPNESS * places[at]))
    right = [example.gold] if example.gold >= 0 else np.flatnonzero(example.right).tolist()[:1]
    return [*right, *wrong][:GROUP]


def _loss(network: Network, batch: Sequence[Example], chance: random.Random) -> Tensor:
    read = [_read_of(each, chance) for each in batch]
    pairs = [each.pairs[at] for each, ats in zip(batch, read, strict=True) for at in ats]
    passages, answers, sentences = network(pairs, DROPPED)
    total, start = torch.zeros(()), 0
    for example, ats in zip(batch, read, strict=True):
        mine = slice(start, start + len(ats))
        start += len(ats)
        right, all_right = (torch.from_numpy(each).float() for each in (example.right[ats], example.right))
        base = torch.from_numpy(example.scores).float()
        if all_right.any():
            scores = base.index_add(0, torch.tensor(ats), passages[mine])
            total = total + torch.logsumexp(scores, 0) - torch.logsumexp(scores[all_right > 0], 0)
        behind = base[ats] - base.max()
        known = network.base(torch.stack([torch.full_like(behind, example.sure), behind], 1))[:, 0]
        high, low = ALIKE_RIGHT
        total = total + functional.binary_cross_entropy_with_logits(
            answers[mine] + known, low + (high - low) * right, weight=1 + (RIGHT_WEIGHS - 1) * right
        )
        if example.gold in ats and 0 < example.marked.sum() < len(example.marked):
            each = [
                _with(example.sentences[at], example.pairs[at], more)
                for at, more in zip(ats, sentences[mine], strict=True)
            ]
            of_gold = each[ats.index(example.gold)]
            marked = torch.logsumexp(of_gold[torch.from_numpy(example.marked) > 0], 0)
            inside, everywhere = torch.logsumexp(of_gold, 0), torch.logsumexp(torch.cat(each), 0)
            total = total + IN_PASSAGE * inside + (1 - IN_PASSAGE) * everywhere - marked
    return total / len(batch)


def _with(scores: Floats, pair: Pair, more: Tensor) -> Tensor:
    base = torch.from_numpy(scores).float()
    return base.index_add(0, torch.tensor(pair.sentences, dtype=torch.long), more) if pair.sentences else base


def graph_of(network: Network) -> bytes:
    """Return what ships of a network: the ONNX graph of what tells whether a passage answers."""
    state = {name: each.detach().float().numpy() for name, each in network.state_dict().items()}
    state |= {"norm.weight": network.scale.numpy(), "norm.bias": network.bias.numpy()}
    return build_graph(state, ["below", *(f"layers.{at}" for at in range(len(LAYERS)))])
