"""Times of repeated work, in milliseconds of this thread's CPU: a busy machine then changes them least."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

import numpy as np

T = TypeVar("T")

ROUNDS: Final = 3
NONE: Final[Mapping[str, int]] = MappingProxyType({})


class Times(NamedTuple):
    """Percentiles in milliseconds."""

    p50: float
    p95: float
    p99: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> Times:
        return cls(*(float(value) for value in np.percentile(milliseconds, (50, 95, 99))))

    def __str__(self) -> str:
        return " | ".join(f"{value:.2f}" for value in self)


def times(make: Callable[[], Callable[[T], object]], inputs: Sequence[T]) -> Times:
    """Return the times of one work, see side_by_side."""
    return side_by_side(lambda: {"": make()}, inputs)[""]


def side_by_side(
    make: Callable[[], Mapping[str, Callable[[T], object]]], inputs: Sequence[T], *, few: Mapping[str, int] = NONE
) -> dict[str, Times]:
    """Return the times of several works on each of `inputs` but the first tenth, which warms up.

    They take turns at each input, and of ROUNDS rounds, for each of which `make` makes them anew, the least time of an
    input counts: what else the machine does then falls on none of them. `few` says which are given fewer inputs.
    """
    warm = len(inputs) // 10
    least: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        works = make()
        for name, work in works.items():
            least.setdefault(name, [math.inf] * min(len(inputs) - warm, few.get(name, len(inputs))))
            for each in inputs[: min(warm, len(least[name]))]:
                work(each)
        for at, each in enumerate(inputs[warm:]):
            for name, work in works.items():
                if at < len(least[name]):
                    least[name][at] = min(least[name][at], _milliseconds(work, each))
    return {name: Times.of(taken) for name, taken in least.items()}


def _milliseconds(work: Callable[[T], object], given: T) -> float:
    started = time.thread_time_ns()
    work(given)
    return (time.thread_time_ns() - started) / 1e6


def seconds(work: Callable[[], T]) -> tuple[T, float]:
    """Return what `work` returns and the seconds on the clock."""
    started = time.perf_counter()
    done = work()
    return done, time.perf_counter() - started
