from __future__ import annotations

import queue
import threading

import pytest

from kb_service.staff.limits import Bulkhead, CircuitBreaker, RateLimit


def broken(times: int, *, now: float = 0.0) -> CircuitBreaker:
    breaker = CircuitBreaker()
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


def test_what_is_too_many_is_not_started_and_room_comes_back_before_the_result():
    bulkhead, released = Bulkhead(2, "kb-test"), threading.Event()
    results: queue.SimpleQueue[bool] = queue.SimpleQueue()

    started = [bulkhead.start(released.wait, results.put) for _ in range(3)]
    released.set()

    assert started == [True, True, False]
    for _ in range(10):
        assert results.get(timeout=2)
        assert bulkhead.start(released.wait, results.put)


def test_its_threads_never_hold_the_end_of_the_process():
    threads: queue.SimpleQueue[threading.Thread] = queue.SimpleQueue()

    Bulkhead(2, "kb-test").start(threading.current_thread, threads.put)

    assert threads.get(timeout=2).daemon


def test_a_process_without_threads_to_give_is_one_without_room(monkeypatch):
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    bulkhead = Bulkhead(2, "kb-test")
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert [bulkhead.start(list, print) for _ in range(5)] == [False] * 5
    monkeypatch.undo()

    assert bulkhead.start(list, lambda result: None)


def full_at(*times: float) -> RateLimit:
    limit = RateLimit()
    for time in times:
        limit.started(time)
    return limit


def test_sixty_are_allowed_and_no_more():
    assert full_at(*range(59)).allows(59.0)
    assert not full_at(*range(60)).allows(59.9)


def test_one_more_is_allowed_for_each_that_is_a_minute_old():
    limit = full_at(*[0.0] * 1, *[30.0] * 59)

    assert limit.allows(60.0)
    limit.started(60.0)
    assert not limit.allows(60.0)
    assert limit.allows(90.0)
