"""What of an article only leads elsewhere: "On this page", "Related articles", a bar of links.

Nobody quotes it, and as passages it would be found instead of the articles that it leads to.
"""

from __future__ import annotations

import re
from typing import Final

from kb_service.content.passages.html_blocks import Block
from kb_service.content.passages.outline import OutlineSection

_WORDS: Final = re.compile(r"\w+")
_CONTENTS: Final = re.compile(
    r"\b(?:this|these|following) (?:\w+ )?(?:topics?|sections?|articles?|pages?|contents|guides?|links?)\b"
    r"|\bjump to\b|\bon this page\b",
    re.IGNORECASE,
)
_BAR: Final = re.compile(r"\s[·•>»/–—]\s|\||›")
MAX_NAVIGATION_NAME: Final = 60
MIN_WORDS_BESIDE: Final = 25  # that an article has beside its lists of links, for these to be left out
_NAVIGATION: Final = frozenset(
    " ".join(_WORDS.findall(name))
    for name in (
        "on this page|in this article|in this section|in this topic|in this guide|table of contents|contents|toc|topics"
        "|sections|jump to|quick links|page contents|article contents|this article covers|this page covers"
        "|related|related articles|related topics|related content|related links|related information|related pages"
        "|related resources|related guides|related documentation|related documents|related reading|see also|see more"
        "|next steps|next step|what s next|where to go next|further reading|further information|further resources"
        "|more information|more info|more resources|learn more|read more|additional resources|additional information"
        "|additional reading|useful links|helpful links|links|resources|continue reading|you may also like"
        "|auf dieser seite|in diesem artikel|inhalt|inhaltsverzeichnis|siehe auch|verwandte artikel|verwandte themen"
        "|weitere informationen|weiterführende links|nächste schritte"
        "|sur cette page|dans cet article|sommaire|table des matières|voir aussi|articles connexes|pour aller plus loin"
        "|en esta página|en este artículo|contenido|índice|véase también|ver también|artículos relacionados"
        "|nesta página|neste artigo|conteúdo|veja também|artigos relacionados"
        "|op deze pagina|inhoud|zie ook|gerelateerde artikelen|in questa pagina|indice|vedi anche|articoli correlati"
    ).split("|")
)


def without_navigation(sections: list[OutlineSection]) -> list[OutlineSection]:
    """Return the sections without lists of contents, related articles, bars of links and sections of links.

    A page that has little else keeps them.
    """
    kept = [section._replace(blocks=_without_navigation(section)) for section in sections]
    words = sum(len(block.text.split()) for section in kept for block in section.blocks)
    return kept if words >= MIN_WORDS_BESIDE else sections


def _without_navigation(section: OutlineSection) -> list[Block]:
    named = bool(section.path) and _is_navigation_name(section.path[-1])
    if section.blocks and all(block.links in {"in_page", "elsewhere"} for block in section.blocks):
        return []
    kept: list[Block] = []
    for block in section.blocks:
        before = kept[-1] if kept else None
        names = before is not None and before.kind == "prose" and _is_navigation_name(before.text)
        said = before is not None and not (named or names) and _says_something(before)
        if not _leads_away(block, named=named or names) or said:
            kept.append(block)
        elif before and (names or (named and _leads_in(before))):
            kept.pop()
    return kept


def _leads_away(block: Block, *, named: bool) -> bool:
    if not block.links or block.for_agents:
        return False
    if block.links == "in_page" or (named and (block.kind != "prose" or block.links == "elsewhere")):
        return True
    return block.kind == "prose" and block.links == "elsewhere" and bool(_BAR.search(block.text))


def _is_navigation_name(text: str) -> bool:
    return len(text) <= MAX_NAVIGATION_NAME and " ".join(_WORDS.findall(text.casefold())) in _NAVIGATION


def _says_something(block: Block) -> bool:
    """Tell whether a paragraph makes of the links behind it an answer: "Codes can be asked for in three places:"."""
    return _leads_in(block) and not _CONTENTS.search(block.text)


def _leads_in(block: Block) -> bool:
    return block.kind == "prose" and block.text.endswith((":", "："))
