"""Simulated people typing: suggestion requests against a running server on this machine.

    python bench/typists.py --port 8000

Prints the median and the 99th percentile in milliseconds, and the errors. A server that is measured needs
KB_RATE_LIMIT=off: all typists share one address.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import random
import statistics
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

TYPISTS: Final = 50
REQUESTS: Final = 10_000
MAX_REQUESTS: Final = 100_000
PAUSE_SECONDS: Final = (0.15, 0.35)  # between two requests of one person who types
TIMEOUT_SECONDS: Final = 10.0
QUESTIONS: Final = (
    "why are we billed for more seats than we have active staff",
    "how do I reduce the number of seats",
    "do disabled staff still count",
    "can we pay by bank transfer",
    "where is my invoice",
    "staff count exceeded what now",
)


@dataclass
class Measured:
    """What all typists found."""

    milliseconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def beginnings(chance: random.Random) -> Iterator[str]:
    """Yield what stands in the box after each pause, question after question."""
    while True:
        question, length = chance.choice(QUESTIONS), 0
        while length < len(question):
            length += chance.randint(1, 6)
            yield question[:length]


def type_questions(port: int, requests: int, pause: tuple[float, float], seed: int, measured: Measured) -> None:
    """Type questions letter by letter over one kept connection, a request after each pause."""
    chance = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    time.sleep(chance.uniform(0, pause[1]))
    for typed in itertools.islice(beginnings(chance), requests):
        started = time.perf_counter()
        try:
            connection.request("GET", f"/api/v1/suggest?limit=5&q={quote(typed)}")
            response = connection.getresponse()
            response.read()
            if response.status != 200:
                measured.errors.append(str(response.status))
        except (OSError, http.client.HTTPException) as error:
            measured.errors.append(type(error).__name__)
            connection.close()
        measured.milliseconds.append((time.perf_counter() - started) * 1000)
        time.sleep(chance.uniform(*pause))
    connection.close()


def measure(port: int, *, typists: int, requests: int, pause: tuple[float, float]) -> tuple[Measured, float]:
    """Return what was measured and how many seconds it took."""
    measured = Measured()
    threads = [
        threading.Thread(target=type_questions, args=(port, requests // typists, pause, seed, measured))
        for seed in range(typists)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return measured, time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--typists", type=int, default=TYPISTS)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--no-pause", action="store_true", help="ask again at once: a load, not people")
    given = parser.parse_args()
    pause = (0.0, 0.0) if given.no_pause else PAUSE_SECONDS
    measured, seconds = measure(
        given.port, typists=given.typists, requests=min(given.requests, MAX_REQUESTS), pause=pause
    )
    percentiles = statistics.quantiles(measured.milliseconds, n=100)
    print(f"{len(measured.milliseconds):,} requests by {given.typists} typists in {seconds:.1f} s")
    print(f"p50 {percentiles[49]:.1f} ms  p99 {percentiles[98]:.1f} ms  max {max(measured.milliseconds):.1f} ms")
    print(f"errors {len(measured.errors)} {sorted(set(measured.errors))}")


if __name__ == "__main__":
    main()
