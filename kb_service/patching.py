"""From an open question of a report, the patch that somebody wants: which article should answer is found here."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from kb_service.errors import BadRequest, CallerError, UnknownArticle
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.patches import Patch, PatchKind, Target, make_patch
from kb_service.record.reports import OpenQuestion

NEED_AN_ARTICLE: Final = frozenset({"ways", "test", "synonym"})


def patch_for(
    found: OpenQuestion,
    *,
    knowledge_base: KnowledgeBase,
    articles: Path,
    kind: PatchKind | None = None,
    article_id: str = "",
) -> Patch:
    """Return the patch for an open question: as a new article, or with an article as more ways to ask for that.

    What needs an article and is given none takes the one that comes first today. Raises CallerError where there is
    nothing to add, and BadRequest for an article that there is not.
    """
    target = _target(knowledge_base, article_id) if article_id else None
    if kind is None:
        kind = "ways" if target else "article"
    elif target is None and kind in NEED_AN_ARTICLE:
        target = _nearest(knowledge_base, found)
    return make_patch(found, kind, articles=articles, target=target, prefix=_prefix(articles))


def _target(knowledge_base: KnowledgeBase, article_id: str) -> Target:
    try:
        read = knowledge_base.article(article_id, audience="agent")
    except UnknownArticle as error:
        raise BadRequest({"article": f"there is no article {article_id!r}"}) from error
    return Target(read.summary.id, read.summary.title)


def _nearest(knowledge_base: KnowledgeBase, found: OpenQuestion) -> Target:
    """Return the article that comes first for the wordings today."""
    ranked = [
        passage.article_id
        for wording in found.examples
        for passage in knowledge_base.search(wording, audience="agent", limit=1).passages
    ]
    if not ranked:
        raise CallerError("No article is near to this question: say which should answer.")
    return _target(knowledge_base, max(ranked, key=ranked.count))


def _prefix(articles: Path) -> str:
    """Return how the articles folder is called from where `git apply` has to run: its repository, else here."""
    folder = articles.resolve()
    root = next((each for each in (folder, *folder.parents) if (each / ".git").exists()), Path.cwd())
    inside = folder.relative_to(root).as_posix() if folder.is_relative_to(root) else articles.name
    return "" if inside == "." else f"{inside}/"
