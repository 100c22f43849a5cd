"""How search engines and browsers find the help centre: robots.txt, sitemap, OpenSearch, and articles as schema.org.

All but the first name absolute addresses. Those come from KB_BASE_URL alone, never from the Host a caller sends, which
a cache would hand on to others; so without that setting none exists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from flask import Flask, Response, abort, render_template, request

from kb_service.answers.results import ArticleRead, ArticleSummary
from kb_service.index.guide import plain
from kb_service.knowledge_base import KnowledgeBase
from kb_service.web.http import cacheable
from kb_service.web.languages import PARAMETER
from kb_service.web.root import root

XML: Final = "application/xml"
OPENSEARCH: Final = "application/opensearchdescription+xml"
MOST_ARTICLES: Final = 49_000  # a sitemap holds 50,000 addresses: the rest is for the topics
CLOSED: Final = ("/search", "/api/")  # every question that was ever asked need not be found
SCHEMA: Final = "https://schema.org"

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Discovery:
    """The views. The audience is the public one, always; hidden articles are in no index."""

    knowledge_base: KnowledgeBase
    base_url: str

    def robots(self) -> Response:
        lines = ["User-agent: *", *(f"Disallow: {root()}{path}" for path in CLOSED)]
        if self.base_url:
            lines += ["", f"Sitemap: {self.base_url}/sitemap.xml"]
        return Response("\n".join(lines) + "\n", mimetype="text/plain")

    def sitemap(self) -> Response:
        """Name the home page, the topics and the articles, those with the day when somebody last checked them.

        Where articles say several languages, there is one such file for each of them, and this names those.
        """
        self._demand_base_url()
        languages = self.knowledge_base.languages()
        language = request.args.get(PARAMETER, "")
        if len(languages) > 1 and language not in languages:
            return Response(render_template("sitemaps.xml", languages=languages), content_type=XML)
        reads = (language,) if len(languages) > 1 else ()
        articles = self.knowledge_base.articles(limit=MOST_ARTICLES, languages=reads).articles
        if reads:  # what says no language is for readers of each, and in one file
            articles = tuple(each for each in articles if _file_of(each, languages) == language)
        topics = self.knowledge_base.topics(languages=reads)
        shown = render_template("sitemap.xml", articles=articles, topics=topics, language=reads[0] if reads else "")
        return Response(shown, content_type=XML)

    def opensearch(self) -> Response:
        """Let browsers offer the help centre as a search engine."""
        self._demand_base_url()
        return Response(render_template("opensearch.xml"), content_type=OPENSEARCH)

    def _demand_base_url(self) -> None:
        if not self.base_url:
            abort(404)


def register_discovery(app: Flask, discovery: Discovery, etag: Callable[[], str]) -> None:
    """Route the files."""
    app.add_url_rule("/robots.txt", "robots", discovery.robots)
    app.add_url_rule("/sitemap.xml", "sitemap", cacheable(discovery.sitemap, etag, XML))
    app.add_url_rule("/opensearch.xml", "opensearch", cacheable(discovery.opensearch, etag, OPENSEARCH))


def _file_of(article: ArticleSummary, languages: Sequence[str]) -> str:
    """Return the language in whose sitemap an article is: its own, as far as it has one of these."""
    return plain(article.lang) if plain(article.lang) in languages else languages[0]


def article_data(read: ArticleRead, *, base_url: str, site_name: str, topics: Mapping[str, str]) -> Node | None:
    """Return the data of an article's page; None without a `base_url`, since everything in it is an address.

    A title that asks makes the page a question with its answer (FAQPage), any other an Article. The day is when it was
    checked (`lastReviewed`): when it was changed nobody knows. `topics` are their titles by name.
    """
    if not base_url:
        return None
    url = base_url + read.summary.url
    page: Node = {"@type": "WebPage", "@id": url, "url": url, "name": read.summary.title}
    if read.summary.verified_at:
        page["lastReviewed"] = read.summary.verified_at.isoformat()
    if read.summary.lang:
        page["inLanguage"] = read.summary.lang
    content = _question(read, page) if read.summary.title.endswith("?") else _article(read, page, topics)
    return {"@context": SCHEMA, "@graph": [content, _breadcrumbs(read.summary, base_url, site_name, topics)]}


def _question(read: ArticleRead, page: Node) -> Node:
    text = "\n\n".join(passage.text for passage in read.view.passages)
    asked = {"@type": "Question", "name": read.summary.title, "acceptedAnswer": {"@type": "Answer", "text": text}}
    return {**page, "@type": "FAQPage", "mainEntity": [asked]}


def _article(read: ArticleRead, page: Node, topics: Mapping[str, str]) -> Node:
    summary = read.summary
    return {
        "@type": "Article",
        "headline": summary.title,
        "description": summary.summary,
        "articleSection": [topics.get(name, name) for name in summary.topics],
        "mainEntityOfPage": page,
    }


def _breadcrumbs(summary: ArticleSummary, base_url: str, site_name: str, topics: Mapping[str, str]) -> Node:
    steps = [(site_name, base_url + "/")]
    if summary.topics:
        steps.append(
            (topics.get(summary.topics[0], summary.topics[0]), f"{base_url}/?topic={quote(summary.topics[0])}")
        )
    return {"@type": "BreadcrumbList", "itemListElement": _listed([*steps, (summary.title, base_url + summary.url)])}


def _listed(steps: Sequence[tuple[str, str]]) -> list[Node]:
    return [
        {"@type": "ListItem", "position": position, "name": name, "item": url}
        for position, (name, url) in enumerate(steps, start=1)
    ]
