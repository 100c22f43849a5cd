"""What an article says to machines in the words of schema.org: nothing that a reader of the page does not see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

from kb_service.answers.results import ArticleRead, ArticleSummary
from kb_service.web.words import topic

SCHEMA: Final = "https://schema.org"
SITE_NAME: Final = "Help centre"

Node = dict[str, Any]


def article_data(read: ArticleRead, *, base_url: str) -> Node | None:
    """Return the data of an article's page; None without a `base_url`, since everything in it is an address.

    A title that asks makes the page a question with its answer (FAQPage), any other an Article. The day is when it was
    checked (`lastReviewed`): when it was changed nobody knows.
    """
    if not base_url:
        return None
    url = base_url + read.summary.url
    page: Node = {"@type": "WebPage", "@id": url, "url": url, "name": read.summary.title}
    if read.summary.verified_at:
        page["lastReviewed"] = read.summary.verified_at.isoformat()
    if read.article.lang:
        page["inLanguage"] = read.article.lang
    content = _question(read, page) if read.summary.title.endswith("?") else _article(read, page)
    return {"@context": SCHEMA, "@graph": [content, _breadcrumbs(read.summary, base_url)]}


def _question(read: ArticleRead, page: Node) -> Node:
    text = "\n\n".join(passage.text for passage in read.view.passages)
    asked = {"@type": "Question", "name": read.summary.title, "acceptedAnswer": {"@type": "Answer", "text": text}}
    return {**page, "@type": "FAQPage", "mainEntity": [asked]}


def _article(read: ArticleRead, page: Node) -> Node:
    summary = read.summary
    return {
        "@type": "Article",
        "headline": summary.title,
        "description": summary.summary,
        "articleSection": [topic(name) for name in summary.topics],
        "mainEntityOfPage": page,
    }


def _breadcrumbs(summary: ArticleSummary, base_url: str) -> Node:
    steps = [(SITE_NAME, base_url + "/")]
    if summary.topics:
        steps.append((topic(summary.topics[0]), f"{base_url}/?topic={quote(summary.topics[0])}"))
    return {"@type": "BreadcrumbList", "itemListElement": _listed([*steps, (summary.title, base_url + summary.url)])}


def _listed(steps: Sequence[tuple[str, str]]) -> list[Node]:
    return [
        {"@type": "ListItem", "position": position, "name": name, "item": url}
        for position, (name, url) in enumerate(steps, start=1)
    ]
