"""Seat numbers that contradict each other are shown as such, never silently chosen, wherever an answer is shown."""

from __future__ import annotations

import html

import pytest
from flask.testing import FlaskClient

CONFLICTS = {
    "two numbers in the question": (
        {"q": "we have 60 seats, but the invoice is for 62"},
        None,
        "The question says 60 and 62 seats: it is not clear which one holds.",
    ),
    "the form against the question": (
        {"q": "why are we billed for 60 seats?", "seats": "62"},
        62,
        "The question says 60 seats, but your entry says 62: 62 is used here.",
    ),
    "the helpdesk against the question": (
        {"q": "we pay for 60 seats and 40 people use it", "domain": "acme.kayako.com"},
        60,
        "The question says 40 active staff, but the helpdesk itself says 48: 48 is used here.",
    ),
    "a pasted error against the question": (
        {"q": "Staff count exceeded. (3 > 2). But we have 5 seats!"},
        2,
        "The question says 5 seats, but the pasted error says 2: 2 is used here.",
    ),
}


@pytest.mark.parametrize(("query", "purchased", "conflict"), CONFLICTS.values(), ids=CONFLICTS)
def test_the_api_and_the_page_say_what_contradicts_what(
    client: FlaskClient, query: dict[str, str], purchased: int | None, conflict: str
) -> None:
    seats = client.get("/api/v1/answer", query_string=query).get_json()["seats"]
    page = html.unescape(client.get("/search", query_string=query).get_data(as_text=True))

    assert (seats["purchased"], seats["conflicts"]) == (purchased, [conflict])
    assert f"<li>{conflict}</li>" in page
