"""A build that is killed, or whose disk fails, leaves what is served; the next build cleans up after it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from kb_service.index.generations import Generations
from kb_service.index.whoosh.engine import WhooshEngine
from tests.builders import an_article
from tests.index.faulty_builds import (
    BUILT,
    ESCAPED,
    FORMAT,
    REFUSED,
    UNHARMED,
    Build,
    Fault,
    build_in_child,
    build_index,
    build_on_full_disk,
    build_two_files,
    kill,
    no_space,
)
from tests.index.questions import found, words

pytestmark = pytest.mark.slow

WHOOSH_STEPS_SKIPPED = 17  # of about 370 file operations of a Whoosh build, one in this many is tried


def outcomes(build: Build, folder: Path, fault: Fault, *, step: int = 1) -> Iterator[int]:
    """Build again and again, with the fault a few operations later each time, until it comes after the end."""
    for at in count(1, step):
        code = build_in_child(build, folder, at=at, fault=fault)
        if code == UNHARMED:
            return
        yield code


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.glob("tmp-*")]


@pytest.fixture
def generations(tmp_path: Path) -> Generations:
    build_two_files(tmp_path)
    return Generations(tmp_path, format=FORMAT)


def test_a_kill_at_any_step_leaves_a_whole_generation_served(generations: Generations) -> None:
    served, kills = generations.current(), 0
    for code in outcomes(build_two_files, generations.folder, kill):
        now = generations.current()
        kills += code < 0

        assert code < 0
        assert now is not None
        assert served is not None
        assert now >= served
        assert generations.verify(now, below=["part"]).source == "new"
        served = now
    assert kills > 20


def test_the_build_after_a_kill_removes_what_it_left(generations: Generations) -> None:
    seen = 0
    for _ in outcomes(build_two_files, generations.folder, kill, step=2):
        seen += len(leftovers(generations.folder))
        before = generations.current()
        build_two_files(generations.folder)

        assert leftovers(generations.folder) == []
        assert generations.names() == [before, generations.current()]
    assert seen > 5


def test_a_failing_operation_is_reported_and_changes_nothing_that_is_served(generations: Generations) -> None:
    served, codes = generations.current(), []
    for code in outcomes(build_two_files, generations.folder, no_space):
        now = generations.current()
        codes.append(code)

        assert now is not None
        assert (now == served) == (code == REFUSED)
        assert generations.verify(now, below=["part"])
        assert leftovers(generations.folder) == []
        served = now
    assert set(codes) == {REFUSED, BUILT}  # built: only what is old could not be removed
    assert codes.count(REFUSED) > 10


@pytest.mark.parametrize("fault", [kill, no_space], ids=["killed", "disk full"])
def test_an_interrupted_whoosh_build_leaves_the_index_as_it_was(tmp_path: Path, fault: Fault) -> None:
    WhooshEngine(tmp_path).replace_all([an_article("old", "many")], source="old")
    for code in outcomes(build_index, tmp_path, fault, step=WHOOSH_STEPS_SKIPPED):
        engine = WhooshEngine(tmp_path)

        assert code != ESCAPED
        assert engine.status().reason == ""
        assert found(engine.snapshot(audience="public"), words("many")) in (["old"], ["new"])
        assert len(leftovers(tmp_path)) <= 1


@pytest.mark.parametrize("largest_file_bytes", [0, 100, 1_000, 5_000], ids=lambda size: f"{size} bytes")
def test_a_full_disk_is_reported_and_leaves_the_index_as_it_was(tmp_path: Path, largest_file_bytes: int) -> None:
    before = WhooshEngine(tmp_path).replace_all([an_article("old", "red")], source="old")

    code = build_on_full_disk(build_index, tmp_path, largest_file_bytes=largest_file_bytes)

    assert code == REFUSED
    assert WhooshEngine(tmp_path).status() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [before.generation]
