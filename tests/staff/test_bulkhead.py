from __future__ import annotations

import queue
import threading

from kb_service.staff.bulkhead import MAX_AT_ONCE, Bulkhead


def test_what_is_too_many_is_not_started_and_room_comes_back_before_the_result():
    bulkhead, released = Bulkhead(), threading.Event()
    results: queue.SimpleQueue[bool] = queue.SimpleQueue()

    started = [bulkhead.start(released.wait, results.put) for _ in range(MAX_AT_ONCE + 1)]
    released.set()

    assert started == [True] * MAX_AT_ONCE + [False]
    for _ in range(10):
        assert results.get(timeout=2)
        assert bulkhead.start(released.wait, results.put)


def test_its_threads_never_hold_the_end_of_the_process():
    threads: queue.SimpleQueue[threading.Thread] = queue.SimpleQueue()

    Bulkhead().start(threading.current_thread, threads.put)

    assert threads.get(timeout=2).daemon


def test_a_process_without_threads_to_give_is_one_without_room(monkeypatch):
    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    bulkhead = Bulkhead()
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert [bulkhead.start(list, print) for _ in range(5)] == [False] * 5
    monkeypatch.undo()

    assert bulkhead.start(list, lambda result: None)
