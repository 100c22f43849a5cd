"""The box: a ticket goes in, and what comes out says plainly what is for whom."""

from __future__ import annotations

import html
import re
from typing import Any

import msgspec
import pytest

from kb_service.content.article import Article
from kb_service.seats.position import reconcile
from kb_service.seats.reader import read_mentions
from kb_service.web.console.copies import WARNING, Copies, customer_reply, whole_reply
from kb_service.web.console.ticket_pages import MOST_CHARACTERS
from tests.billing_articles import SECRET
from tests.builders import an_article as a_plain_article
from tests.web.console.builders import Browser
from tests.web.fakes import PASSAGE

EMPTY = Copies("", "", "")

TICKET = f"""From: Tom Reed <tom@acme.example>
Subject: Money

Hello,

we pay for 60 seats but only 48 people use the helpdesk. Can we get our money back, or a {SECRET} refund?
How can we pay for fewer users?

Thanks,
Tom
"""


def asked(browser: Browser, ticket: str) -> str:
    response = browser.submit("/console", {"ticket": ticket})
    assert response.status_code == 200
    return response.text


def cards(page: str) -> list[str]:
    return re.findall(r"<article class=\"card.*?</article>", page, re.DOTALL)


def copied(card: str, form: str) -> str:
    found = re.search(rf'data-form="{form}"[^>]*>\n(.*?)</textarea>', card, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def test_a_ticket_is_taken_apart(anna: Browser) -> None:
    page = asked(anna, TICKET)

    assert "<dt>Who asks</dt><dd>Tom Reed</dd>" in page
    assert re.findall(r'class="number">(\w+ \d)</span>', page) == ["Question 1", "Question 2"]
    assert re.search(r"<dt>Paid seats</dt><dd>60 ", page)
    assert re.search(r"<dt>Active staff</dt><dd>48 ", page)


def test_what_is_for_agents_is_marked_with_words_colour_and_icon(anna: Browser) -> None:
    found = cards(asked(anna, "Who may give a goodwill refund, and what may agents promise?"))
    secret = [card for card in found if SECRET in card]

    assert len(secret) >= 2  # an internal article, and a part of a public one
    for card in secret:
        assert 'class="card agents-only"' in card
        assert "Agents only: never for customers" in card
        assert "<svg" in card
        assert "data-agents-only" in card
    assert [card for card in found if SECRET not in card and "agents-only" in card] == []


def test_what_is_for_agents_never_becomes_a_reply_and_says_what_it_is_elsewhere(anna: Browser) -> None:
    page = asked(anna, TICKET)

    for card in (card for card in cards(page) if "data-agents-only" in card):
        assert copied(card, "reply") == ""
        assert 'data-copy="reply"' not in card
        for form in ("markdown", "text", "html"):
            assert WARNING in copied(card, form)
            assert copied(card, form).index(WARNING) < copied(card, form).index(SECRET)
    replies = re.findall(r'data-form="reply"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert len(replies) >= 3
    assert [reply for reply in replies if SECRET in reply.replace(f"a {SECRET} refund?", "")] == []


def test_a_reply_greets_and_quotes_with_a_link_for_customers(anna: Browser) -> None:
    [first, *_] = cards(asked(anna, TICKET.replace(SECRET, "whole")))

    reply = copied(first, "reply")
    assert reply.startswith("Hello Tom Reed,\n\n")
    assert "https://help.example.com/articles/" in reply
    assert "/console" not in reply


def an_article(**values: Any) -> Article:
    article = a_plain_article("remove-seats", "Disable accounts first.")
    return msgspec.structs.replace(article, **values)


NUMBERS = reconcile(mentions=read_mentions("we pay for 60 seats and 48 people use them"))


def test_the_reply_of_an_article_is_filled_in_and_what_nobody_said_stays_a_gap() -> None:
    article = an_article(reply="{name} has {seats} seats and {active} staff, {other}.")
    known = customer_reply(EMPTY, PASSAGE, None, article, asker="Tom", seats=NUMBERS)
    unknown = customer_reply(EMPTY, PASSAGE, None, article, asker="", seats=None)

    assert known.reply == "Hello Tom,\n\nTom has 60 seats and 48 staff, {other}."
    assert unknown.reply == "Hello,\n\n[name] has [seats] seats and [active] staff, {other}."


def test_what_follows_from_the_numbers_is_said_once_and_where_it_belongs() -> None:
    seats, other = an_article(reply="A.", live="staff_count"), an_article(reply="B.")
    bodies = [
        customer_reply(EMPTY, PASSAGE, None, each, asker="", seats=NUMBERS).body for each in (seats, other, seats)
    ]

    assert NUMBERS
    assert bodies[0] == f"A.\n\n{NUMBERS.capacity} {NUMBERS.billing}"
    assert bodies[1] == "B."
    assert whole_reply("Tom", bodies) == f"Hello Tom,\n\n{bodies[0]}\n\nB."
    assert whole_reply("Tom", []) == ""


def test_the_reply_of_an_article_for_agents_is_none_for_customers() -> None:
    article = an_article(reply="Secret.", audience="agent")

    assert "Secret" not in customer_reply(EMPTY, PASSAGE, None, article, asker="", seats=None).reply


def test_a_passage_says_who_keeps_it_how_fresh_it_is_and_why_it_was_found(anna: Browser) -> None:
    [first, *_] = cards(asked(anna, "When are invoices sent?"))

    assert "Nobody is named who keeps it." in first
    assert "Checked <time" in first
    assert "review overdue since 10 Jul 2024" in first
    assert "Why this passage" in first
    assert "holds “invoices”" in first


def test_what_customers_are_told_is_what_customers_are_told(anna: Browser) -> None:
    page = asked(anna, "How can we pay for fewer users?")
    public = anna.client.get("/api/v1/answer?q=How+can+we+pay+for+fewer+users%3F&limit=3").get_json()

    left = page.partition("What you may know besides")[0]
    assert re.findall(r'href="/console(/articles/[^"]*)" data-open', left) == [
        each["url"] for each in public["passages"]
    ]


def test_the_longest_ticket_is_taken_and_a_longer_one_kept_in_the_box(anna: Browser) -> None:
    longest = "we héard 😀 nothing. " * 2000
    assert anna.submit("/console", {"ticket": longest[:MOST_CHARACTERS]}).status_code == 200

    refused = anna.submit("/console", {"ticket": longest[: MOST_CHARACTERS + 1]})
    assert refused.status_code == 422
    assert "This has 20,001 characters: shorten it to 20,000." in refused.text
    assert "héard 😀" in refused.text
    assert anna.submit("/console", {"ticket": "a" * 400_000}).status_code == 413


@pytest.mark.parametrize("ticket", ["", " \n "])
def test_nothing_is_no_ticket(ticket: str, anna: Browser) -> None:
    response = anna.submit("/console", {"ticket": ticket})

    assert response.status_code == 422
    assert "Paste a ticket or type a question." in response.text


def test_a_ticket_is_text_whatever_it_says(anna: Browser) -> None:
    hostile = "From: <script>alert(1)</script>\n\n</textarea><script>alert(2)</script> {{ 7*7 }} refund?\0\x1b[31m"
    page = asked(anna, hostile)

    assert "<script>alert" not in page
    assert "\0" not in page
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert not re.search(r'<script(?! type="module" src="/)', page)


def test_an_internal_article_is_a_page_for_agents(anna: Browser) -> None:
    page = anna.get("/console/articles/goodwill").text
    partly = anna.get("/console/articles/refunds").text

    assert SECRET in page
    assert "Agents only: never for customers" in page
    assert "As customers see it" not in page
    assert f'data-audience="agent">Agents may promise a {SECRET} refund.' in partly
    assert "Customers read this article too" in partly
    assert anna.get("/console/articles/nope").status_code == 404
