"""What is judged: questions with what answers them, and, where they bring their own, the documents to find."""

from __future__ import annotations

from typing import Literal

import msgspec

from kb_service.content.article import Article

Answerable = Literal["a", "p", "n"]


class JudgedQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question and its judgment.

    `answerable`: "a" yes, "p" partly, "n" nothing answers it. `relevant` maps ids of articles to grades above 0; empty
    means that an answer was expected and no article has it (a miss), None that there is nothing to find. `span` is the
    text that answers, "" where nobody marked it; `tags` are further words about the question (topic, register, kind).
    """

    id: str
    text: str
    answerable: Answerable = "a"
    relevant: dict[str, float] | None = None
    span: str = ""
    tags: dict[str, str] = {}


class JudgedSet(msgspec.Struct, frozen=True, kw_only=True):
    """Questions under one name. `documents` are what to find them in; None: the articles that are served.

    `variant` is "" for questions as they were asked and names what was done to them otherwise ("typos").
    """

    name: str
    questions: tuple[JudgedQuestion, ...]
    documents: tuple[Article, ...] | None = None
    variant: str = ""
    warnings: tuple[str, ...] = ()


def sample(judged: JudgedSet, limit: int | None) -> JudgedSet:
    """Return a set of at most `limit` questions, taken at equal distances so that all parts of it are represented."""
    count = len(judged.questions)
    if limit is None or limit >= count:
        return judged
    chosen = tuple(judged.questions[i * count // limit] for i in range(limit))
    return msgspec.structs.replace(judged, questions=chosen)
