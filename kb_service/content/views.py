"""The view of an article that one audience gets: HTML with an id for each passage, sections, passages."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from kb_service.content.anchors import Mark, mark_html
from kb_service.content.article import Section, View
from kb_service.content.blocks import Block
from kb_service.content.outline import outline, without_link_lists
from kb_service.content.passages import divide
from kb_service.content.paths import resolve_links


def build_view(
    html: str,
    blocks: Sequence[Block],
    *,
    article_id: str,
    title: str,
    path: str,
    public: Sequence[str] | None = None,
) -> View | None:
    """Return the view of sanitized HTML and its blocks, or None when nothing is left to read.

    `public` are the texts of the blocks that everybody may read, in order; None means all. Blocks beyond them are
    marked `data-audience="agent"`, and so are their passages; where nothing is public, the passages alone.
    """
    html, blocks = _without_title(html, blocks, title)
    if public is not None:
        blocks = _with_audience(blocks, public)
    sections = outline(_readable(blocks))
    placed = divide(without_link_lists(sections), article_id=article_id, title=title)
    if not placed:
        return None
    headings = list({section.anchor: section for section in sections if section.path}.values())
    marks = [Mark(section.start, "id", section.anchor) for section in headings]
    named = {section.anchor for section in headings}
    marks += (Mark(place.start, "id", place.passage.anchor) for place in placed if place.passage.anchor not in named)
    if public:
        marks += (Mark(block.start, "data-audience", "agent") for block in blocks if block.for_agents)
    return View(
        html=resolve_links(mark_html(html, marks), path).strip(),
        sections=tuple(Section(one.path[-1], one.level, one.anchor, one.path) for one in headings),
        passages=tuple(place.passage for place in placed),
    )


def first_heading(blocks: Sequence[Block]) -> str:
    """Return the text of the first heading of level 1, "" without one."""
    return next((block.text for block in blocks if block.level == 1), "")


def _with_audience(blocks: Sequence[Block], public: Sequence[str]) -> list[Block]:
    """Return blocks marked as for agents unless the public has the same text at the same place."""
    marked = [block._replace(for_agents=True) for block in blocks]
    matcher = SequenceMatcher(None, [block.text for block in blocks], public, autojunk=False)
    for first, _, count in matcher.get_matching_blocks():
        marked[first : first + count] = [block._replace(for_agents=False) for block in marked[first : first + count]]
    return marked


def _without_title(html: str, blocks: Sequence[Block], title: str) -> tuple[str, Sequence[Block]]:
    """Drop the first heading if it is the title: a page shows the title itself."""
    for number, block in enumerate(blocks):
        if block.level:
            if block.level > 1 or _plain(block.text) != _plain(title) or len(blocks) == 1:
                break
            end = html.index("</h1>", block.start) + len("</h1>")
            gap = " " * (end - block.start)  # so that the places of the other blocks stay what they are
            return html[: block.start] + gap + html[end:], [*blocks[:number], *blocks[number + 1 :]]
    return html, blocks


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _readable(blocks: Sequence[Block]) -> Sequence[Block]:
    """Let headings be the text of an article that has nothing else."""
    if any(block.kind != "heading" for block in blocks):
        return blocks
    return [block._replace(kind="prose", level=0) for block in blocks]
