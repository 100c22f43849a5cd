"""Articles made of a few lines of Markdown."""

from __future__ import annotations

from kb_service.content.article import Article, Passage, Problem
from kb_service.content.markdown.rendering import Renderer
from kb_service.content.reading import read_article


def an_article(markdown: str, *, path: str = "an-article.md") -> Article:
    article = read_article(path, markdown.encode(), Renderer()).article
    assert article, problems_of(markdown, path=path)
    return article


def problems_of(markdown: str | bytes, *, path: str = "an-article.md") -> list[Problem]:
    source = markdown if isinstance(markdown, bytes) else markdown.encode()
    reading = read_article(path, source, Renderer())
    return [*reading.problems, *(reading.article.problems if reading.article else ())]


def passages_of(markdown: str) -> list[Passage]:
    article = an_article(markdown)
    assert article.public
    return list(article.public.passages)


def html_of(markdown: str) -> str:
    return Renderer().render(markdown).html


def words(count: int, *, word: str = "word") -> str:
    return " ".join([word] * (count - 1) + ["end."])
