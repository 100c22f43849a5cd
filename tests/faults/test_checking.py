"""What checks the service in `make faults` knows what is wrong when it sees it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from faults import table
from faults.checking import Checker
from faults.requests import EDITION, VOTE

ANSWER = '{"query_id":"q_01M8PHGNQJ1GKHSK8CZYV7WE9V","text":"edition of the handbook is number %d","generation":"%s"}'
FIRST, SECOND = "000001-aaaaaaaa", "000002-bbbbbbbb"
AGAIN = {"Retry-After": "1"}


class Reply(BaseHTTPRequestHandler):
    """What was told to come next; nothing at all for a status of 0."""

    replies: list[tuple[int, str, dict[str, str]]]

    def do_GET(self) -> None:
        status, text, headers = self.replies.pop(0)
        if status:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def telling(*replies: tuple[int, str, dict[str, str]]) -> Iterator[int]:
    Reply.replies = list(replies)
    with HTTPServer(("127.0.0.1", 0), Reply) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server.server_port
        server.shutdown()


@pytest.mark.parametrize(
    ("replies", "kinds"),
    [
        ([(200, ANSWER % (1, FIRST), {}), (200, ANSWER % (2, SECOND), {})], ["right", "right"]),
        ([(200, ANSWER % (1, FIRST), {}), (200, ANSWER % (2, FIRST), {})], ["right", "wrong"]),
        ([(200, "nothing", {})], ["wrong"]),
        ([(200, ANSWER % (1, FIRST), {"ETag": f'W/"{SECOND}.0.0"'})], ["mixed"]),
        ([(200, ANSWER % (1, FIRST) + ANSWER % (2, FIRST), {})], ["mixed"]),
        ([(503, "", AGAIN), (503, "", {}), (500, "", {})], ["refused", "failed", "failed"]),
        ([(502, "", {}), (0, "", {})], ["lost", "lost"]),
    ],
)
def test_a_reply_is_judged_by_what_its_generation_has(
    replies: list[tuple[int, str, dict[str, str]]], kinds: list[str]
) -> None:
    checker = Checker()
    with telling(*replies) as port:
        assert [checker.ask(port, EDITION) for _ in kinds] == kinds

    assert checker.only() == (set(kinds) == {"right"})


def test_what_was_published_is_what_must_be_told() -> None:
    checker = Checker()
    checker.published(FIRST, 7)
    with telling((200, ANSWER % (1, FIRST), {})) as port:
        assert checker.ask(port, EDITION) == "wrong"


def test_a_request_without_an_answer_is_sent_once_more_where_that_is_allowed() -> None:
    checker = Checker(again=True)
    with telling((0, "", {}), (200, ANSWER % (1, FIRST), {})) as port:
        assert checker.ask(port, EDITION) == "right"

    assert checker.counts == {"right": 1, "again": 1}


def test_votes_that_were_said_to_be_kept_are_remembered() -> None:
    checker = Checker()
    query_id = "q_01M8PHGNQJ1GKHSK8CZYV7WE9V"
    with telling(
        (200, ANSWER % (1, FIRST), {}), (201, f'{{"query_id":"{query_id}","helpful":true}}', {}), (200, "", {})
    ) as port:
        assert checker.ask(port, VOTE) == "right"

    assert (checker.kept, checker.votes) == ({query_id}, {"right": 1})


def test_a_row_takes_the_place_of_the_one_before_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"Before\n{table.BEGIN}\n{table.END}\nAfter\n")
    for what, counted in (("b", "1"), ("a", "2"), ("b", "3 | 4")):
        table.write(page, table.row(what, counted, True, 1.0), order=["a", "b"])

    rows = [line.split(" | ")[:2] for line in page.read_text().splitlines() if line.startswith("| ")][2:]
    assert rows == [["| a", "2"], ["| b", "3 / 4"]]
    assert page.read_text().startswith("Before\n")
    assert page.read_text().endswith("\nAfter\n")
