"""Judged questions about the articles that are served: one JSON object a line, answers named by id or by source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from kb_service.content.article import Article
from kb_service.evaluation.json_lines import bad_line, read_json_lines
from kb_service.evaluation.judgments import Answerable, JudgedQuestion, JudgedSet


class _Row(msgspec.Struct, frozen=True):
    """A line; the names of other keys are not read. `text` is what answers, word for word."""

    question: str
    answerable: Answerable = "a"
    articles: tuple[str, ...] = ()
    article: str = ""
    sources: tuple[str, ...] = ()
    text: str = ""
    topic: str = ""
    register: str = ""
    kind: str = ""

    @property
    def named(self) -> tuple[str, ...]:
        """The ids of the articles that answer."""
        return (*self.articles, self.article) if self.article else self.articles


def read_question_file(path: Path, articles: Sequence[Article]) -> JudgedSet:
    """Return the questions of a file, their answers looked up among `articles` (the ones that are served).

    A source that no article has is no mistake of the file: the question then counts as missed and a warning says so.
    Raises CallerError naming the line for what cannot be read, names nothing, or names an article that is not served.
    """
    shelf = _Shelf(articles)
    questions, unknown = [], []
    for number, row in read_json_lines(path, _Row):
        relevant = _relevant(path, number, row, shelf)
        if relevant == {}:
            unknown.append(f"{path}:{number}: no article has the source {' or '.join(row.sources)}: counted as missed.")
        questions.append(_judged(row, relevant))
    return JudgedSet(name=path.stem, questions=tuple(questions), warnings=tuple(unknown))


def read_question_texts(path: Path) -> Iterator[str]:
    """Yield the questions of a file alone."""
    for _, row in read_json_lines(path, _Row):
        yield row.question


class _Shelf:
    """The served articles by present and former id and by source."""

    def __init__(self, articles: Sequence[Article]) -> None:
        former = {old: article.id for article in articles for old in article.redirects_from}
        self.ids = former | {article.id: article.id for article in articles}
        self.by_source: dict[str, list[str]] = {}
        for article in articles:
            for source in article.sources:
                self.by_source.setdefault(source, []).append(article.id)


def _relevant(path: Path, number: int, row: _Row, shelf: _Shelf) -> dict[str, float] | None:
    """Return the right articles, every one as good; None where there is nothing to find."""
    if row.answerable == "n":
        return None
    if strange := [name for name in row.named if name not in shelf.ids]:
        raise bad_line(
            path, number, f"there is no article {strange[0]!r} in the index: correct the id, or run kb index"
        )
    if row.named or row.sources:
        by_source = (name for source in row.sources for name in shelf.by_source.get(source, ()))
        return dict.fromkeys([*(shelf.ids[name] for name in row.named), *by_source], 1.0)
    if row.answerable == "a":
        raise bad_line(path, number, 'name what answers under "articles" or "sources", or write "answerable": "n"')
    return None


def _judged(row: _Row, relevant: dict[str, float] | None) -> JudgedQuestion:
    tags = {"topic": row.topic, "register": row.register, "kind": row.kind}
    return JudgedQuestion(
        id=row.question,
        text=row.question,
        answerable=row.answerable,
        relevant=relevant,
        span=row.text,
        tags={name: tag for name, tag in tags.items() if tag},
    )
