"""Whole requests for the application: bodies within a deadline, headers nobody can disguise, errors that are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from kb_service.server.gateway import MOST_BODY_BYTES, Gateway, environ_of
from kb_service.web.refusals import REFUSAL

Headers = list[tuple[str, str]]


class Fields:
    """Headers as the server library gives them."""

    def __init__(self, headers: Headers) -> None:
        self._headers = headers

    def items(self) -> Headers:
        return self._headers


@dataclass
class Scope:
    """A request as the server library gives it."""

    method: str = "GET"
    path: str = "/"
    query_string: str = ""
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = "192.0.2.7:1234"
    authority: str | None = None
    headers: Fields = field(default_factory=lambda: Fields([]))


class Protocol:
    """A client that sends its body in these parts; a number is a pause."""

    def __init__(self, *parts: bytes | float) -> None:
        self._parts = parts
        self.reply: tuple[int, Headers, bytes] = (0, [], b"")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            if isinstance(part, bytes):
                yield part
            else:
                await asyncio.sleep(part)

    def response_bytes(self, status: int, headers: Headers, content: bytes) -> None:
        self.reply = (status, headers, content)


def posted(*headers: tuple[str, str]) -> Scope:
    return Scope(method="POST", headers=Fields([("content-length", "9"), *headers]))


def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [str(environ.get(REFUSAL)).encode(), b" ", environ["wsgi.input"].read()]


def ask(gateway: Gateway, *requests: tuple[Scope, Protocol]) -> list[tuple[int, Headers, bytes]]:
    async def all_at_once() -> None:
        await asyncio.gather(*(gateway.__rsgi__(scope, protocol) for scope, protocol in requests))

    asyncio.run(all_at_once())
    return [protocol.reply for _, protocol in requests]


def test_a_body_is_whole_before_the_application_is_asked() -> None:
    assert ask(Gateway(echo, threads=1), (posted(), Protocol(b"two ", 0.01, b"parts"))) == [
        (200, [], b"None two parts")
    ]


def test_a_body_that_comes_too_late_is_refused_and_holds_no_thread() -> None:
    gateway = Gateway(echo, threads=1, body_seconds=0.2)
    late = [(posted(), Protocol(b"half", 9.0)) for _ in range(20)]
    *refused, answered = ask(gateway, *late, (posted(), Protocol(b"good")))

    assert {content for _, _, content in refused} == {b"late_body "}
    assert answered == (200, [], b"None good")


def test_of_too_many_bodies_the_oldest_is_given_up() -> None:
    gateway = Gateway(echo, threads=1, body_seconds=0.5, most_bodies=2)
    replies = ask(gateway, *((posted(), Protocol(b"a", pause, b"b")) for pause in (9.0, 0.1, 0.1)))

    assert [content for _, _, content in replies] == [b"late_body ", b"None ab", b"None ab"]


def test_a_body_that_is_too_long_is_not_read_on() -> None:
    parts = [bytes(40_000)] * 20
    ((_, _, content),) = ask(Gateway(echo, threads=1), (posted(), Protocol(*parts)))

    assert len(content) == len(b"None ") + MOST_BODY_BYTES + 1


def test_more_requests_than_can_wait_are_told_to_come_again() -> None:
    replies = ask(Gateway(echo, threads=1, most_waiting=3), *((Scope(), Protocol()) for _ in range(10)))

    assert [content for _, _, content in replies].count(b"overloaded ") == 7


def test_an_application_that_fails_is_an_error_of_the_server(caplog: pytest.LogCaptureFixture) -> None:
    def failing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        raise ValueError("a fault")

    ((status, _, content),) = ask(Gateway(failing, threads=1), (Scope(), Protocol()))

    assert (status, content) == (500, b"Internal Server Error\n")
    assert "a fault" in caplog.text


def test_a_header_with_an_underscore_is_dropped() -> None:
    headers = Fields([("x_forwarded_for", "203.0.113.1"), ("x-forwarded-for", "192.0.2.1"), ("kb-user", "a")])
    environ = environ_of(Scope(headers=headers))

    assert environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
    assert environ["HTTP_KB_USER"] == "a"


def test_two_hosts_are_refused() -> None:
    assert environ_of(Scope(headers=Fields([("host", "a.example"), ("host", "b.example")])))[REFUSAL] == "two_hosts"
    assert REFUSAL not in environ_of(Scope(headers=Fields([("host", "a.example"), ("host", "a.example")])))


@pytest.mark.parametrize(
    ("scope", "name", "value"),
    [
        (Scope(path="/a%2Fb%C3%A9"), "PATH_INFO", "/a/b\u00c3\u00a9"),
        (Scope(client="[2001:db8::1]:99"), "REMOTE_ADDR", "2001:db8::1"),
        (Scope(headers=Fields([("cookie", "a=1"), ("cookie", "b=2")])), "HTTP_COOKIE", "a=1; b=2"),
        (Scope(headers=Fields([("accept", "a"), ("accept", "b")])), "HTTP_ACCEPT", "a,b"),
        (Scope(headers=Fields([("content-type", "text/plain")])), "CONTENT_TYPE", "text/plain"),
        (Scope(http_version="1"), "SERVER_PROTOCOL", "HTTP/1"),
    ],
    ids=["path", "IPv6", "cookies", "repeated", "type", "old"],
)
def test_the_environ_is_that_of_wsgi(scope: Scope, name: str, value: str) -> None:
    assert environ_of(scope)[name] == value
