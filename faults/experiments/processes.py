"""Processes that are killed, or asked to end."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from faults.checking import CLIENTS, Checker
from faults.experiments.clients import slow_clients
from faults.experiments.sizes import Result, Size
from faults.machine import nginx
from faults.requests import MIXED, READING, Request
from faults.serving import Installation, Server, serving, wait_until

STOP_SECONDS: Final = 8.0
KILL_SECONDS: Final = 2.0


def killed_workers(at: Installation, size: Size) -> Result:
    """kill -9 of a worker every 2 s under load: only what it had in hand is unanswered; sent again, it is answered."""
    checker = Checker(again=True)
    with serving(at) as server:
        kills, holds = _killed(server, checker, server.port, size.workers, MIXED)
        told = f"{kills} kills, each said; {checker}; {len(checker.kept):,} votes stored"
        holds = holds and checker.counts["again"] <= CLIENTS * kills and checker.only("again")
    return Result(told, holds and at.votes() >= checker.kept)


def killed_workers_behind_nginx(at: Installation, size: Size) -> Result:
    """The same behind nginx with the file that is shipped: readers do not notice at all."""
    checker = Checker()
    with serving(at) as server, nginx(at.folder / "nginx", server.port) as port:
        kills, holds = _killed(server, checker, port, size.workers, READING)
    return Result(f"{kills} kills, each said; {checker}", holds and checker.only())


def _killed(server: Server, checker: Checker, port: int, workers: int, requests: Sequence[Request]) -> tuple[int, bool]:
    """Ask at that port while so many workers are killed, one every 2 s where the next has started by then.

    Return how many were, and whether all were said and came back.
    """
    kills, done = 0, threading.Event()
    asking = threading.Thread(target=checker.ask_for, args=(port, done), kwargs={"requests": requests})
    asking.start()
    came_back = True
    while kills < workers and came_back:
        time.sleep(KILL_SECONDS)
        os.kill(server.workers()[kills % 2], signal.SIGKILL)
        kills += 1
        came_back = wait_until(partial(server.has_started, kills + 2))
    done.set()
    asking.join()
    return kills, came_back and server.logged("ended (SIGKILL)") == kills


def main_process_killed(at: Installation, size: Size) -> Result:
    """kill -9 of the process that keeps the workers: no worker is left, the port is free."""
    with serving(at) as server:
        workers = server.workers()
        server.process.kill()
        server.process.wait()
        gone = wait_until(lambda: not any(map(_runs, workers)), 15)
    return Result(f"{len(workers)} workers, {sum(map(_runs, workers))} left", gone)


def stopped_with_slow_clients(at: Installation, size: Size) -> Result:
    """SIGTERM while clients are slow: it ends in time, with exit code 0."""
    with serving(at) as server:
        slow = slow_clients(server.port)
        seconds, code = server.stop(), server.process.returncode
        for each in slow:
            each.close()
    return Result(f"{seconds:.1f} s, exit code {code}", seconds < STOP_SECONDS and code == 0)


def _runs(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
