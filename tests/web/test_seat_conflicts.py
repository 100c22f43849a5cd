"""Seat numbers that contradict each other are shown as such, never silently chosen, wherever an answer is shown."""

from __future__ import annotations

import html

import pytest
from flask.testing import FlaskClient

CONFLICTS = {
    "two numbers in the question": (
        {"q": "we have 60 seats, but the invoice is for 62"},
        None,
        (
            "The question says 60 and 62 seats. With 60 seats, at most 60 accounts can be active; with 62 seats, "
            "at most 62 accounts can be active. My.kayako.com > My Orders shows which one holds."
        ),
    ),
    "the form against the question": (
        {"q": "why are we billed for 60 seats?", "seats": "62"},
        62,
        (
            "The question says 60 seats, but your entry says 62: 62 is used here. With 60 seats, at most 60 "
            "accounts can be active; with 62 seats, at most 62 accounts can be active."
        ),
    ),
    "the helpdesk against the question": (
        {"q": "we pay for 60 seats and 40 people use it", "domain": "acme.kayako.com"},
        60,
        (
            "The question says 40 active staff, but the helpdesk itself says 48: 48 is used here. With 40 active "
            "staff, 20 more staff can be enabled; with 48 active staff, 12 more staff can be enabled."
        ),
    ),
    "a pasted error against the question": (
        {"q": "Staff count exceeded. (3 > 2). But we have 5 seats!"},
        2,
        (
            "The question says 5 seats, but the pasted error says 2: an order can take a day to reach the "
            "licence, so 2 is used here."
        ),
    ),
    "the bill against a change": (
        {"q": "we reduced to 45 seats, why is the invoice still for 60?"},
        45,
        (
            "The bill shows 60 seats, but 45 are in force: a change of seats is billed from the next billing "
            "cycle. If a later invoice still shows 60, write to Billing@kayako.com."
        ),
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
