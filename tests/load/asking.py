"""Clients that ask a server and note how long each answer took, and which never came."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

QUESTIONS: Final = (
    "we pay for 60 seats but only 48 people use it, why?",
    "how do I reduce the number of seats?",
    "staff count exceeded",
    "when is my invoice sent?",
    "how many active staff do we have",
    "cancel subscription",
    "what happens when the licence expires",
    "change the credit card",
    "disable a staff user",
    "refund for unused seats",
)
ANSWER_PATH: Final = "/api/v1/answer"
PATIENCE_SECONDS: Final = 15.0  # beyond it a request counts as lost

Domain = Callable[[int, float], str | None]


@dataclass(slots=True)
class Seen:
    """What clients saw: seconds of each answer, the statuses of live counts, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def percentile_ms(self, share: float) -> float:
        """Return the time in ms within which `share` (0 to 1) of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] * 1000


def start_asking(
    port: int, *, clients: int, seconds: float, pause_seconds: float, domain: Domain
) -> Callable[[], Seen]:
    """Let `clients` ask one question after another for so long; the function returned waits for them.

    `domain` gives the helpdesk that a client (by number, at that many seconds after the start) asks about, or None.
    """
    seen = Seen()
    threads = [
        threading.Thread(target=_ask_on, args=(port, number, seconds, pause_seconds, domain, seen))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()

    def wait() -> Seen:
        for thread in threads:
            thread.join()
        return seen

    return wait


def _ask_on(port: int, number: int, seconds: float, pause_seconds: float, domain: Domain, seen: Seen) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    started = time.monotonic()
    asked = number
    while (now := time.monotonic() - started) < seconds:
        host = domain(number, now)
        question = {"q": QUESTIONS[asked % len(QUESTIONS)]} | ({"domain": host} if host else {})
        _ask(connection, f"{ANSWER_PATH}?{urlencode(question)}", seen)
        asked += 1
        time.sleep(pause_seconds)
    connection.close()


def _ask(connection: http.client.HTTPConnection, path: str, seen: Seen) -> None:
    started = time.perf_counter()
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
    except OSError as error:
        seen.lost.append(repr(error))
        connection.close()
        return
    seen.seconds.append(time.perf_counter() - started)
    if response.status != http.client.OK:
        seen.lost.append(f"{response.status} {path}")
    elif live := json.loads(body)["staff_count"]:
        seen.statuses.append(live["status"])


def median(numbers: Sequence[float]) -> float:
    """Return the middle one, of an even number the upper middle."""
    return sorted(numbers)[len(numbers) // 2]
