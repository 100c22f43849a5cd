"""`kb serve`: the index first, then the server, and a clean end."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from kb_service.commands.serve import _index_in_child, address_of, shared_metrics
from kb_service.indexing import update_index
from kb_service.server.shared_counts import FOLDER
from kb_service.settings import Settings
from tests.commands.conftest import Kb
from tests.index.faulty_builds import UNHARMED, build_in_child, build_index, kill

pytestmark = pytest.mark.slow

END_SECONDS = 8
START_RETRIES = 6  # after 0, 0.5, 1, 2, 4 and 8 s
MIDST_OF_BUILD = 100  # file operations of about 370


@dataclass(frozen=True)
class Serving:
    """A server, and a client that waits until it takes connections."""

    process: subprocess.Popen[str]
    client: httpx.Client
    first_line: str
    errors: Path

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(END_SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(*, workers: int = 1) -> Iterator[Serving]:
    port = str(free_port())
    errors = Path("serve.err")
    with (
        errors.open("w") as stderr,
        subprocess.Popen(
            [sys.executable, "-m", "kb_service", "serve", "--port", port, "--workers", str(workers)],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout
            first_line = process.stdout.readline()
            transport = httpx.HTTPTransport(retries=START_RETRIES)
            with httpx.Client(transport=transport, base_url=f"http://127.0.0.1:{port}") as client:
                yield Serving(process, client, first_line, errors)
        finally:
            process.kill()


@pytest.mark.usefixtures("folder")
def test_it_answers_and_ends_on_request() -> None:
    with serving() as server:
        ready = server.client.get("/readyz")
        body = server.client.get("/api/v1/answer", params={"q": "when is my invoice sent?"}).json()

        assert server.first_line.startswith("Up to date: 7 articles, 10 passages")
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
        assert body["answer"]["text"].startswith("An invoice is sent by email on the first day of each month.")
        assert server.stop() == 0


@pytest.mark.usefixtures("folder")
def test_a_model_that_is_wanted_and_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_MODEL", "nowhere")
    with serving() as server:
        assert server.client.get("/readyz").status_code == 200

        assert "not installed: run kb model install. Answers are found by words alone.\n" in server.errors.read_text()
        assert server.stop() == 0


@pytest.mark.usefixtures("folder")
def test_workers_count_together() -> None:
    with serving(workers=2) as server:
        for _ in range(20):
            server.client.get("/api/v1/answer", params={"q": "seats"}, headers={"Connection": "close"})
        text = server.client.get("/metrics").text

        outcomes = re.findall(r"^kb_search_outcomes_total{.*} (\d+)", text, re.MULTILINE)
        assert sum(map(int, outcomes)) == 20
        assert server.stop() == 0


def test_the_shared_folder_is_private_and_goes_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(FOLDER, raising=False)
    with shared_metrics() as folder:
        assert Path(folder).stat().st_mode & 0o777 == 0o700

    assert not Path(folder).exists()
    monkeypatch.setenv(FOLDER, str(tmp_path))
    with shared_metrics() as folder:
        assert folder == str(tmp_path)
    assert tmp_path.exists()


def test_a_half_built_index_is_built_anew(folder: Path) -> None:
    shutil.rmtree(folder / ".kb/index")
    killed = build_in_child(build_index, folder / ".kb/index", at=MIDST_OF_BUILD, fault=kill)
    assert killed not in (0, UNHARMED)
    assert list((folder / ".kb/index").glob("tmp-*"))
    with serving() as server:
        index = server.client.get("/readyz").json()["index"]

        assert server.first_line.endswith("Build it: kb index. This is done now ...\n")
        assert (index["articles"], index["passages"]) == (7, 10)
        assert server.stop() == 0
    assert not list((folder / ".kb/index").glob("tmp-*"))


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000")],
    ids=["IPv4", "IPv6"],
)
def test_the_address_it_tells_can_be_opened(host: str, address: str) -> None:
    assert address_of(host, 8000) == address


def test_a_port_that_is_taken_is_told_before_anything_is_done(kb: Kb) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = kb("serve", "--port", str(taken.getsockname()[1]))

    assert (ran.code, ran.out) == (1, "")
    assert "Address already in use. Choose another address: --host, --port." in ran.err


def test_a_helpdesk_that_is_none_is_told_before_anything_is_done(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_STAFF_HOSTS", "helpdesk.acme.com=10.0.0.0/2")
    ran = kb("serve", "--port", str(free_port()))

    assert (ran.code, ran.out) == (1, "")
    assert "KB_STAFF_HOSTS: 'helpdesk.acme.com=10.0.0.0/2' has a wrong network" in ran.err


def test_without_articles_and_without_an_index_it_does_not_start(kb: Kb, folder: Path) -> None:
    shutil.rmtree(folder / ".kb/index")
    ran = kb("serve", "--port", str(free_port()), "--articles", "nowhere")

    assert ran.code == 1
    assert ran.err == "kb: There is no folder nowhere. Name the folder of articles: --articles or KB_ARTICLES.\n"


@pytest.mark.parametrize(("option", "value"), [("--port", "0"), ("--port", "x"), ("--workers", "0")])
def test_wrong_options_are_wrong_settings(kb: Kb, option: str, value: str) -> None:
    ran = kb("serve", option, value)

    assert ran.code == 1
    assert ran.err.startswith(f"kb: {option}={value}: use a whole number from 1 to ")


def test_a_build_that_is_refused_is_none_and_one_with_findings_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(articles=folder / "articles", index=folder / ".kb/index", model=None)
    told = subprocess.CompletedProcess[bytes]([], 1)
    monkeypatch.setattr(subprocess, "run", lambda *given, **more: told)
    assert not _index_in_child(settings)

    def build(*given: object, **more: object) -> subprocess.CompletedProcess[bytes]:
        update_index(settings, full=True)
        return told

    monkeypatch.setattr(subprocess, "run", build)
    assert _index_in_child(settings)
