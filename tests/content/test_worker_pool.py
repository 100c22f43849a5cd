import os
import signal
from pathlib import Path

import pytest

from kb_service.content.article import Article
from kb_service.content.reading import read_article
from kb_service.content.rendering import Renderer
from kb_service.content.worker_pool import WorkerPool
from tests.content.builders import words

# Short rows are padded to the width of their table: 60 cells for two bytes.
ENDLESS = b"|a" * 60 + b"|\n" + b"|-" * 60 + b"|\n" + b"|\n" * 200_000


@pytest.fixture
def pool():
    with WorkerPool(1, seconds=1.5) as pool:
        pool.read("warm.md", b"up")
        yield pool


def test_a_worker_reads_what_this_process_would_read(pool):
    source = f"---\ntitle: Größe\nreview_by: 2027-01-01\n---\n{words(200)}\n\n<supportagent>CRM".encode()

    assert pool.read("a/b.md", source) == read_article("a/b.md", source, Renderer())


def test_an_article_without_end_is_a_problem_and_the_next_one_is_read(pool):
    endless = pool.read("endless.md", ENDLESS)

    assert endless.article is None
    assert "takes too long" in str(endless.problems[0])
    assert isinstance(pool.read("next.md", b"text").article, Article)


def test_a_worker_that_dies_is_replaced(pool):
    os.kill(pool._workers[0].process.pid, signal.SIGKILL)
    reading = pool.read("killed.md", b"text")

    assert "ended the process (exit code -9)" in reading.problems[0].message
    assert pool.read("next.md", b"text").article


def test_processes_start_only_when_they_are_needed_and_all_end():
    pool = WorkerPool(2)
    before = [worker.process for worker in pool._workers]
    pool.read("a.md", b"text")
    process = next(worker.process for worker in pool._workers if worker.process)
    pool.close()

    assert before == [None, None]
    assert process.poll() is not None


def test_secrets_of_our_environment_do_not_reach_a_worker(monkeypatch):
    monkeypatch.setenv("KB_SESSION_SECRET", "hush")
    with WorkerPool(1) as pool:
        pool.read("a.md", b"text")
        environment = Path(f"/proc/{pool._workers[0].process.pid}/environ").read_bytes()

    assert b"PYTHONPATH" in environment
    assert b"hush" not in environment
