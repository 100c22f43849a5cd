"""Servers that break HTTP, TLS or the patience of their clients: each ends within the deadline and in little memory."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from kb_service.staff.http_counter import LOOKUP_SECONDS
from tests.staff.conftest import ACME
from tests.staff.helpdesk import CANONICAL, answers, drips, floods, hangs, http

DEADLINE_SECONDS = 0.3
SLACK_SECONDS = 1.5  # threads of a busy machine; a deadline that does not hold would last five seconds
MAX_MEMORY_BYTES = 2_000_000

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
LONG = OK + b"Content-Length: 1000000\r\n\r\n"
BOMB = gzip.compress(b"4" * 20_000_000)

SLOW = {
    "hangs after TLS": hangs,
    "drips the status line": drips(b"HTTP/1.1 2", b"0"),
    "drips a header": drips(OK + b"X: ", b"y"),
    "drips header lines": drips(OK, b"X: y\r\n"),
    "drips the body": drips(LONG, b"4"),
    "drips chunks": drips(CHUNKED, b"1\r\n4\r\n"),
    "drips chunk extensions": drips(CHUNKED + b"1;", b"x"),
    "drips interim answers": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "stops in the body": drips(OK + b"Content-Length: 100\r\n\r\n4", b""),
}

GREEDY = {
    "endless header": (floods(OK + b"X: ", b"y" * 8192), "unreachable"),
    "endless header lines": (floods(OK, b"X: y\r\n" * 1000), "unreachable"),
    "endless interim answers": (floods(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 1000), "unreachable"),
    "endless body": (floods(OK + b"\r\n", b"4" * 8192), "unexpected_response"),
    "endless blanks before a number": (floods(OK + b"\r\n48", b" " * 8192), "unexpected_response"),
    "endless chunks": (floods(CHUNKED, b"1\r\n4\r\n" * 1000), "unreachable"),
    "endless trailers": (floods(CHUNKED + b"2\r\n48\r\n0\r\n", b"X: y\r\n" * 1000), "unreachable"),
    "promises a gigabyte": (floods(OK + b"Content-Length: 1000000000\r\n\r\n", b"4" * 8192), "unexpected_response"),
    "gzip bomb": (answers(http(BOMB, headers=["Content-Encoding: gzip"])), "unexpected_response"),
}

BROKEN = {
    "closes at once": (answers(b""), "unreachable"),
    "another protocol": (answers(b"SSH-2.0-OpenSSH_9.6\r\n"), "unreachable"),
    "HTTP/0.9": (answers(b'{"activestaffcount":"48"}'), "unreachable"),
    "HTTP/2 preface": (answers(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "unreachable"),
    "no status code": (answers(b"HTTP/1.1 OK\r\n\r\n48"), "unreachable"),
    "NUL in a header": (answers(OK + b"X: a\x00b\r\n\r\n48"), "unreachable"),
    "line folded header name": (answers(OK + b"X : y\r\n\r\n48"), "unreachable"),
    "two lengths": (answers(OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n481"), "unreachable"),
    "negative length": (answers(OK + b"Content-Length: -2\r\n\r\n48"), "unreachable"),
    "bad chunk size": (answers(CHUNKED + b"zz\r\n48\r\n0\r\n\r\n"), "unreachable"),
    "unknown transfer encoding": (answers(OK + b"Transfer-Encoding: gzip\r\n\r\n48"), "unreachable"),
    "cut body": (answers(OK + b"Content-Length: 25\r\n\r\n{"), "unreachable"),
    "cut chunk": (answers(CHUNKED + b"19\r\n{"), "unreachable"),
    "switches protocols": (answers(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n48"), "unreachable"),
    "no content": (answers(b"HTTP/1.1 204 No Content\r\n\r\n48"), "unexpected_response"),
    "compressed although not asked": (answers(http(b"48", headers=["Content-Encoding: br"])), "unexpected_response"),
    "redirect to metadata": (answers(http(b"", 302, ["Location: http://169.254.169.254/latest/"])), "not_found"),
    "redirect to loopback": (answers(http(b"", 307, ["Location: https://127.0.0.1:1/"])), "not_found"),
    "redirect to itself": (answers(http(b"", 301, ["Location: /Base/staff/getcount"])), "not_found"),
    "refresh header": (answers(http(b"<html></html>", 200, ["Refresh: 0; url=http://127.0.0.1/"])), "not_found"),
}


@contextmanager
def within_bounds(seconds: float) -> Iterator[None]:
    """Fail where a look-up outlives its deadline or takes more memory than any needs, the helpdesk's own included."""
    tracemalloc.start()
    started = time.monotonic()
    try:
        yield
        took, peak_bytes = time.monotonic() - started, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert took < seconds + SLACK_SECONDS
    assert peak_bytes < MAX_MEMORY_BYTES


