from __future__ import annotations

import pytest

from kb_service.staff.breaker import Breaker


def broken(times: int, *, now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(times):
        breaker.failed(now)
    return breaker


def test_two_failures_are_bad_luck():
    assert broken(2).allows(0.0)


@pytest.mark.parametrize(
    ("failures", "pause"), [(3, 60), (4, 120), (5, 240), (6, 480), (7, 900), (8, 900), (5000, 900)]
)
def test_the_pause_doubles_with_each_failed_probe_up_to_a_quarter_of_an_hour(failures, pause):
    breaker = broken(failures)

    assert not breaker.allows(pause - 0.001)
    assert breaker.allows(pause)


def test_a_success_forgets_all_failures():
    breaker = broken(3)
    breaker.succeeded()
    breaker.failed(0.0)
    breaker.failed(0.0)

    assert breaker.allows(0.0)


def test_jitter_scales_the_pause():
    breaker = broken(2)
    breaker.failed(0.0, jitter=1.1)

    assert not breaker.allows(65.9)
    assert breaker.allows(66.1)
