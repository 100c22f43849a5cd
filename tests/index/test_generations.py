"""Generations: one builder at a time, two of them kept, readers follow the pointer."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from kb_service.errors import EngineUnavailable, IndexBusy, IndexOutOfDate
from kb_service.index.generations import Generations
from kb_service.index.port import EngineStatus
from kb_service.index.whoosh.engine import FORMAT as ENGINE_FORMAT
from kb_service.index.whoosh.engine import POLL_SECONDS, WhooshEngine
from tests.builders import an_article
from tests.index.faulty_builds import FORMAT, build_two_files, write_two_files
from tests.index.questions import found, words

LONGEST_WAIT_SECONDS = 5  # of a test that fails


class Clock:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


class PausingClock(Clock):
    """Holds up whoever asks it the n-th time from now."""

    def __init__(self) -> None:
        super().__init__()
        self.paused, self.go_on = Event(), Event()
        self._calls_left = 0

    def pause_at_call(self, number: int) -> None:
        self._calls_left = number

    def __call__(self) -> float:
        self._calls_left -= 1
        if self._calls_left == 0:
            self.paused.set()
            self.go_on.wait(LONGEST_WAIT_SECONDS)
        return self.seconds


def publish(folder: Path, text: str) -> EngineStatus:
    return WhooshEngine(folder).replace_all([an_article("a", text)], source=text)


@pytest.fixture
def paused_build(tmp_path: Path) -> Iterator[Event]:
    """A build that has begun and goes on when the event is set."""
    begun, go_on = Event(), Event()

    def pause(*_: object) -> None:
        begun.set()
        go_on.wait(LONGEST_WAIT_SECONDS)

    builder = WhooshEngine(tmp_path, progress=pause)
    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(builder.replace_all, [an_article("a", "first")], source="first")
        begun.wait(LONGEST_WAIT_SECONDS)
        yield go_on
        go_on.set()
        assert building.result().source == "first"


def test_of_two_builders_one_wins_and_the_other_hears_so_at_once(tmp_path: Path, paused_build: Event) -> None:
    with pytest.raises(IndexBusy, match="Another process is building"):
        publish(tmp_path, "second")

    assert not paused_build.is_set()


def test_the_next_build_goes_ahead_when_the_first_is_done(tmp_path: Path) -> None:
    assert [publish(tmp_path, text).source for text in ("first", "second")] == ["first", "second"]


def test_a_build_that_fails_frees_the_lock_and_removes_its_folder(tmp_path: Path) -> None:
    generations = Generations(tmp_path, format=FORMAT)

    def fail(folder: Path) -> tuple[int, int]:
        write_two_files(folder)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with pytest.raises(EngineUnavailable, match="Input/output error"), generations.locked():
        generations.publish(fail, source="")

    assert [path.name for path in tmp_path.iterdir()] == ["LOCK"]
    build_two_files(tmp_path)


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")

    with pytest.raises(EngineUnavailable, match="cannot be written"):
        publish(tmp_path / "file" / "index", "red")


def test_at_most_two_generations_are_kept(tmp_path: Path) -> None:
    names = [publish(tmp_path, text).generation for text in ("one", "two", "three", "four")]

    assert Generations(tmp_path, format="").names() == names[-2:]


def test_the_generation_that_was_served_is_kept_rather_than_one_that_never_was(tmp_path: Path) -> None:
    served, unserved = (publish(tmp_path, text).generation for text in ("one", "two"))
    (tmp_path / "CURRENT").write_text(served, encoding="ascii")

    newest = publish(tmp_path, "three").generation

    assert Generations(tmp_path, format="").names() == [served, newest]
    assert newest > unserved


def test_generations_count_up_and_equal_ones_differ_in_number_only(tmp_path: Path) -> None:
    names = []
    for _ in range(2):
        build_two_files(tmp_path)
        names.append(Generations(tmp_path, format=FORMAT).current() or "")

    assert [name[:6] for name in names] == ["000001", "000002"]
    assert names[0][6:] == names[1][6:]


def test_the_pointer_is_replaced_and_never_rewritten(tmp_path: Path) -> None:
    first = publish(tmp_path, "first").generation
    with (tmp_path / "CURRENT").open(encoding="ascii") as pointer:
        publish(tmp_path, "second")

        assert pointer.read().strip() == first


def test_another_format_is_not_opened(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Every upgrade that changes the layout begins so, thus nothing is called damaged."""
    build_two_files(tmp_path)
    engine = WhooshEngine(tmp_path)

    with pytest.raises(IndexOutOfDate, match="another version"):
        engine.snapshot(audience="public")
    assert [(each.levelname, each.getMessage().partition(":")[0]) for each in caplog.records] == [
        ("WARNING", "index not served")
    ]
    assert publish(tmp_path, "red").reason == ""


def test_a_generation_that_cannot_be_opened_though_it_is_whole_is_neither_served_nor_taken_over(tmp_path: Path) -> None:
    generations = Generations(tmp_path, format=ENGINE_FORMAT)
    with generations.locked():
        generations.publish(write_two_files, source="new")

    with pytest.raises(IndexOutOfDate, match="cannot be opened"):
        WhooshEngine(tmp_path).snapshot(audience="public")
    assert publish(tmp_path, "red").reason == ""


def test_another_process_sees_a_new_generation_within_the_polling_time(tmp_path: Path) -> None:
    clock = Clock()
    first = publish(tmp_path, "first")
    reader = WhooshEngine(tmp_path, monotonic=clock)
    assert reader.status() == first
    second = publish(tmp_path, "second")

    assert reader.status() == first
    clock.seconds += POLL_SECONDS
    assert reader.status() == second


def test_the_builder_itself_serves_the_new_generation_at_once(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path, monotonic=Clock())
    for text in ("red", "blue"):
        engine.replace_all([an_article("a", text)])

        assert found(engine.snapshot(audience="public"), words(text)) == ["a"]


def test_a_process_that_found_nothing_sees_the_first_generation(tmp_path: Path) -> None:
    clock = Clock()
    reader = WhooshEngine(tmp_path / "index", monotonic=clock)
    assert "Build it" in reader.status().reason
    first = publish(tmp_path / "index", "first")

    clock.seconds += POLL_SECONDS
    assert reader.status() == first


def test_readers_go_on_with_the_last_generation_while_one_opens_the_next(tmp_path: Path) -> None:
    first = publish(tmp_path, "first")
    clock = PausingClock()
    engine = WhooshEngine(tmp_path, monotonic=clock)
    engine.status()
    second = publish(tmp_path, "second")
    clock.pause_at_call(2)  # the first call tells that it is time to look, the second is made when it is about to
    clock.seconds += POLL_SECONDS

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(engine.status)
        clock.paused.wait(LONGEST_WAIT_SECONDS)
        assert engine.status() == first
        clock.go_on.set()
        assert slow.result() == second