@pytest.mark.slow
@pytest.mark.parametrize("play", SLOW.values(), ids=SLOW)
def test_slowness_of_any_kind_ends_at_the_deadline(start_helpdesk, counter_for, play):
    counter = counter_for(start_helpdesk(play), lookup_seconds=DEADLINE_SECONDS)

    with within_bounds(DEADLINE_SECONDS):
        staff_count = counter.count(ACME)

    assert (staff_count.status, staff_count.count) == ("timeout", None)


@pytest.mark.slow
@pytest.mark.parametrize(("play", "status"), GREEDY.values(), ids=GREEDY)
def test_floods_end_at_the_byte_budget(start_helpdesk, counter_for, play, status):
    counter = counter_for(start_helpdesk(play))

    with within_bounds(LOOKUP_SECONDS):
        staff_count = counter.count(ACME)

    assert (staff_count.status, staff_count.count) == (status, None)


@pytest.mark.parametrize(("play", "status"), BROKEN.values(), ids=BROKEN)
def test_broken_answers_are_no_numbers(start_helpdesk, counter_for, play, status):
    counter = counter_for(start_helpdesk(play))

    with within_bounds(LOOKUP_SECONDS):
        staff_count = counter.count(ACME)

    assert (staff_count.status, staff_count.count) == (status, None)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(start_helpdesk, counter_for, status):
    elsewhere = start_helpdesk(answers(http(CANONICAL)))
    location = f"Location: https://127.0.0.1:{elsewhere.port}/Base/staff/getcount"
    helpdesk = start_helpdesk(answers(http(b"", status, [location])))

    assert counter_for(helpdesk).count(ACME).status == "not_found"
    assert (helpdesk.connections, elsewhere.connections) == (2, 0)


def test_an_interim_answer_before_the_real_one_is_proper_http(start_helpdesk, counter_for):
    helpdesk = start_helpdesk(answers(b"HTTP/1.1 103 Early Hints\r\n\r\n" + http(CANONICAL)))

    assert counter_for(helpdesk).count(ACME).count == 48


def test_a_count_sent_in_chunks_is_a_count(start_helpdesk, counter_for):
    helpdesk = start_helpdesk(
        answers(CHUNKED + b"10\r\n" + CANONICAL[:16] + b"\r\n9\r\n" + CANONICAL[16:] + b"\r\n0\r\n\r\n")
    )

    assert counter_for(helpdesk).count(ACME).count == 48


@pytest.mark.parametrize(
    ("before_tls", "status"),
    [
        pytest.param(hangs, "timeout", id="hangs before TLS"),
        pytest.param(drips(b"\x16\x03\x03\x40\x00", b"\x00"), "timeout", id="drips a TLS record"),
        pytest.param(answers(b""), "unreachable", id="closes before TLS"),
        pytest.param(answers(http(CANONICAL)), "unreachable", id="plain HTTP on the TLS port"),
        pytest.param(answers(b"SSH-2.0-OpenSSH_9.6\r\n"), "unreachable", id="SSH banner"),
        pytest.param(answers(b"\x15\x03\x03\x00\x02\x02\x28"), "unreachable", id="TLS alert"),
    ],
)
def test_a_server_without_tls_is_no_helpdesk(start_helpdesk, counter_for, before_tls, status):
    counter = counter_for(start_helpdesk({}, before_tls=before_tls), lookup_seconds=DEADLINE_SECONDS)

    with within_bounds(DEADLINE_SECONDS):
        staff_count = counter.count(ACME)

    assert (staff_count.status, staff_count.count) == (status, None)


CERTIFICATES = {
    "another name": {"names": ["other.kayako.com"]},
    "only the address": {"names": ["127.0.0.1"]},
    "an authority nobody trusts": {"names": [ACME], "stranger": True},
    "expired": {"names": [ACME], "expired": True},
}


@pytest.mark.parametrize("certificate", CERTIFICATES.values(), ids=CERTIFICATES)
def test_a_wrong_certificate_is_no_helpdesk(certificates, start_helpdesk, counter_for, certificate):
    options = dict(certificate)
    tls = certificates.context(*options.pop("names"), **options)
    counter = counter_for(start_helpdesk(answers(http(CANONICAL)), tls=tls))

    with within_bounds(LOOKUP_SECONDS):
        staff_count = counter.count(ACME)

    assert (staff_count.status, staff_count.count) == ("unreachable", None)
