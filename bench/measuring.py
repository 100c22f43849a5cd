"""Times of repeated work, in milliseconds of this thread's CPU: a busy machine then changes them least."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

T = TypeVar("T")


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


def times(work: Callable[[T], object], inputs: Sequence[T]) -> Times:
    """Return the times of `work` on each of `inputs` but the first tenth, which warms up."""
    warm = len(inputs) // 10
    for each in inputs[:warm]:
        work(each)
    taken = []
    for each in inputs[warm:]:
        started = time.thread_time_ns()
        work(each)
        taken.append((time.thread_time_ns() - started) / 1e6)
    return Times.of(taken)


def seconds(work: Callable[[], T]) -> tuple[T, float]:
    """Return what `work` returns and the seconds on the clock."""
    started = time.perf_counter()
    done = work()
    return done, time.perf_counter() - started
