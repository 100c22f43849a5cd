"""The machine: temporary files, open files, the clock."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from contextlib import suppress

from faults import articles
from faults.checking import Checker
from faults.experiments.sizes import Result, Size
from faults.machine import Clock, fill, small_disk
from faults.requests import MIXED
from faults.serving import Installation, serving, wait_until

HOUR = 3600


def temporary_folder_full(at: Installation, size: Size) -> Result:
    """The disk for temporary files is full from the start, or gets full; workers end then: they come back."""
    temporary, checker, ended = at.folder / "temporary", Checker(), 0
    for is_full in (False, True):
        with small_disk(temporary, megabytes=8):
            if is_full:
                fill(temporary)
            with serving(at, TMPDIR=str(temporary)) as server:
                if not is_full:
                    fill(temporary)
                checker.ask_for(server.port, size.fault_seconds, requests=MIXED)
                os.kill(server.workers()[0], signal.SIGKILL)
                came_back = wait_until(lambda: server.has_started(3))
                checker.ask_for(server.port, size.fault_seconds, requests=MIXED)
                ended += server.logged("ended (") - 1
    return Result(f"{checker}; {ended} workers ended by it", came_back and not ended and checker.only())


def temporary_folder_cleaned(at: Installation, size: Size) -> Result:
    """The folder for temporary files is emptied while the service runs, and a worker ends then: it comes back."""
    temporary, checker = at.folder / "temporary", Checker()
    temporary.mkdir(exist_ok=True)
    with serving(at, TMPDIR=str(temporary)) as server:
        shutil.rmtree(temporary)
        os.kill(server.workers()[0], signal.SIGKILL)
        came_back = wait_until(lambda: server.has_started(3))
        checker.ask_for(server.port, size.fault_seconds, requests=MIXED)
    return Result(f"came back: {came_back}; {checker}", came_back and checker.only())


def few_files(at: Installation, size: Size) -> Result:
    """64 open files a process and 100 idle clients: it goes on, and answers all when they have gone."""
    checker = Checker()
    with serving(at, files=64) as server:
        idle = []
        for _ in range(100):
            with suppress(OSError):
                idle.append(socket.create_connection(("127.0.0.1", server.port), timeout=2))
        time.sleep(1)
        for each in idle:
            each.close()
        checker.ask_for(server.port, size.fault_seconds, requests=MIXED, clients=2)
        ended = server.logged("ended (")
    return Result(f"{len(idle)} idle; {checker}; {ended} workers ended", checker.only() and not ended)


def clock_jumps(at: Installation, size: Size) -> Result:
    """The clock jumps by an hour, to 1970, to 2100 and back, and the index is built there: answers as ever."""
    clock, checker, now = Clock(at.folder), Checker(), time.time()
    jumps = (HOUR, -HOUR, 86_400 - now, 4_102_444_800 - now, 0)
    with serving(at, **clock.environ) as server:
        checker.ask_for(server.port, size.fault_seconds, requests=MIXED)
        for edition, seconds in enumerate(jumps, 1):
            clock.jump(seconds)
            time.sleep(1.5)  # until all processes have looked
            checker.ask_for(server.port, size.fault_seconds, requests=MIXED)
            articles.write(at.articles, edition)
            checker.published(at.build(**clock.environ), edition)
            checker.ask_for(server.port, size.fault_seconds, requests=MIXED)
        latest = wait_until(lambda: _told(checker, server.port) == "right", 10)
        reason, ended = server.readiness(), server.logged("ended (")
    stored = at.votes()
    told = f"{len(jumps)} jumps and builds; {checker}; {len(checker.kept - stored)} of {len(checker.kept):,} votes lost"
    holds = latest and checker.only() and not reason and not ended and checker.kept <= stored
    return Result(f"{told}; {reason or 'ready'}, {ended} workers ended", holds)


def _told(checker: Checker, port: int) -> str:
    return checker.ask(port)
