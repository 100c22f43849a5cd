"""An index is built again when it is due, and not more often."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kb_service.commands.keeping import AFTER_FAILURE, keep, kept
from kb_service.indexing import build_index, is_due, source_of
from tests.index.memory_engine import MemoryEngine


def waits(*pauses: float, due: list[bool], works: list[bool]) -> tuple[list[float], int]:
    """What was waited for while these were due, and how often it was built."""
    waited: list[float] = []
    builds: list[bool] = []

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return not due

    def build() -> bool:
        builds.append(True)
        return works.pop(0)

    keep(lambda: due.pop(0), build, wait=wait, seconds=1.0)
    return waited, len(builds)


def test_what_is_due_is_built_and_a_failure_is_not_repeated_at_once() -> None:
    waited, builds = waits(due=[False, True, True, False], works=[True, False])

    assert (waited, builds) == ([1.0, 1.0, 1.0, AFTER_FAILURE, 1.0], 2)


def test_the_thread_ends_with_its_context() -> None:
    with kept(lambda: False, lambda: True, seconds=60.0):
        pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_text("# Always\n\nSeats are billed monthly.")
    (tmp_path / "b.md").write_text("---\npublish_at: 2026-12-01\nexpires_at: 2026-12-24\n---\n# Advent\n\nA discount.")
    return tmp_path


@pytest.mark.slow
def test_an_article_appears_and_expires_with_the_builds_of_its_days(folder: Path) -> None:
    engine = MemoryEngine()
    seen = []
    for day in (date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 24)):
        due = is_due(engine.status(), day)
        report = build_index(folder, engine, today=day)
        seen.append((due, report.built, report.status.articles, source_of(report.status).next_change))

    assert seen == [
        (False, True, 1, date(2026, 12, 1)),
        (False, False, 1, date(2026, 12, 1)),
        (True, True, 2, date(2026, 12, 24)),
        (False, False, 2, date(2026, 12, 24)),
        (True, True, 1, None),
    ]


def test_a_generation_keeps_what_was_left_out_of_it(folder: Path) -> None:
    engine = MemoryEngine()
    build_index(folder, engine, today=date(2026, 12, 24))

    assert [(one.path, one.reason) for one in source_of(engine.status()).left_out] == [
        ("b.md", "Left out: it expired on 2026-12-24.")
    ]


@pytest.mark.slow
def test_a_preview_is_never_taken_for_what_is_public(folder: Path) -> None:
    engine = MemoryEngine()
    preview = build_index(folder, engine, today=date(2026, 11, 29), preview=True)
    public = build_index(folder, engine, today=date(2026, 11, 29))

    assert (preview.status.articles, public.built, public.status.articles) == (2, True, 1)
