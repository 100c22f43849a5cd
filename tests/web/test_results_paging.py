"""The pages of the results: an address each, the answer on the first alone, and an end on both sides."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from kb_service.web.pages import PASSAGES_ON_A_PAGE
from tests.web.fakes import MANY, SENTENCE, FixedKnowledgeBase

LINK = re.compile(r'<(a|link)[^>]* rel="(prev|next)" href="([^"]*)"')


def links(page: str) -> dict[str, str]:
    """The addresses of the neighbours; the head and the body must name the same."""
    found = {(tag, rel): url.replace("&amp;", "&") for tag, rel, url in LINK.findall(page)}
    head = {rel: url for (tag, rel), url in found.items() if tag == "link"}
    assert head == {rel: url for (tag, rel), url in found.items() if tag == "a"}
    return head


def passages(page: str) -> list[str]:
    return re.findall(r"Passage \d+\.", page.replace("<mark>", "").replace("</mark>", ""))


def test_following_the_links_shows_every_passage_once_and_in_order(client: FlaskClient) -> None:
    url, seen, pages = "/search?q=many", list[str](), 0
    while url:
        page = client.get(url).text
        seen += passages(page)
        pages, url = pages + 1, links(page).get("next", "")

    assert seen == [passage.text for passage in MANY[1:]]
    assert pages == 3


def test_only_the_first_page_has_the_answer(client: FlaskClient) -> None:
    first, second = client.get("/search?q=many").text, client.get("/search?q=many&page=2").text

    assert f"<mark>{SENTENCE}</mark>" in first
    assert SENTENCE not in second
    assert '<h1 id="kb:more">More from the articles</h1>' in second
    assert "<title>many – Page 2 – Help centre</title>" in second


def test_links_keep_what_was_asked(client: FlaskClient) -> None:
    page = client.get("/search?q=many+%26+more&seats=60&page=2").text

    assert links(page) == {
        "prev": "/search?q=many+%26+more&seats=60",
        "next": "/search?q=many+%26+more&seats=60&page=3",
    }


def test_what_fits_on_one_page_has_no_others(client: FlaskClient) -> None:
    assert links(client.get("/search?q=why").text) == {}


@pytest.mark.parametrize("question", ["many", "uncovered", "why", ""])
def test_a_page_behind_the_last_is_the_last(question: str, client: FlaskClient) -> None:
    page = client.get(f"/search?q={question}&page=9").text

    assert "next" not in links(page)
    assert page.count("<h1") == 1


@pytest.mark.parametrize("page", ["0", "-1", "11", "x", "1.5", "99999999999999999999"])
def test_a_page_that_cannot_be_is_refused_in_words(page: str, client: FlaskClient) -> None:
    response = client.get(f"/search?q=many&page={page}")

    assert response.status_code == 422
    assert "page must be a whole number from 1 to 10" in response.text


def test_a_helpdesk_is_counted_for_the_first_page_alone(
    client: FlaskClient, knowledge_base: FixedKnowledgeBase
) -> None:
    page = client.get("/search?q=many&domain=acme.kayako.com&page=2").text

    assert knowledge_base.questions[-1].domain is None
    assert "active staff" not in page.lower().partition("<main")[2].partition("</form>")[2]
    assert "domain=acme.kayako.com" in links(page)["prev"]


def test_a_page_asks_for_one_passage_more_than_it_shows(
    client: FlaskClient, knowledge_base: FixedKnowledgeBase
) -> None:
    client.get("/search?q=many&page=2")

    assert knowledge_base.questions[-1].limit == 2 * PASSAGES_ON_A_PAGE + 1
