"""Questions go on while `kb index --full` builds anew: none fails, none mixes two generations, all workers switch."""

from __future__ import annotations

import http.client
import itertools
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Final, NamedTuple
from urllib.parse import quote

import pytest

from tests.load.serving import ROOT, free_port, running, without_settings

WORKERS: Final = 2
CLIENTS: Final = 8  # each keeps a connection: that all of them are with one worker has a chance of 1 in 128
PAUSE_SECONDS: Final = 0.01
QUIET_SECONDS: Final = 3.0
BUILDS: Final = 2
ARTICLES: Final = 150
# A worker looks for a new generation each half second and opens it in a few hundredths; a busy machine gets the rest.
SWITCH_SECONDS: Final = 1.5
AFTER_SECONDS: Final = 2.5
# 0.6 to 1.1 measured. A worker that waited while an index is built or opened would make it ten and more.
MOST_TIMES_QUIET: Final = 5.0
LEAST_QUIET_P99: Final = 0.01  # seconds


class Reply(NamedTuple):
    """What came back, and when it was asked for (seconds of the monotonic clock)."""

    asked_at: float
    seconds: float
    status: int
    etag: str
    generation: str
    editions: frozenset[str]


class Run(NamedTuple):
    """All replies by when they were asked for, when the builds began, and when each was done."""

    replies: list[Reply]
    quiet_until: float
    built_at: list[float]
    lost: list[str]


def write_edition(folder: Path, edition: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(ARTICLES):
        text = f"---\ntitle: Desk {number}\n---\nDesk {number} is billed as edition {edition} says.\n"
        (folder / f"desk-{number}.md").write_text(text, encoding="utf-8")


def ask(port: int, first: int, over: Event, lost: list[str]) -> Iterator[Reply]:
    """Ask again and again over one connection, mostly what nobody asked before."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for number in itertools.count(first, CLIENTS):
        if over.is_set():
            connection.close()
            return
        asked_at = time.monotonic()
        try:
            connection.request("GET", f"/api/v1/answer?q={quote(f'how is desk {number % 400} billed')}")
            response = connection.getresponse()
            body = json.loads(response.read())
        except OSError as error:
            lost.append(repr(error))
            connection.close()
            continue
        editions = frozenset(re.findall(r"edition (\d+)", " ".join(each["text"] for each in body.get("passages", ()))))
        generation = body.get("index", {}).get("generation", "")
        etag = response.headers.get("ETag", "")
        yield Reply(asked_at, time.monotonic() - asked_at, response.status, etag, generation, editions)
        time.sleep(PAUSE_SECONDS)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("reindexing")
    articles, port, over = folder / "articles", free_port(), Event()
    lost: list[str] = []
    built_at: list[float] = []
    environ = {"KB_ARTICLES": str(articles), "KB_INDEX": str(folder / "index"), "KB_MODEL": "off"}
    write_edition(articles, 0)
    serving = {**environ, "KB_WORKERS": str(WORKERS), "KB_RATE_LIMIT": "off", "TMPDIR": str(folder)}
    with running("kb_service", "serve", port=port, environ=serving), ThreadPoolExecutor(CLIENTS) as threads:
        asking = [threads.submit(lambda first: list(ask(port, first, over, lost)), number) for number in range(CLIENTS)]
        try:
            time.sleep(QUIET_SECONDS)
            quiet_until = time.monotonic()
            for edition in range(1, BUILDS + 1):
                write_edition(articles, edition)
                command = [sys.executable, "-m", "kb_service", "index", "--full"]
                subprocess.run(command, cwd=ROOT, env={**without_settings(), **environ}, check=True)
                built_at.append(time.monotonic())
                time.sleep(AFTER_SECONDS)
        finally:
            over.set()
        replies = [reply for each in asking for reply in each.result()]
    return Run(sorted(replies), quiet_until, built_at, lost)


def p99(replies: list[Reply]) -> float:
    return sorted(reply.seconds for reply in replies)[int(0.99 * len(replies))]


def test_no_request_fails(run: Run) -> None:
    assert run.lost == []
    assert {reply.status for reply in run.replies} == {200}
    assert len(run.replies) > 500


def test_every_response_is_of_one_generation(run: Run) -> None:
    editions = {reply.generation: reply.editions for reply in run.replies if reply.editions}

    assert sorted(editions.values(), key=sorted) == [{str(edition)} for edition in range(BUILDS + 1)]
    assert [each for each in run.replies if each.editions and each.editions != editions[each.generation]] == []
    assert [each for each in run.replies if each.generation not in each.etag] == []


def test_all_workers_switch_soon(run: Run) -> None:
    for edition, built_at in enumerate(run.built_at, start=1):
        late = [reply for reply in run.replies if built_at + SWITCH_SECONDS < reply.asked_at < built_at + AFTER_SECONDS]

        assert {frozenset({str(edition)})} == {reply.editions for reply in late if reply.editions}


def test_the_slowest_answers_stay_within_reach_of_the_quiet_ones(run: Run) -> None:
    quiet = p99([reply for reply in run.replies if reply.asked_at < run.quiet_until])
    busy = p99([reply for reply in run.replies if reply.asked_at >= run.quiet_until])

    assert busy < MOST_TIMES_QUIET * max(quiet, LEAST_QUIET_P99)
