import os
import select
import signal
from pathlib import Path

import pytest

from kb_service.content.article import Article, Problem
from kb_service.content.reading import Reading, read_article
from kb_service.content.rendering import Renderer
from kb_service.content.worker import Task
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


@pytest.mark.slow
def test_an_article_without_end_is_a_problem_and_the_next_one_is_read(pool):
    endless = pool.read("endless.md", ENDLESS)

    assert endless.article is None
    assert "takes too long" in str(endless.problems[0])
    assert isinstance(pool.read("next.md", b"text").article, Article)


def test_a_worker_that_dies_is_replaced(pool):
    os.kill(pool._workers[0].child.process.pid, signal.SIGKILL)
    reading = pool.read("killed.md", b"text")

    assert "ended the process (exit code -9)" in reading.problems[0].message
    assert pool.read("next.md", b"text").article


def test_readings_come_in_order_whoever_reads_them_and_what_is_read_stays_in_its_place():
    known = Reading(None, (Problem("known.md", 1, "error", "known"),))
    tasks = [Task(f"{number}.md", words(1 + number * 37 % 400).encode()) for number in range(40)]
    with WorkerPool(3) as pool:
        readings = list(pool.read_all([*tasks[:20], known, *tasks[20:]]))

    assert readings.pop(20) is known
    assert [reading.article.path for reading in readings] == [task.path for task in tasks]


@pytest.mark.slow
def test_articles_behind_one_without_end_are_read_all_the_same(pool):
    tasks = [Task("1.md", b"text"), Task("endless.md", ENDLESS), *(Task(f"{n}.md", b"text") for n in range(2, 9))]
    read = [reading.article is not None for reading in pool.read_all(tasks)]

    assert read == [True, False, *[True] * 7]


@pytest.fixture
def patient_pool():
    with WorkerPool(1, seconds=60) as pool:
        pool.read("warm.md", b"up")
        yield pool


def test_articles_larger_than_a_pipe_do_not_block_it(patient_pool):
    large = words(20_000).encode()

    assert all(reading.article for reading in patient_pool.read_all([Task(f"{n}.md", large) for n in range(6)]))


def test_who_takes_readings_late_loses_none(patient_pool):
    [worker] = patient_pool._workers
    readings = patient_pool.read_all([Task(f"{n}.md", words(2_000).encode()) for n in range(4)])
    first = next(readings)
    select.select([worker.child.pipes()[1]], [], [], 10)
    worker.deadline = 0.0  # as if much time had passed: what has been read by then counts

    assert all(reading.article for reading in (first, *readings))


def test_processes_start_only_when_they_are_needed_and_all_end():
    pool = WorkerPool(2)
    before = [worker.child.process for worker in pool._workers]
    pool.read("a.md", b"text")
    process = next(worker.child.process for worker in pool._workers if worker.child.process)
    pool.close()

    assert before == [None, None]
    assert process.poll() is not None


def test_secrets_of_our_environment_do_not_reach_a_worker(monkeypatch):
    monkeypatch.setenv("KB_SESSION_SECRET", "hush")
    with WorkerPool(1) as pool:
        pool.read("a.md", b"text")
        environment = Path(f"/proc/{pool._workers[0].child.process.pid}/environ").read_bytes()

    assert b"PYTHONPATH" in environment
    assert b"hush" not in environment
