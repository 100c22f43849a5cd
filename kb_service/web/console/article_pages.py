"""Articles as agents may read them, internal ones among them, with their pictures and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Response
from markupsafe import Markup

from kb_service.answers.results import ArticleSummary, RelatedArticle
from kb_service.content.article import Section
from kb_service.web.assets import Assets
from kb_service.web.console.forms import HOME
from kb_service.web.console.knowledge import AgentKnowledge
from kb_service.web.formatting import html_to_send
from kb_service.web.http import NEVER, page_response
from kb_service.web.root import root


@dataclass(frozen=True, slots=True)
class AgentArticle:
    """`html` marks what is for agents only, unless the whole article `is_for_agents`; then nobody else may read it."""

    summary: ArticleSummary
    sections: Sequence[Section]
    html: Markup
    lang: str | None
    owner: str
    review_by: date | None
    is_for_agents: bool
    has_parts_for_agents: bool
    related: Sequence[RelatedArticle]


@dataclass(frozen=True, slots=True)
class ArticlePages:
    """The views, for agents alone."""

    knowledge: AgentKnowledge

    def article(self, article_id: str) -> Response:
        read = self.knowledge().article(article_id, audience="agent")
        passages = read.view.passages
        page = AgentArticle(
            summary=read.summary,
            sections=read.view.sections,
            html=Markup(html_to_send(read.view.html, base_url=root() + HOME)),  # noqa: S704 - sanitized when the index was built
            lang=read.article.lang,
            owner=read.article.owner or "",
            review_by=read.article.review_by,
            is_for_agents=read.article.audience == "agent",
            has_parts_for_agents=any(passage.audience == "agent" for passage in passages),
            related=read.related,
        )
        return page_response("console/article.html", page)

    def asset(self, digest: str, name: str) -> Response:
        """Send a picture or file as the public gets those of public articles, but nobody may keep it."""
        response = Assets(self.knowledge(), audience="agent").file(digest, name)
        response.headers["Cache-Control"] = NEVER
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response
