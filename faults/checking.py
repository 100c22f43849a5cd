"""Asks a server, and knows what is right: a reply tells the edition of the generation that it is from."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from faults.requests import EDITION, ID, Request

PATIENCE_SECONDS: Final = 20.0
CLIENTS: Final = 4
_EDITION: Final = re.compile(r"edition of the handbook is number (\d+)")
_GENERATION: Final = re.compile(r'"generation":"([^"]+)"')
_TAGGED: Final = re.compile(r'W/"(\d{6}-[0-9a-f]{8})\.')
_QUERY_ID: Final = re.compile(r'"query_id":"(q_\w{26})"')
_NEGATIVE: Final = re.compile(r'"took_ms":-')


@dataclass
class Checker:
    """What came of requests: `counts` by kind, the seconds of right ones, and which generation told which edition.

    right     what the generation has that the reply names; votes: stored
    wrong     something else
    mixed     of two generations
    refused   told to come again: 429 or 503 with Retry-After
    failed    another status than the right one
    lost      no answer at all, or a proxy that says so
    again     not lost, since it was sent a second time
    """

    again: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    votes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    editions: dict[str, int] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    examples: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _answered: deque[str] = field(default_factory=lambda: deque(maxlen=100))

    def published(self, generation: str, edition: int) -> None:
        """Note what was published."""
        with self.lock:
            if self.editions.setdefault(generation, edition) != edition:
                self.counts["wrong"] += 1

    def ask(self, port: int, request: Request = EDITION) -> str:
        """Ask once, with `again` a second time when nothing comes; return the kind of what came."""
        if request.votes:
            request = request._replace(body=request.body.replace(ID, self._query_id(port)))
        started = time.monotonic()
        kind = self._sent(port, request)
        if kind == "lost" and self.again:
            with self.lock:
                self.counts["again"] += 1
            kind = self._sent(port, request)
        with self.lock:
            self.counts[kind] += 1
            if kind == "right":
                self.seconds.append(time.monotonic() - started)
        return kind

    def _query_id(self, port: int) -> str:
        """Return the id of an answer that nobody has voted on; "" when there is none to be had."""
        for _ in range(2):
            with suppress(IndexError):
                return self._answered.popleft()
            self.ask(port)
        return ""

    def _sent(self, port: int, request: Request) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        headers = {"Content-Type": "application/json"} if request.body else {}
        try:
            connection.request(request.method, request.path, request.body or None, headers)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            return self._noted("lost", request, repr(error))
        finally:
            connection.close()
        return self._noted(self._kind(request, response, body.decode()), request, f"{response.status} {body[:200]!r}")

    def _noted(self, kind: str, request: Request, came: str) -> str:
        if kind != "right":
            with self.lock:
                self.examples.setdefault(kind, f"{request.method} {request.path} {request.body[:60]}: {came}")
        if "/feedback" in request.path and 201 in request.statuses:
            with self.lock:
                self.votes[kind] += 1
                if kind == "right" and (voted := _QUERY_ID.search(came)):
                    self.kept.add(voted[1])
        return kind

    def _kind(self, request: Request, response: http.client.HTTPResponse, text: str) -> str:
        if response.status in (429, 503) and response.headers["Retry-After"]:
            return "refused"
        if response.status not in request.statuses:
            return "lost" if response.status in (502, 504) else "failed"
        generations = {*_GENERATION.findall(text), *_TAGGED.findall(response.headers["ETag"] or "")}
        editions = {int(number) for number in _EDITION.findall(text)}
        if len(generations) > 1 or len(editions) > 1:
            return "mixed"
        if len(editions) != request.tells_edition or request.tells not in text or _NEGATIVE.search(text):
            return "wrong"
        if editions:
            (generation,), (edition,) = generations, editions
            with self.lock:
                self._answered.extend(_QUERY_ID.findall(text))
                if self.editions.setdefault(generation, edition) != edition:
                    return "wrong"
        return "right"

    def ask_for(
        self,
        port: int,
        seconds: float | threading.Event,
        *,
        requests: Sequence[Request] = (EDITION,),
        clients: int = CLIENTS,
    ) -> None:
        """Let so many clients ask one request after another, for so long or until then."""
        end = time.monotonic() + seconds if isinstance(seconds, float | int) else None

        def ask_on(number: int) -> None:
            chance = random.Random(number)
            while time.monotonic() < end if end else not seconds.is_set():  # type: ignore[union-attr]
                self.ask(port, chance.choice(requests))

        run_together([threading.Thread(target=ask_on, args=(number,)) for number in range(clients)])

    def ask_times(self, port: int, times: int, *, requests: Sequence[Request], clients: int = CLIENTS) -> None:
        """Let so many clients ask that many requests together."""

        def ask_on(number: int) -> None:
            chance = random.Random(number)
            for _ in range(times // clients):
                self.ask(port, chance.choice(requests))

        run_together([threading.Thread(target=ask_on, args=(number,)) for number in range(clients)])

    def only(self, *kinds: str) -> bool:
        """Return whether something was right, and nothing came but that and these kinds."""
        return self.counts["right"] > 0 and {kind for kind, count in self.counts.items() if count} <= {"right", *kinds}

    def percentile(self, share: float) -> float:
        """Return the time in seconds within which that share of the right answers came."""
        ordered = sorted(self.seconds) or [float("nan")]
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]

    def __str__(self) -> str:
        """Return the counts, and an example of what must never be."""
        told = [f"{count:,} {kind}" for kind, count in sorted(self.counts.items()) if count]
        told += [f"e.g. {self.examples[kind]}" for kind in ("failed", "wrong", "mixed") if kind in self.examples]
        return ", ".join(told)


def run_together(threads: list[threading.Thread]) -> None:
    """Start them all and wait for all."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
