"""Makes articles and passages for tests: keyword arguments, sensible defaults."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence
from datetime import date
from itertools import zip_longest

from kb_service.content.article import Article, Audience, Passage, Section, View
from kb_service.content.passages.as_written import align, packed
from kb_service.text import slug


def a_passage(
    text: str,
    *,
    article_id: str = "article",
    title: str = "Title",
    heading: str = "",
    audience: Audience = "public",
    position: int = 0,
) -> Passage:
    written = f"<p>{html.escape(text, quote=False)}</p>"
    anchor = slug(heading) or ("intro" if not position else f"intro.{position + 1}")
    return Passage(
        id=f"{article_id}#{anchor}",
        article_id=article_id,
        title=title,
        heading_path=(heading,) if heading else (),
        anchor=anchor,
        position=position,
        text=text,
        kind="prose",
        audience=audience,
        content_sha256=hashlib.sha256(text.encode()).hexdigest(),
        html=written,
        places=packed(align(text, written)),
    )


def an_article(
    article_id: str,
    *texts: str,
    title: str = "",
    headings: Sequence[str] = (),
    agent_texts: Sequence[str] = (),
    audience: Audience = "public",
    questions: Sequence[str] = (),
    patterns: Sequence[str] = (),
    topics: Sequence[str] = (),
    redirects_from: Sequence[str] = (),
    related: Sequence[str] = (),
    verified_at: date | None = None,
    review_by: date | None = None,
) -> Article:
    """An article whose passages are `texts` (below `headings`, if any), and for agents `agent_texts` after them."""
    name = title or article_id.replace("-", " ").capitalize()
    passages = [
        a_passage(text, article_id=article_id, title=name, heading=heading, position=i)
        for i, (text, heading) in enumerate(zip_longest(texts, headings, fillvalue=""))
    ]
    for_agents = [
        a_passage(text, article_id=article_id, title=name, audience="agent", position=len(texts) + i)
        for i, text in enumerate(agent_texts)
    ]
    agent = a_view([*passages, *for_agents])
    return Article(
        id=article_id,
        path=f"{article_id}.md",
        title=name,
        audience=audience,
        questions=tuple(questions),
        patterns=tuple(patterns),
        topics=tuple(topics),
        redirects_from=tuple(redirects_from),
        related=tuple(related),
        verified_at=verified_at,
        review_by=review_by,
        source_sha256=hashlib.sha256("".join([*texts, *agent_texts]).encode()).hexdigest(),
        public=a_view(passages) if audience == "public" else None,
        agent=agent if for_agents or audience == "agent" else None,
    )


def a_view(passages: Sequence[Passage]) -> View:
    html = "".join(f'<p id="{passage.anchor}">{passage.text}</p>' for passage in passages)
    sections = tuple(
        Section(heading=p.heading_path[-1], level=2, anchor=p.anchor, heading_path=p.heading_path)
        for p in passages
        if p.heading_path
    )
    return View(html=html, sections=sections, passages=tuple(passages))
