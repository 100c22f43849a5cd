"""Workers, seen from outside: the readings they give, and the processes of this machine."""

import os
import re
import select
import signal
import subprocess
import sys
import time
from multiprocessing.connection import wait
from pathlib import Path
from threading import Timer
from types import SimpleNamespace

import pytest

from kb_service.content import workers
from kb_service.content.article import Problem, Reading
from kb_service.content.article_files import ArticleFile
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.reading import read_article
from kb_service.content.workers import FILES_EACH, MEMORY_BYTES, read_in_workers
from tests.content.builders import words

pytestmark = pytest.mark.slow

# Short rows are padded to the width of their table: 60 cells for two bytes.
ENDLESS = "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "|\n" * 200_000


@pytest.fixture
def write(tmp_path):
    def write(name, text="text"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return ArticleFile(name, file)

    return write


def children(parent="self"):
    """Process ids of the children of a process."""
    return [
        int(child) for path in Path(f"/proc/{parent}/task").glob("*/children") for child in path.read_text().split()
    ]


def test_a_worker_reads_what_this_process_would_read(write):
    source = f"---\ntitle: Größe\nreview_by: 2027-01-01\n---\n{words(200)}\n\n<supportagent>CRM"
    file = write("a/b.md", source)

    assert list(read_in_workers([file], processes=1)) == [read_article("a/b.md", source.encode(), Renderer())]


def test_readings_come_in_order_whoever_reads_them_and_what_is_read_stays_in_its_place(write):
    known = Reading(None, (Problem("known.md", 1, "error", "known"),))
    files = [write(f"{number}.md", words(1 + number * 37 % 400)) for number in range(40)]
    readings = list(read_in_workers([*files[:20], known, *files[20:]], processes=3))

    assert readings.pop(20) is known
    assert [reading.article.path for reading in readings] == [file.path for file in files]


@pytest.mark.slow
def test_articles_behind_one_without_end_are_read_all_the_same(write):
    files = [write("1.md"), write("endless.md", ENDLESS), *(write(f"{number}.md") for number in range(2, 9))]
    readings = list(read_in_workers(files, processes=1, seconds=1.5))

    assert [reading.article is not None for reading in readings] == [True, False, *[True] * 7]
    assert "takes too long" in str(readings[1].problems[0])


@pytest.mark.slow
def test_an_article_without_end_is_given_up_by_the_time_that_it_takes_from_the_processor(write):
    slow = "<ul>\n<li>x\n</ul>\n" * 60_000
    readings = list(read_in_workers([write("slow.md", slow), write("1.md")], processes=1))

    assert "takes too long" in str(readings[0].problems[0])
    assert readings[1].article


@pytest.mark.slow
def test_an_article_that_waits_for_the_processor_is_read_all_the_same(write):
    before = set(children())
    readings = read_in_workers(
        [write("1.md"), *(write(f"{number}.md", words(2_000)) for number in range(9))], processes=1
    )
    next(readings)
    (worker,) = set(children()) - before
    os.kill(worker, signal.SIGSTOP)
    continued = Timer(workers.CPU_SECONDS + 1.5, os.kill, (worker, signal.SIGCONT))
    continued.start()

    assert all(reading.article for reading in readings)
    continued.join()


def test_a_worker_that_dies_costs_one_article(write):
    readings = read_in_workers([write(f"{number}.md") for number in range(2 + 2 * FILES_EACH)], processes=1)
    before = set(children())
    first = next(readings)
    (worker,) = set(children()) - before
    os.kill(worker, signal.SIGKILL)
    problems = [reading.problems[0].message for reading in readings if not reading.article]

    assert first.article
    assert problems == ["The article cannot be used: rendering it ended the process (exit code -9)."]


def test_articles_larger_than_a_pipe_do_not_block_it(write):
    files = [write(f"{number}.md", words(20_000)) for number in range(6)]

    assert all(reading.article for reading in read_in_workers(files, processes=1, seconds=60))


def test_who_takes_readings_late_loses_none(write, monkeypatch):
    late, waited_for = 0.0, []

    def note(connections, timeout):
        waited_for[:] = connections
        return wait(connections, timeout)

    monkeypatch.setattr(workers, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + late))
    monkeypatch.setattr(workers, "wait", note)
    readings = read_in_workers([write(f"{number}.md") for number in range(4)], processes=1)
    first = next(readings)
    wait(waited_for, 10)
    late = 1_000.0  # what has been read by then counts, though its time is over

    assert all(reading.article for reading in (first, *readings))


def test_one_process_starts_at_once_others_when_they_are_needed_and_all_end_with_the_readings(write):
    before = set(children())
    known = Reading(None, ())
    readings = read_in_workers([known, write("1.md"), write("2.md")], processes=2)
    assert next(readings) is known
    assert len(set(children()) - before) == 1
    next(readings)
    assert len(set(children()) - before) in {1, 2}
    readings.close()

    assert set(children()) == before


PARENT = """
import sys
from pathlib import Path
from kb_service.content.article_files import ArticleFile
from kb_service.content.workers import read_in_workers
readings = read_in_workers([ArticleFile(name, Path(name)) for name in sys.argv[1:]], processes=1)
next(readings)
print("read", flush=True)
sys.stdin.read()
"""


def test_a_worker_does_not_outlive_the_process_it_reads_for(write):
    names = [str(write(name).file) for name in ("1.md", "2.md")]
    command = [sys.executable, "-c", PARENT, *names]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout.readline() == b"read\n"
        (worker,) = children(parent.pid)
        end_of_worker = os.pidfd_open(worker)
        parent.kill()

    assert select.select([end_of_worker], [], [], 10)[0]
    os.close(end_of_worker)


def test_a_worker_has_little_memory_and_is_given_no_secrets_and_no_files_of_ours(write, monkeypatch, tmp_path):
    monkeypatch.setenv("KB_SESSION_SECRET", "hush")
    before = set(children())
    with (tmp_path / "open").open("w") as ours:
        os.set_inheritable(ours.fileno(), True)
        readings = read_in_workers([write("1.md"), write("2.md")], processes=1)
        next(readings)
        (worker,) = (Path(f"/proc/{child}") for child in set(children()) - before)
        environment = (worker / "environ").read_bytes()
        files = [str(path.readlink()) for path in (worker / "fd").iterdir()]
        limits = (worker / "limits").read_text()
        readings.close()

    assert b"PYTHONPATH" in environment
    assert b"hush" not in environment
    assert str(tmp_path / "open") not in files
    assert len([file for file in files if file.startswith("socket:")]) == 1
    assert re.search(rf"Max address space +{MEMORY_BYTES} ", limits)
    assert re.search(r"Max cpu time +\d+ ", limits)
