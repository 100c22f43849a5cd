"""How search engines and browsers find the help centre: robots.txt, the sitemap and the OpenSearch description.

The last two name absolute addresses. Those come from KB_BASE_URL alone, never from the Host a caller sends, which a
cache would hand on to others; so without that setting neither exists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, abort, render_template

from kb_service.knowledge_base import KnowledgeBase
from kb_service.web.caching import cacheable

XML: Final = "application/xml"
OPENSEARCH: Final = "application/opensearchdescription+xml"
MOST_ARTICLES: Final = 49_000  # a sitemap holds 50,000 addresses: the rest is for the topics
CLOSED: Final = ("/search", "/api/")  # every question that was ever asked need not be found


@dataclass(frozen=True, slots=True)
class Discovery:
    """The views. The audience is the public one, always; hidden articles are in no index."""

    knowledge_base: KnowledgeBase
    base_url: str

    def robots(self) -> Response:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
        if self.base_url:
            lines += ["", f"Sitemap: {self.base_url}/sitemap.xml"]
        return Response("\n".join(lines) + "\n", mimetype="text/plain")

    def sitemap(self) -> Response:
        """Name the home page, the topics and the articles, those with the day when somebody last checked them."""
        self._demand_base_url()
        articles = self.knowledge_base.articles(limit=MOST_ARTICLES).articles
        topics = self.knowledge_base.topics()
        return Response(render_template("sitemap.xml", articles=articles, topics=topics), content_type=XML)

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
