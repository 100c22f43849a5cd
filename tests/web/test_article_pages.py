"""The pages to read and to browse: where an article stands, what is beside it, all that there is."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec
import pytest
from flask.testing import FlaskClient

from kb_service.answers.results import ArticlePage
from kb_service.app import create_app
from kb_service.content.article import Audience
from kb_service.settings import Settings
from kb_service.web.article_html import on_page, with_frames
from kb_service.web.article_pages import ARTICLES_A_PAGE, TOPICS_AT_ONCE
from tests.web.fakes import ARTICLE_ID, INDEX, FixedKnowledgeBase


def test_an_article_says_where_it_stands_and_what_is_beside_it(client: FlaskClient) -> None:
    page = client.get(f"/articles/{ARTICLE_ID}").text

    crumbs = page[page.index('class="crumbs"') : page.index("<article")]
    assert re.findall('href="([^"]+)"', crumbs) == ["/", "/?topic=seats"]
    assert re.findall('<a[^>]*href="([^"]+)" rel="(prev|next)"', page) == [
        ("/articles/add", "prev"),
        ("/articles/swap", "next"),
    ]


def test_a_heading_leads_to_itself(client: FlaskClient) -> None:
    page = client.get(f"/articles/{ARTICLE_ID}").text

    assert '<h2 id="why"><a class="here" href="#why">Why &amp; how</a></h2>' in page


def test_all_articles_are_listed_by_topic(client: FlaskClient) -> None:
    page = client.get("/articles").text

    assert re.search(r'<h2 id="kb:topic-1" dir="auto">Seats</h2>.*?<a href="/articles/seats/billed', page, re.DOTALL)
    assert "1 article" in page
    assert 'href="/articles"' in client.get("/").text


class ManyArticles(FixedKnowledgeBase):
    def articles(
        self,
        *,
        audience: Audience = "public",
        limit: int = 50,
        offset: int = 0,
        topic: str | None = None,
        languages: Sequence[str] = (),
    ) -> ArticlePage:
        one = super().articles().articles[0]
        total = TOPICS_AT_ONCE + 1
        found = [msgspec.structs.replace(one, title=f"Article {at}") for at in range(total)[offset : offset + limit]]
        return ArticlePage(total, limit, offset, tuple(found), INDEX)


@pytest.mark.parametrize("path", ["/articles?", "/?topic=seats&"])
def test_long_lists_have_pages(path: str) -> None:
    client = create_app(Settings(rate_limit=False), knowledge_base=ManyArticles()).test_client()
    pages = [client.get(f"{path}page={number}").text for number in (1, 2, 3)]

    assert [len(re.findall(r"Article \d+<", page)) for page in pages] == [ARTICLES_A_PAGE, ARTICLES_A_PAGE, 1]
    assert ['rel="prev"' in page for page in pages] == [False, True, True]
    assert ['rel="next"' in page for page in pages] == [True, True, False]


def test_a_page_that_is_no_number_is_refused(client: FlaskClient) -> None:
    assert client.get("/articles?page=x").status_code == 422


def test_a_heading_with_a_link_of_its_own_stays_as_it_is() -> None:
    html = '<h2 id="a">A <a href="/b">b</a></h2><h3 data-audience="agent" id="c"><code>c</code></h3>'

    assert on_page(html, picture="") == (
        '<h2 id="a">A <a href="/b">b</a></h2>'
        '<h3 data-audience="agent" id="c"><a class="here" href="#c"><code>c</code></a></h3>'
    )


@pytest.mark.parametrize(
    ("html", "leads"),
    [
        ('<p><img alt="Plan" src="/assets/1/plan.png" width="800" height="400"></p>', True),
        ('<p><img alt="Plan" src="/assets/1/plan.png" width="50%"></p>', True),
        ('<p><img alt="gear" src="/assets/1/gear.png" width="16" height="16"></p>', False),
        ('<p><img alt="Plan" src="/assets/1/plan.png"></p>', False),
        ('<a href="/b"><img alt="Plan" src="/assets/1/plan.png" width="800"></a>', False),
    ],
)
def test_a_wide_picture_that_is_no_link_leads_to_itself(html: str, leads: bool) -> None:
    assert ('<a class="large" href="/assets/1/plan.png"><img' in on_page(html, picture="Open")) is leads


def test_a_picture_without_a_description_is_called_something() -> None:
    html = '<img alt="" src="/assets/1/plan.png" width="800">'

    assert on_page(html, picture='Open "it"').startswith('<a class="large" href="/assets/1/plan.png" aria-label="Open')


def test_tables_in_tables_and_code_have_frames_that_close() -> None:
    html = "<table><tr><td><table></table><pre>x</pre></td></tr></table>"

    assert with_frames(html).count("<div") == with_frames(html).count("</div>") == 3
