"""Nobody waits for the recorder: it takes events at once, and what cannot be written is dropped and counted."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kb_service.record.recorder import Recorder
from kb_service.record.schema import intent
from tests.record.builders import NOON, a_database, an_asked, rows_of
from tests.record.fakes import Counting, MemoryWriter

MOST_SECONDS_TO_PUT = 2.0


def eventually(is_so: Callable[[], bool], *, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def writer() -> MemoryWriter:
    return MemoryWriter()


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def recorder(writer: MemoryWriter, counting: Counting) -> Iterator[Recorder]:
    started = Recorder(lambda: writer, observer=counting, most_waiting=1000).start()
    yield started
    writer.gate.set()
    started.close()


def put(recorder: Recorder, number: int) -> list[bool]:
    return [recorder.put(an_asked(f"question {at}", NOON + at)) for at in range(number)]


def test_events_are_written_together_and_in_order(recorder: Recorder, writer: MemoryWriter, counting: Counting) -> None:
    eventually(lambda: writer.prepared == 1)
    put(recorder, 300)
    eventually(lambda: len(writer.written) == 300)

    assert [each.at for each in writer.written] == [NOON + at for at in range(300)]
    assert len(writer.batches) < 10
    eventually(lambda: counting.counts == {"written": 300})


@pytest.mark.slow
def test_a_slow_database_makes_nobody_wait(recorder: Recorder, writer: MemoryWriter) -> None:
    writer.gate.clear()
    put(recorder, 1)
    time.sleep(0.5)
    started = time.perf_counter()
    put(recorder, 900)

    assert time.perf_counter() - started < MOST_SECONDS_TO_PUT


def test_what_a_full_queue_does_not_take_is_dropped_and_counted(
    recorder: Recorder, writer: MemoryWriter, counting: Counting
) -> None:
    writer.gate.clear()
    taken = put(recorder, 1500)

    assert (taken.count(True), recorder.waiting()) == (1000, 1000)
    assert counting.counts == {"dropped": 500}
    writer.gate.set()
    eventually(lambda: counting.counts == {"dropped": 500, "written": 1000})


@pytest.mark.slow
def test_when_a_dead_database_lives_again_what_waited_is_written(
    recorder: Recorder, writer: MemoryWriter, counting: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    eventually(lambda: writer.prepared == 1)
    writer.is_dead = True
    put(recorder, 10)
    eventually(lambda: "nothing can be recorded: The database is dead." in caplog.text)
    assert not writer.written
    writer.is_dead = False
    eventually(lambda: len(writer.written) == 10)

    assert writer.prepared == 2
    eventually(lambda: counting.counts == {"written": 10})


def test_one_event_that_no_database_takes_costs_no_other(counting: Counting) -> None:
    writer = MemoryWriter(poison="question 7")
    recorder = Recorder(lambda: writer, observer=counting).start()
    put(recorder, 20)
    recorder.close()

    assert len(writer.written) == 19
    assert counting.counts == {"written": 19, "failed": 1}


def test_closing_writes_what_waits(writer: MemoryWriter, counting: Counting) -> None:
    recorder = Recorder(lambda: writer, observer=counting).start()
    put(recorder, 2000)
    recorder.close()

    assert len(writer.written) == 2000
    assert recorder.put(an_asked("too late")) is False
    assert counting.counts == {"written": 2000, "dropped": 1}


@pytest.mark.slow
def test_closing_takes_no_longer_than_its_bound_and_counts_what_is_lost(
    writer: MemoryWriter, counting: Counting, caplog: pytest.LogCaptureFixture
) -> None:
    writer.is_dead = True
    recorder = Recorder(lambda: writer, observer=counting).start()
    put(recorder, 30)
    started = time.monotonic()
    recorder.close(1.0)

    assert time.monotonic() - started < 3.0
    assert counting.counts == {"dropped": 30}
    assert "30 events were not recorded before the end" in caplog.text


def test_the_database_is_tended_when_there_is_nothing_to_write(recorder: Recorder, writer: MemoryWriter) -> None:
    eventually(lambda: writer.tended == 1)


def test_a_clock_that_has_just_jumped_deletes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    writer, ahead = MemoryWriter(), [0.0]
    recorder = Recorder(lambda: writer, now=lambda: time.time() + ahead[0])
    ahead[0] = 75 * 365 * 86_400.0
    with closing(recorder.start()):
        eventually(lambda: "the clock has jumped by 2365200000 s" in caplog.text)
        put(recorder, 3)
        eventually(lambda: len(writer.written) == 3)

        assert writer.tended == 0


PROGRAM = """
import sys
from pathlib import Path
from tests.record.builders import a_record, an_asked
record = a_record(Path(sys.argv[1]))
for at in range(50):
    record.put(an_asked(f"question number {at}", asker=str(at)))
"""


@pytest.mark.slow
@pytest.mark.parametrize("end", ["", "raise SystemExit(1)", "raise ValueError"])
def test_a_process_that_ends_without_closing_loses_nothing(tmp_path: Path, end: str) -> None:
    program = PROGRAM + end
    subprocess.run([sys.executable, "-c", program, tmp_path], timeout=60, capture_output=True, check=False)

    assert len(rows_of(a_database(tmp_path), intent)) == 50
