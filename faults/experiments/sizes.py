"""How much of everything, and what comes of an experiment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from faults.serving import Installation


class Result(NamedTuple):
    """What was counted, and whether everything holds that must."""

    counted: str
    holds: bool


class Size(NamedTuple):
    """The short form, or the whole."""

    kills: int
    workers: int
    copies: int
    clients: int
    requests: int
    rebuilds: int
    fillings: int
    fault_seconds: int


SHORT: Final = Size(kills=8, workers=3, copies=20, clients=200, requests=4_000, rebuilds=3, fillings=3, fault_seconds=3)
WHOLE: Final = Size(
    kills=200,
    workers=30,
    copies=500,
    clients=1_000,
    requests=100_000,
    rebuilds=20,
    fillings=20,
    fault_seconds=15,
)
Experiment = Callable[[Installation, Size], Result]
