"""The home page, the results and the articles, as people without a script see them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import Settings
from tests.web.fakes import ARTICLE_ID, FixedKnowledgeBase

PAGES = {
    "home": "/",
    "topic": "/?topic=seats",
    "results": "/search?q=biled&domain=acme.kayako.com&seats=60",
    "no answer": "/search?q=uncovered",
    "empty": "/search",
    "article": f"/articles/{ARTICLE_ID}",
    "not found": "/nope",
    "docs": "/api/docs",
}
VOID = {"meta", "link", "input", "img", "br", "hr"}


class Outline(HTMLParser):
    """Remembers elements and ids, and what does not close."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.labelled: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.labelled |= {
            value for name, value in attrs if name in ("for", "aria-labelledby", "aria-describedby") and value
        }
        assert tag != "img" or "alt" in values
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_every_page_is_well_formed_and_has_its_landmarks(path: str, client: FlaskClient) -> None:
    page = client.get(path).text
    outline = Outline()
    outline.feed(page)

    assert outline.open == []
    assert (outline.tags.count("h1"), outline.tags.count("main"), outline.tags.count("title")) == (1, 1, 1)
    assert len(outline.ids) == len(set(outline.ids))
    assert outline.labelled <= set(outline.ids)
    assert '<html lang="en">' in page
    assert 'name="viewport"' in page


@pytest.mark.parametrize("path", [path for name, path in PAGES.items() if name != "docs"])
def test_every_page_has_one_search_box_that_works_alone(path: str, client: FlaskClient) -> None:
    page = client.get(path).text

    assert page.count('role="search" action="/search"') == 1
    assert re.search('<label (class="unseen" )?for="kb:q">', page)


def test_home_offers_topics_and_questions(client: FlaskClient) -> None:
    page = client.get("/").text

    assert 'href="/?topic=tax-%26-%3CVAT%3E"' in page
    assert "Tax &amp; &lt;VAT&gt;" in page
    assert 'href="/search?q=Do%20empty%20seats%20cost%20money%3F"' in page


def test_a_topic_lists_its_articles(client: FlaskClient) -> None:
    page = client.get("/?topic=seats").text

    assert f'<a href="/articles/{ARTICLE_ID}"><h2>Why are we billed for more seats?</h2>' in page
    assert page.index("Each seat is billed.") < page.index('aria-current="page"')
    assert 'aria-current="page"' in page


def test_a_topic_nobody_has_says_so(client: FlaskClient) -> None:
    assert "No article has this topic." in client.get("/?topic=none").text


def test_the_sentence_that_answers_is_marked_inside_its_passage(client: FlaskClient) -> None:
    page = client.get("/search?q=why").text

    sentence = "<p><mark>Every seat that was bought is billed.</mark>"
    assert f"{sentence} Nobody has to <em>use</em> it: 60 &gt; 48 &amp; &lt;b&gt;still&lt;/b&gt; billed.</p>" in page
    assert f'<blockquote cite="/articles/{ARTICLE_ID}#why">' in page
    assert f'<a href="/articles/{ARTICLE_ID}#why">Read the whole article</a>' in page
    assert "Seats &amp; staff › Why" in page
    assert 'Checked <time datetime="2026-11-20">20 Nov 2026</time>' in page


def test_other_passages_mark_the_words_and_say_when_they_are_old(client: FlaskClient) -> None:
    page = client.get("/search?q=why").text

    assert "Every seat <b>that</b> was bought is <b>billed</b>." in page
    assert 'Last checked <time datetime="2024-02-01">1 Feb 2024</time>: it may be out of date' in page


def test_results_show_the_seats_and_the_staff_in_words(client: FlaskClient) -> None:
    page = client.get("/search?q=why&domain=acme.kayako.com&seats=60").text

    assert "<dt>Paid seats</dt><dd>60" in page
    assert "<dt>Active staff</dt><dd>48" in page
    assert "12 more staff can be enabled." in page
    assert "counted live at 09:30 UTC" in page


def test_results_keep_what_was_typed(client: FlaskClient) -> None:
    page = client.get("/search?q=why&domain=acme.kayako.com&seats=60").text

    assert 'value="why"' in page
    assert 'value="acme.kayako.com"' in page
    assert 'value="60"' in page
    assert "<details open>" in page


def test_a_correction_is_told(client: FlaskClient) -> None:
    assert "Searched also for <b>billed</b>." in client.get("/search?q=biled").text


def test_no_answer_offers_the_nearest_titles_and_a_contact(knowledge_base: FixedKnowledgeBase) -> None:
    client = create_app(Settings(contact_url="/support"), knowledge_base=knowledge_base).test_client()

    page = client.get("/search?q=uncovered").text

    assert "<h1>No article answers this</h1>" in page
    assert '<a href="/articles/reduce">Reduce seats</a>' in page
    assert '<a class="button" href="/support?question=uncovered">Contact us</a>' in page


def test_what_may_help_is_shown_with_a_contact_and_not_claimed(knowledge_base: FixedKnowledgeBase) -> None:
    client = create_app(Settings(contact_url="/support"), knowledge_base=knowledge_base).test_client()

    page = client.get("/search?q=perhaps").text

    assert '<p class="sure">May help</p>' in page
    assert '<h2 id="kb:more">What else may help</h2>' in page
    assert page.count("<blockquote") == 1
    assert "No article answers this" not in page
    assert '<a class="button" href="/support?question=perhaps&amp;read=' in page


def test_an_empty_question_asks_for_one(client: FlaskClient) -> None:
    for path in ("/search", "/search?q=", "/search?q=+"):
        assert "<h1>Ask a question</h1>" in client.get(path).text


def test_an_article_shows_its_html_contents_and_related(client: FlaskClient) -> None:
    page = client.get(f"/articles/{ARTICLE_ID}").text

    assert '<h2 id="why"><a class="here" href="#why">Why &amp; how</a></h2><p>Every seat is billed.</p>' in page
    assert '<a href="#why">Why &amp; how</a>' in page
    assert '<a href="/articles/reduce">Reduce seats</a>' in page
    assert "<title>Why are we billed for more seats? – Help centre</title>" in page


def test_a_helpdesk_is_only_asked_for_where_it_can_be_counted() -> None:
    client = create_app(Settings(staff_count="agents"), knowledge_base=FixedKnowledgeBase()).test_client()

    page = client.get("/").text

    assert 'name="domain"' not in page
    assert 'name="seats"' in page


def test_pages_are_for_the_public_only(client: FlaskClient, knowledge_base: FixedKnowledgeBase) -> None:
    for path in PAGES.values():
        client.get(path + ("&" if "?" in path else "?") + "audience=agent")

    assert knowledge_base.audiences == {"public"}


def test_links_lead_only_to_ourselves(client: FlaskClient) -> None:
    for path in PAGES.values():
        assert re.findall(r'(?:href|src|action)="(?!/(?!/)|#)([^"]*)"', client.get(path).text) == []
