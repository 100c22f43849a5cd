"""What authors expect of the answers: one test is a question and what must come of it; here they are run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from kb_service.answers.results import Answer, Question
from kb_service.content.article import Article, Audience
from kb_service.knowledge_base import KnowledgeBase
from kb_service.seats.reconciliation import SeatPosition

ExpectedOutcome = Literal["answered", "no_answer"]


class AnswerTest(msgspec.Struct, frozen=True, kw_only=True):
    """A question and what is expected, as far as it is said: with `outcome` None, any will do.

    One of `articles` must come first. Each of `contains` must stand in the quote or the first passage, none of
    `not_contains` in the quote or any passage; case and blanks do not count. `seats` maps fields of SeatPosition to
    values, None for unknown. `path` is below the articles folder.
    """

    path: str
    line: int
    question: str
    outcome: ExpectedOutcome | None = "answered"
    articles: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    not_contains: tuple[str, ...] = ()
    seats: dict[str, str | int | None] = {}
    audience: Audience = "public"


class Mismatch(msgspec.Struct, frozen=True):
    """One expectation that was not met, in words."""

    expected: str
    came: str


class AnswerTestResult(msgspec.Struct, frozen=True):
    """What came of a test; it passed when nothing mismatches."""

    test: AnswerTest
    mismatches: tuple[Mismatch, ...]
    seconds: float


def known_question_tests(articles: Iterable[Article], folder: Path) -> Iterator[AnswerTest]:
    """Yield a test for each known question of each article: the article itself must come first."""
    for article in articles:
        lines = _source_lines(folder / article.path) if article.questions else []
        after = 1
        for question in article.questions:
            after = line_of(question, lines, after=after)
            yield AnswerTest(
                path=article.path, line=after, question=question, articles=(article.id,), audience=article.audience
            )


def run_test(test: AnswerTest, knowledge_base: KnowledgeBase) -> AnswerTestResult:
    """Ask the question and compare."""
    started = time.perf_counter()
    answer = knowledge_base.answer(Question(test.question, audience=test.audience))
    return AnswerTestResult(test, tuple(mismatches(test, answer)), time.perf_counter() - started)


def mismatches(test: AnswerTest, answer: Answer) -> Iterator[Mismatch]:
    """Yield how `answer` differs from what `test` expects; where the outcome does, its text is not looked at."""
    if test.outcome and answer.outcome != test.outcome:
        yield Mismatch(test.outcome, _described(answer))
    else:
        yield from _wrong_text(test, answer)
    for name, expected in test.seats.items():
        came = _seat_value(answer.seats, name)
        if came != expected:
            yield Mismatch(f"seats {name} {_shown(expected)}", _shown(came))


def line_of(text: str, lines: Sequence[str], *, after: int) -> int:
    """Return the first line, from 1, not before `after` that holds the first words of `text`; `after` without one.

    What reads YAML does not say where in a list an item stands: this finds it, unless it is written with escapes.
    """
    start = text.split("\n")[0].strip().strip("\"'")[:40]
    return next((at for at in range(after, len(lines) + 1) if start in lines[at - 1]), after)


def _wrong_text(test: AnswerTest, answer: Answer) -> Iterator[Mismatch]:
    quote = answer.answer.text if answer.answer else ""
    passages = [passage.text for passage in answer.passages]
    if test.articles and (not answer.passages or answer.passages[0].article_id not in test.articles):
        yield Mismatch(f"article {' or '.join(test.articles)} first", _described(answer))
    first = _plain("\n".join([quote, *passages[:1]]))
    for text in test.contains:
        if _plain(text) not in first:
            yield Mismatch(f"“{text}” in the quote or the first passage", f"“{quote}”")
    everything = _plain("\n".join([quote, *passages]))
    for text in test.not_contains:
        if _plain(text) in everything:
            yield Mismatch(f"“{text}” nowhere", "it stands in the answer")


def _described(answer: Answer) -> str:
    if answer.outcome != "answered" or not answer.passages:
        return f"{answer.outcome} (confidence {answer.confidence:.2f})"
    return f"{answer.passages[0].article_id} (confidence {answer.confidence:.2f})"


def _seat_value(seats: SeatPosition | None, name: str) -> str | int | None:
    value: str | int | None = getattr(seats, name) if seats else None
    return value


def _shown(value: str | int | None) -> str:
    return "unknown" if value is None else str(value)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _source_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # the article is served, only its lines are not known
        return []
