"""What one run reached is judged against the numbers to reach."""

from __future__ import annotations

import pytest

from bench.answering import Answered
from bench.indexing import Indexed, Opened
from bench.measured import ANY_QUESTION, FEW_MATCHES, OURS, Measured, Reindexed
from bench.measuring import Times
from bench.serving import ANSWER, BARE, Load
from bench.targets import Target, targets


def measured(passages: int, milliseconds: float) -> Measured:
    times = Times(milliseconds, milliseconds, milliseconds)
    searches = dict.fromkeys([OURS, "tantivy", "Whoosh's searcher", "SQLite FTS5"], times)
    indexed = Indexed(passages // 5, passages, 1, 1, 2, 1, 1.5, 0, 100)
    answered = Answered(searches, {ANY_QUESTION: times, FEW_MATCHES: times}, times, 5_000)
    return Measured(f"made up, {passages}", indexed, Opened(0.1, 100, 50), answered)


def judged(*, answers_per_second: float = 60, failed: int = 0) -> dict[str, Target]:
    loads = {BARE: Load(100, 1, 2, 0, 0), ANSWER: Load(answers_per_second, 1, 2, 0, 0)}
    reindexed = Reindexed(quiet=Load(60, 1, 2, 0, 0), busy=Load(50, 1, 4, failed, 0), builds=3)
    found = targets([measured(20_000, 0.5), measured(100_000, 2.0)], loads, reindexed)
    return {target.about: target for target in found}


@pytest.mark.parametrize(("reached", "holds"), [(0.5, True), (1.0, True), (1.01, False)])
def test_a_limit_holds_up_to_itself(reached: float, holds: bool) -> None:
    assert Target("x", 1, reached).holds is holds
    assert Target("x", 1, -reached, at_least=True).holds is False


def test_every_size_that_was_measured_is_judged() -> None:
    found = judged()

    assert found["100,000 passages: median answer, ms"].holds
    assert found["search, 20,000 passages: times tantivy's median"].reached == 1
    assert not found["search, 20,000 passages: times faster than Whoosh's searcher"].holds
    assert found["answer with equal matches, 5 times the passages: times the cost"].reached == 4


def test_a_failed_request_during_builds_is_one_too_many() -> None:
    assert judged()["failed requests during builds"].holds
    assert not judged(failed=1)["failed requests during builds"].holds


def test_answers_are_held_to_a_share_of_a_bare_route() -> None:
    about = "answers over HTTP, share of a bare Flask route's requests a second"

    assert [judged(answers_per_second=n)[about].holds for n in (49, 50)] == [False, True]
    assert str(judged()[about]) == f"{about} | ≥ 0.5 | 0.6 | yes"
