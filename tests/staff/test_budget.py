from __future__ import annotations

import ssl

import httpcore
import pytest

from kb_service.staff.budget import Budget, BudgetStream
from tests.staff.clock import Clock


class SteppingStream(httpcore.NetworkStream):
    """Takes `seconds` for every step and gives `data` to every read; remembers the time limits it was given."""

    def __init__(self, clock: Clock, *, seconds: float, data: bytes = b"x") -> None:
        self.limits: list[float | None] = []
        self._clock, self._seconds, self._data = clock, seconds, data

    def _step(self, timeout: float | None) -> None:
        self.limits.append(timeout)
        self._clock.pass_seconds(self._seconds)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._step(timeout)
        return self._data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._step(timeout)

    def start_tls(self, ssl_context: ssl.SSLContext, server_hostname=None, timeout=None) -> httpcore.NetworkStream:
        self._step(timeout)
        return self

    def close(self) -> None: ...


def test_each_step_gets_no_more_than_what_is_left():
    clock = Clock()
    inner = SteppingStream(clock, seconds=1.5)
    stream = BudgetStream(inner, Budget(seconds=4.0, wire_bytes=100, clock=clock))

    secured = stream.start_tls(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), "acme.kayako.com", 2.0)
    secured.write(b"GET", 2.0)
    secured.read(10, None)

    assert inner.limits == [2.0, 2.0, 1.0]


@pytest.mark.parametrize("step", [lambda stream: stream.read(10, 2.0), lambda stream: stream.write(b"x", 2.0)])
def test_after_the_deadline_no_step_is_taken(step):
    clock = Clock()
    inner = SteppingStream(clock, seconds=0)
    stream = BudgetStream(inner, Budget(seconds=1.0, wire_bytes=100, clock=clock))
    clock.pass_seconds(1.0)

    with pytest.raises(httpcore.TimeoutException):
        step(stream)
    assert inner.limits == []


def test_the_byte_too_many_ends_it():
    clock = Clock()
    stream = BudgetStream(SteppingStream(clock, seconds=0, data=b"four"), Budget(seconds=1, wire_bytes=8, clock=clock))
    stream.read(10)
    stream.read(10)

    with pytest.raises(httpcore.RemoteProtocolError):
        stream.read(10)


def test_time_left_is_never_negative():
    clock = Clock()
    budget = Budget(seconds=1.0, wire_bytes=1, clock=clock)
    clock.pass_seconds(9.0)

    assert budget.seconds_left() == 0.0
