"""What is broken, and what must hold. Each experiment returns what it counted, and whether that is as it must be."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from faults import articles
from faults.checking import Checker, run_together
from faults.serving import Installation, Server, serving, wait_until
from kb_service.assembly import open_knowledge_base
from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.settings import Settings

SLOW_CLIENTS: Final = 200
STOP_SECONDS: Final = 8.0
WITHIN: Final = 0.95  # of the quiet speed


class Result(NamedTuple):
    """What was counted, and whether everything holds that must."""

    counted: str
    holds: bool


class Size(NamedTuple):
    """How much of everything: the short form, or the whole."""

    kills: int
    worker_seconds: int
    copies: int
    clients: int
    requests: int
    rebuilds: int


SHORT: Final = Size(kills=8, worker_seconds=20, copies=30, clients=200, requests=2_000, rebuilds=3)
WHOLE: Final = Size(kills=200, worker_seconds=60, copies=500, clients=1_000, requests=100_000, rebuilds=20)
Experiment = Callable[[Installation, Size], Result]


def killed_builds(at: Installation, size: Size) -> Result:
    """kill -9 of `kb index` at random moments: what was served before, or the new edition, and nothing else."""
    chance, kept, bad = random.Random(1), 0, 0
    known = {at.build(): 0}
    for edition in range(1, size.kills + 1):
        articles.write(at.articles, edition)
        process = at.start_index()
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.3, 2.5))
        process.kill()
        process.communicate()
        status = WhooshEngine(at.index, audiences=("public",)).status()
        known.setdefault(status.generation, edition)
        bad += bool(status.reason) or not status.generation
        kept += known[status.generation] != edition
    at.build()
    left = len(list(at.index.glob("tmp-*")))
    return Result(f"{size.kills} kills, {kept} before the switch, {bad} damaged, {left} left over", not (bad or left))


def killed_workers(at: Installation, size: Size) -> Result:
    """kill -9 of a worker every 2 s under load: only what that worker had under way is lost."""
    checker, kills = Checker(), 0
    with serving(at) as server:
        asking = threading.Thread(target=checker.ask_for, args=(server.port, size.worker_seconds))
        asking.start()
        while asking.is_alive():
            time.sleep(2)
            if len(server.workers()) == 2 and server.logged(" serves, process") >= kills + 2:
                os.kill(server.workers()[0], signal.SIGKILL)
                kills += 1
        asking.join()
        said = server.logged("ended (SIGKILL)")
        came_back = wait_until(lambda: server.logged(" serves, process") >= kills + 2)
    lost = checker.counts["lost"]
    holds = came_back and said == kills > 0 and lost <= 4 * kills and not checker.counts["wrong"]
    return Result(f"{kills} kills, {said} said; {checker}", holds and not checker.counts["failed"])


def main_process_killed(at: Installation, size: Size) -> Result:
    """kill -9 of the process that keeps the workers: no worker is left, the port is free."""
    with serving(at) as server:
        workers = server.workers()
        server.process.kill()
        server.process.wait()
        gone = wait_until(lambda: not any(map(_runs, workers)), 15)
    return Result(f"{len(workers)} workers, {sum(map(_runs, workers))} left", gone)


def stopped_with_slow_clients(at: Installation, size: Size) -> Result:
    """SIGTERM while clients are slow, and one while workers start: it ends in time, with exit code 0."""
    with serving(at) as server:
        slow = slow_clients(server.port)
        seconds, code = server.stop(), server.process.returncode
        for each in slow:
            each.close()
    return Result(f"{seconds:.1f} s, exit code {code}", seconds < STOP_SECONDS and code == 0)


def slow_clients_and_good_ones(at: Installation, size: Size) -> Result:
    """200 half-sent bodies, half-sent headers, idle and slow-reading clients: good ones do not notice."""
    shares = []
    with serving(at) as server:
        _seconds_for(server, 50)
        for _ in range(3):
            quiet = _seconds_for(server, 200)
            slow = slow_clients(server.port)
            time.sleep(0.5)
            with_slow = _seconds_for(server, 200)
            for each in slow:
                each.close()
            time.sleep(0.5)
            shares.append(quiet / with_slow)
    best = max(shares)  # the machine does other things too
    told = ", ".join(f"{share:.2f}" for share in shares)
    return Result(f"{SLOW_CLIENTS} slow clients; speed of good ones, of the quiet one: {told}", best >= WITHIN)


def many_clients(at: Installation, size: Size) -> Result:
    """So many clients at once: each is answered, or told to come again."""
    checker = Checker()
    with serving(at) as server:
        run_together([threading.Thread(target=checker.ask, args=(server.port,)) for _ in range(size.clients)])
        after = checker.ask(server.port)
    counts = checker.counts
    holds = after == "right" and not (counts["lost"] or counts["failed"] or counts["wrong"])
    return Result(f"{size.clients} at once: {checker}; p99 {checker.percentile(0.99):.1f} s", holds)


def rebuilds_under_load(at: Installation, size: Size) -> Result:
    """The index is built again and again while it is asked: no answer is lost, none is of two generations."""
    checker = Checker()
    with serving(at) as server:
        done = threading.Event()

        def ask_on() -> None:
            while not done.is_set():
                checker.ask(server.port)

        askers = [threading.Thread(target=ask_on) for _ in range(3)]
        for each in askers:
            each.start()
        for edition in range(100, 100 + size.rebuilds):
            articles.write(at.articles, edition)
            checker.published(at.build(), edition)
        done.set()
        for each in askers:
            each.join()
        switches = server.logged("is served")
    told = set(checker.counts) - {"right"}
    return Result(f"{size.rebuilds} builds, {switches} switches logged; {checker}", not told and switches > 0)


def damaged_copies(at: Installation, size: Size) -> Result:
    """Bits flipped, files cut, blocks zeroed: whoever opens such a copy notices before it answers."""
    chance, noticed, silent = random.Random(2), 0, 0
    generation = at.build()
    files = [path for path in (at.index / generation).rglob("*") if path.is_file() and "agent" not in path.parts]
    for number in range(size.copies):
        copy = at.folder / "copy"
        shutil.copytree(at.index, copy)
        victim = copy / chance.choice(files).relative_to(at.index)
        _damage(victim, chance, number % 3)
        status = WhooshEngine(copy, audiences=("public",)).status()
        if status.generation == generation and not status.reason:
            silent += 1
        else:
            noticed += 1
        shutil.rmtree(copy)
    return Result(f"{size.copies} copies: {noticed} noticed, {silent} served as if whole", not silent)


def deleted_text(at: Installation, size: Size) -> Result:
    """An article is deleted and the index without it is damaged: whoever starts then shows the others alone."""
    settings = Settings(articles=at.articles, index=at.index, model=None)
    chance, copies = random.Random(3), max(size.copies // 10, 3)
    leaked = missing = silent = 0
    for number in range(copies):
        articles.write(at.articles, number)
        (at.articles / "secret.md").write_text(f"# Withdrawn\n\nThe withdrawn text {number}.\n", encoding="utf-8")
        at.build()
        (at.articles / "secret.md").unlink()
        built = at.index / at.build()
        _damage(built / "public" / "catalogue.safetensors", chance, number % 3)
        found = open_knowledge_base(settings, offline=True)
        silent += not found.status().reason
        leaked += any("withdrawn text" in passage.text for passage in found.search("withdrawn text").passages)
        missing += found.articles().total != len(articles.SUBJECTS) + 1
    told = f"{copies} times: {leaked} times shown, {missing} times others not shown, {silent} times nothing said"
    return Result(told, not (leaked or missing or silent))


def full_disk(at: Installation, size: Size) -> Result:
    """No room for a build: it says so and what was served is served on."""
    before = at.build()
    articles.write(at.articles, 7_000)
    process = at.start_index(largest_file=2_000)
    _, errors = process.communicate()
    status = WhooshEngine(at.index, audiences=("public",)).status()
    said = bool(errors.strip()) and "Traceback" not in errors
    holds = process.returncode == 3 and said and status.generation == before and not status.reason
    return Result(f"exit code {process.returncode}: {errors.strip()[:90]}", holds)


def temporary_folder_cleaned(at: Installation, size: Size) -> Result:
    """The folder for temporary files is emptied while the service runs, and a worker ends then: it comes back."""
    temporary, checker = at.folder / "temporary", Checker()
    temporary.mkdir(exist_ok=True)
    with serving(at, TMPDIR=str(temporary)) as server:
        shutil.rmtree(temporary)
        os.kill(server.workers()[0], signal.SIGKILL)
        came_back = wait_until(lambda: server.logged(" serves, process") >= 3)
        checker.ask_for(server.port, 2)
    return Result(f"came back: {came_back}; {checker}", came_back and set(checker.counts) == {"right"})


def few_files(at: Installation, size: Size) -> Result:
    """64 open files a process and 100 idle clients: it goes on, and answers when they have gone."""
    checker = Checker()
    with serving(at, files=64) as server:
        idle = []
        for _ in range(100):
            with suppress(OSError):
                idle.append(socket.create_connection(("127.0.0.1", server.port), timeout=2))
        time.sleep(1)
        for each in idle:
            each.close()
        checker.ask_for(server.port, 3, clients=2)
        ended = server.logged("ended (")
    return Result(f"{checker}; {ended} workers ended", checker.counts["right"] > 0 and not ended)


def memory(at: Installation, size: Size) -> Result:
    """Many requests: memory does not grow with them."""
    checker = Checker()
    with serving(at, workers=1) as server:
        share = size.requests // 4
        marks = []
        for _ in range(4):
            for _ in range(share):
                checker.ask(server.port)
            marks.append(server.memory())
    grown = (marks[-1] - marks[1]) / 1e6
    allowed = max(1.0, 2 * share / 10_000)
    return Result(f"{size.requests} requests, {grown:+.2f} MB over the last half; {checker}", grown < allowed)


def missing_articles(at: Installation, size: Size) -> Result:
    """Most articles are gone, as when a disk is not mounted: nothing is published."""
    for number in range(30):
        (at.articles / f"more{number}.md").write_text(f"# More {number}\n\nText {number}.\n", encoding="utf-8")
    before = at.build()
    for path in at.articles.glob("*.md"):
        if path.stem not in ("edition", "seats"):
            path.unlink()
    process = at.start_index()
    _, errors = process.communicate()
    status = WhooshEngine(at.index, audiences=("public",)).status()
    return Result(
        f"exit code {process.returncode}: {errors.strip()[:90]}",
        process.returncode == 1 and status.generation == before,
    )


EXPERIMENTS: Final[tuple[Experiment, ...]] = (
    killed_builds,
    damaged_copies,
    deleted_text,
    full_disk,
    missing_articles,
    killed_workers,
    main_process_killed,
    stopped_with_slow_clients,
    slow_clients_and_good_ones,
    many_clients,
    rebuilds_under_load,
    temporary_folder_cleaned,
    few_files,
    memory,
)


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


def _runs(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _damage(path: Path, chance: random.Random, how: int) -> None:
    data = bytearray(path.read_bytes() or b"\0")
    at = chance.randrange(len(data))
    if how == 0:
        data[at] ^= 1 << chance.randrange(8)
    elif how == 1:
        del data[at:]
    else:
        end = min(at + 512, len(data))
        data[at:end] = bytes((byte + 1) % 256 for byte in data[at:end])
    path.unlink()  # other generations have the same file under another name
    path.write_bytes(data)
