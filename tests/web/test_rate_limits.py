"""Buckets that several processes share, in memory and in Redis."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from redis import Redis, RedisError

from kb_service.settings import load_settings
from kb_service.web import feedback, recording, visitors
from kb_service.web.console.register import SIGN_INS
from kb_service.web.rate_limits import Limit, OwnBuckets, RedisBuckets, SharedBuckets, read_limits, shared_file
from tests.lacking import lacks

TEN = Limit("ten", per_minute=1, burst=10)
TAKING = """
import sys
from kb_service.web.rate_limits import Limit, SharedBuckets
buckets = SharedBuckets(int(sys.argv[1]))
print(sum(buckets.take(Limit("ten", 0.001, 100), "a") == 0 for _ in range(80)))
"""


@pytest.fixture
def file() -> Iterator[int]:
    shared = shared_file()
    assert shared is not None
    yield shared
    os.close(shared)


def test_processes_that_share_buckets_count_together(file: int) -> None:
    command = [sys.executable, "-c", TAKING, str(file)]
    taking = [subprocess.Popen(command, pass_fds=[file], stdout=subprocess.PIPE, text=True) for _ in range(2)]

    assert sum(int(each.communicate()[0]) for each in taking) == 100


def test_threads_that_share_buckets_count_together(file: int) -> None:
    buckets, taken = SharedBuckets(file), []
    slow = Limit("slow", per_minute=0.001, burst=50)

    def take() -> None:
        taken.extend(buckets.take(slow, "a") for _ in range(40))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert taken.count(0.0) == 50


def test_a_shared_bucket_fills_again_and_clients_do_not_share_one(file: int) -> None:
    now = [100.0]
    buckets = SharedBuckets(file, clock=lambda: now[0])
    once = Limit("once", per_minute=60, burst=1)

    assert [buckets.take(once, "a"), buckets.take(once, "a"), buckets.take(once, "b")] == [0, 1, 0]
    now[0] += 1
    assert buckets.take(once, "a") == 0


def test_a_crowd_pushes_out_nobody_who_waits_longest(file: int) -> None:
    buckets = SharedBuckets(file, clock=lambda: 100.0)
    buckets.take(Limit("long", per_minute=0.001, burst=1), "waits")
    for number in range(20_000):
        buckets.take(TEN, str(number))

    assert buckets.take(Limit("long", per_minute=0.001, burst=1), "waits") > 0


def test_limits_are_read_as_they_are_written() -> None:
    assert read_limits(["answers=240/60", "votes=0.5"]) == {
        "answers": Limit("answers", 240, 60),
        "votes": Limit("votes", 0.5, 1),
    }


def test_every_limit_can_be_chosen() -> None:
    limits = [visitors.ANSWERS, visitors.SUGGESTIONS, visitors.READING, visitors.FILES, visitors.LIVE]
    names = [limit.name for limit in [*limits, feedback.VOTES, recording.EVENTS, SIGN_INS]]
    chosen = ",".join(f"{name}=1/2" for name in names)
    settings = load_settings(flags={}, environ={"KB_LIMITS": chosen}, file=None)
    assert list(read_limits(settings.limits)) == names


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    program = shutil.which("redis-server")
    if program is None:
        lacks("Redis is not installed: apt-get install redis-server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"redis://127.0.0.1:{port}/0"
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(RedisError), Redis.from_url(url) as client:
            client.ping()
            break
        time.sleep(0.05)
    yield url, server
    server.kill()
    server.wait()


@pytest.mark.slow
def test_servers_count_together_in_redis_and_alone_without_it(
    redis: tuple[str, subprocess.Popen[bytes]], caplog: pytest.LogCaptureFixture
) -> None:
    url, server = redis
    servers = [RedisBuckets(url, OwnBuckets()) for _ in range(2)]

    waits = [servers[number % 2].take(TEN, "a") for number in range(12)]
    assert waits[:10] == [0] * 10
    assert all(50 < wait <= 60 for wait in waits[10:])
    assert servers[0].take(TEN, "b") == 0
    server.kill()
    server.wait()
    started = time.monotonic()
    assert [servers[0].take(TEN, "a") for _ in range(11)][:10] == [0] * 10
    assert time.monotonic() - started < 1
    assert "counted by this server alone" in caplog.text
