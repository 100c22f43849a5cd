"""Clients: slow ones, many at once, very many requests."""

from __future__ import annotations

import math
import socket
import statistics
import threading
import time
from typing import Final

import numpy

from faults.checking import Checker, run_together
from faults.experiments.sizes import Result, Size
from faults.requests import MIXED
from faults.serving import Installation, Server, serving

SLOW_CLIENTS: Final = 200
WITHIN: Final = 0.95  # of the quiet speed
ROUNDS: Final = 3
MOST_ROUNDS: Final = 12
MARKS: Final = 10
WARM: Final = 2  # marks after which caches are full
MOST_GROWTH: Final = 1.0  # MB for 10,000 requests


def slow_clients_and_good_ones(at: Installation, size: Size) -> Result:
    """200 half-sent bodies, half-sent headers, idle and slow-reading clients: good ones do not notice."""
    shares: list[float] = []
    with serving(at) as server:
        _seconds_for(server, 50)
        while len(shares) < ROUNDS or (len(shares) < MOST_ROUNDS and max(shares) < WITHIN):
            quiet = _seconds_for(server, 200)
            slow = slow_clients(server.port)
            time.sleep(0.5)
            with_slow = _seconds_for(server, 200)
            for each in slow:
                each.close()
            time.sleep(0.5)
            shares.append(quiet / with_slow if math.isfinite(quiet) else 0.0)
    best, middle = max(shares), statistics.median(shares)  # the best, as the machine does other things too
    told = f"speed of good ones, of the quiet one: best {best:.2f}, median {middle:.2f} of {len(shares)}"
    return Result(f"{SLOW_CLIENTS} slow clients; {told}", best >= WITHIN)


def many_clients(at: Installation, size: Size) -> Result:
    """So many clients at once: each is answered, or told to come again."""
    checker = Checker()
    with serving(at) as server:
        run_together([threading.Thread(target=checker.ask, args=(server.port,)) for _ in range(size.clients)])
        after = checker.ask(server.port)
    told = f"{size.clients:,} at once: {checker}; p99 {checker.percentile(0.99):.1f} s"
    return Result(told, after == "right" and checker.only("refused"))


def mixed_requests(at: Installation, size: Size) -> Result:
    """Answers, pages, articles, suggestions, votes and bad requests: all right, and memory does not grow with them."""
    checker, marks = Checker(), []
    with serving(at, workers=1) as server:
        for _ in range(MARKS):
            checker.ask_times(server.port, size.requests // MARKS, requests=MIXED)
            marks.append(server.memory() / 1e6)
    stored = at.votes()
    steps = len(marks) - WARM
    slope = float(numpy.polyfit(range(steps), marks[WARM:], 1)[0])
    growth = slope * MARKS * 10_000 / size.requests
    memory = f"{marks[WARM]:.1f} to {marks[-1]:.1f} MB over the last {steps * size.requests // MARKS:,}"
    told = f"{checker}; {len(checker.kept):,} votes, {len(checker.kept - stored)} not stored; {memory}"
    # A short run is over before the slope can be told from the noise: there, what the whole grew by.
    grown = growth if size.requests >= 100_000 else marks[-1] - marks[WARM]
    limit = MOST_GROWTH if size.requests >= 100_000 else 4 * MOST_GROWTH
    slope_told = f", {growth:+.2f} MB for 10,000" if size.requests >= 100_000 else ""
    return Result(told + slope_told, checker.only() and checker.kept <= stored and grown < limit)


def slow_clients(port: int) -> list[socket.socket]:
    """Connect clients that send half a body, half a header or nothing, or do not read what they asked for."""
    clients = []
    for number in range(SLOW_CLIENTS):
        client = socket.create_connection(("127.0.0.1", port), timeout=5)
        head = "POST /api/v1/answer HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        sent = (f'{head}Content-Length: 100\r\n\r\n{{"q', "GET / HTTP/1.1\r\nHost: loc", "", "")[number % 4]
        if number % 4 == 3:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            sent = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
        client.sendall(sent.encode())
        clients.append(client)
    return clients


def _seconds_for(server: Server, questions: int) -> float:
    checker = Checker()
    started = time.monotonic()
    for _ in range(questions):
        if checker.ask(server.port) != "right":
            return float("inf")
    return time.monotonic() - started
