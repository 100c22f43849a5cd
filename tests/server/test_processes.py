"""The processes of a server: whatever ends, what can still serve serves, and every end says why."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from kb_service import __version__
from tests.server.running import Running, running, until

pytestmark = pytest.mark.slow

STOP_SECONDS = 8


def is_gone(process: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def ask(server: Running) -> None:
    until(lambda: _answers(server))


def _answers(server: Running) -> bool:
    with suppress(OSError):
        return "/people" in server.get(timeout=2)
    return False


def test_workers_are_handed_the_settings_and_are_replaced_when_they_end(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.wait_for(" serves", times=2)
        assert "/people" in server.get()
        first = server.workers()
        os.kill(first[0], signal.SIGKILL)
        server.wait_for(" serves", times=3)

        assert len(server.workers()) == 2
        assert server.logged("ended (SIGKILL)")[0]["level"] == "error"
        code, seconds = server.stop()
        assert (code, seconds < STOP_SECONDS) == (0, True)
        assert server.logged("server stops: SIGTERM")
        assert all(map(is_gone, first))


def test_who_asks_while_no_worker_is_there_waits_for_the_next(tmp_path: Path) -> None:
    with running(tmp_path, workers=1) as server:
        server.wait_for(" serves")
        (worker,) = server.workers()
        os.kill(worker, signal.SIGKILL)
        until(lambda: is_gone(worker))

        assert "/people" in server.get(timeout=60)


def test_connections_that_are_kept_spread_over_all_workers(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.wait_for(" serves", times=2)
        connections = [HTTPConnection("127.0.0.1", server.port, timeout=60) for _ in range(8)]
        answered = Counter[bytes]()
        for _ in range(200):
            for each in connections:
                each.request("GET", "/")
            answered.update(each.getresponse().read().split()[0] for each in connections)
        for each in connections:
            each.close()

        assert min(answered[str(worker).encode()] for worker in server.workers()) > 50


def test_two_that_are_killed_quickly_one_after_the_other_are_both_replaced(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.wait_for(" serves", times=2)
        for _ in range(2):
            os.kill(server.workers()[0], signal.SIGKILL)
            time.sleep(0.3)
        server.wait_for(" serves", times=4)

        ask(server)


def test_a_worker_that_cannot_come_back_takes_no_other_with_it(tmp_path: Path) -> None:
    with running(tmp_path, factory="once") as server:
        server.wait_for(" serves", times=2)
        first, last = server.workers()
        os.kill(first, signal.SIGKILL)
        server.wait_for("could not start (exit code 1): tried again in 1.0 s")

        assert last in server.workers()
        ask(server)


@pytest.mark.parametrize(("factory", "code"), [("wrong", 1), ("broken", 1)])
def test_a_server_none_of_whose_workers_can_start_says_so_and_ends(tmp_path: Path, factory: str, code: int) -> None:
    with running(tmp_path, factory=factory) as server:
        assert server.process.wait(60) == code
        assert "nothing is right" in server.log.read_text() or "nothing works" in server.log.read_text()
        assert not server.logged(" serves")


def test_a_signal_that_comes_while_workers_start_is_obeyed(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.wait_for("server starts")
        code, seconds = server.stop()

        assert (code, seconds < STOP_SECONDS) == (0, True)


def test_the_start_is_told_with_version_and_settings_but_no_secrets(tmp_path: Path) -> None:
    with running(tmp_path, KB_METRICS_TOKEN="m" * 40, KB_RECORD_DAYS="30") as server:
        server.wait_for("server starts")
        (told,) = server.logged("server starts")

        assert f"version {__version__}, " in told["event"]
        assert "host" not in told["settings"]
        assert (
            told["settings"].items()
            >= {
                "port": str(server.port),
                "contact_url": "/people",
                "data": str(tmp_path / "data"),
                "log_format": "json",
                "metrics_token": "(set)",
                "record_days": "30",
            }.items()
        )
        assert "m" * 40 not in server.log.read_text()


def test_workers_end_with_the_process_that_keeps_them(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.wait_for(" serves", times=2)
        workers = server.workers()
        server.process.kill()
        server.process.wait()

        until(lambda: all(map(is_gone, workers)))
        with pytest.raises(OSError, match="refused"):
            server.get()


def test_requests_under_way_are_answered_before_the_end_and_slow_clients_do_not_delay_it(tmp_path: Path) -> None:
    with running(tmp_path, workers=1) as server:
        server.wait_for(" serves")
        slow = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(20)]
        for each in slow:
            each.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nabc")
        under_way = socket.create_connection(("127.0.0.1", server.port))
        under_way.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(0.5)
        code, seconds = server.stop()

        assert under_way.recv(100).startswith(b"HTTP/1.1 200")
        assert (code, seconds < STOP_SECONDS) == (0, True)
        for each in [*slow, under_way]:
            each.close()


def test_nobody_else_gets_the_port_not_even_a_server_like_it(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        server.wait_for("server starts")
        command = [sys.executable, "-m", "tests.server.running", "tests.server.applications:telling"]
        environ = {**os.environ, "KB_PORT": str(server.port)}
        other = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)

        assert "Address already in use" in other.stderr
        assert other.returncode == 1


def test_a_folder_for_temporary_files_that_is_cleaned_away_harms_nothing(tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with running(tmp_path, TMPDIR=str(temporary)) as server:
        server.wait_for(" serves", times=2)
        shutil.rmtree(temporary)
        os.kill(server.workers()[0], signal.SIGKILL)
        server.wait_for(" serves", times=3)

        ask(server)


def test_without_a_folder_for_temporary_files_each_worker_counts_for_itself(tmp_path: Path) -> None:
    with running(tmp_path, PROMETHEUS_MULTIPROC_DIR="/proc/none") as server:
        server.wait_for(" serves", times=2)

        assert server.logged("counts for itself alone")
        ask(server)
