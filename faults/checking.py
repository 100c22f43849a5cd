"""Asks a server, and knows what is right: an answer tells the edition of the generation that it is from."""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from faults.articles import QUESTION

ADDRESS: Final = f"/api/v1/answer?q={quote(QUESTION)}"
PATIENCE_SECONDS: Final = 20.0
_EDITION: Final = re.compile(r"edition of the handbook is number (\d+)")


@dataclass
class Checker:
    """What came of questions: `counts` by kind, the seconds of right ones, and which generation told which edition.

    right     the edition of its generation
    wrong     another edition than others of that generation told, or none
    refused   told to come again: 429 or 503 with Retry-After
    failed    any other status
    lost      no answer at all
    """

    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    editions: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def published(self, generation: str, edition: int) -> None:
        """Note what was published."""
        with self.lock:
            if self.editions.setdefault(generation, edition) != edition:
                self.counts["wrong"] += 1

    def ask(self, port: int) -> str:
        """Ask once; return the kind of what came."""
        started = time.monotonic()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
            try:
                connection.request("GET", ADDRESS)
                response = connection.getresponse()
                body = response.read()
            finally:
                connection.close()
        except (OSError, http.client.HTTPException):
            kind = "lost"
        else:
            kind = self._kind(response, body)
        with self.lock:
            self.counts[kind] += 1
            if kind == "right":
                self.seconds.append(time.monotonic() - started)
        return kind

    def _kind(self, response: http.client.HTTPResponse, body: bytes) -> str:
        if response.status in (429, 503) and response.headers["Retry-After"]:
            return "refused"
        if response.status != 200:
            return "failed"
        told = json.loads(body)
        edition = _EDITION.search((told["answer"] or {}).get("text", ""))
        if edition is None:
            return "wrong"
        with self.lock:
            known = self.editions.setdefault(told["index"]["generation"], int(edition[1]))
        return "right" if known == int(edition[1]) else "wrong"

    def ask_for(self, port: int, seconds: float, *, clients: int = 4, pause: float = 0.0) -> None:
        """Let so many clients ask one question after another for so long."""
        end = time.monotonic() + seconds

        def ask_on() -> None:
            while time.monotonic() < end:
                self.ask(port)
                time.sleep(pause)

        run_together([threading.Thread(target=ask_on) for _ in range(clients)])

    def percentile(self, share: float) -> float:
        """Return the time in seconds within which that share of the right answers came."""
        ordered = sorted(self.seconds) or [float("nan")]
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    def __str__(self) -> str:
        return ", ".join(f"{count} {kind}" for kind, count in sorted(self.counts.items()))


def run_together(threads: list[threading.Thread]) -> None:
    """Start them all and wait for all."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
