"""Asks a new generation before it is served: does it still answer what the one that is served answers as expected?

A folder of which half was copied, a damaged model or a wrong rule for synonyms can make an index that is whole and
answers wrongly. So the answer tests of the operator, and some questions that articles say they answer, come first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Final, TypeVar

from kb_service.answer_tests.asking import (
    AnswerTest,
    AnswerTestResult,
    known_question_tests,
    read_test_files,
    run_test,
)
from kb_service.assembly import open_knowledge_base
from kb_service.content.article import Article
from kb_service.errors import CallerError
from kb_service.index.port import EngineStatus, Snapshot
from kb_service.indexing import MOST_GONE, open_engine
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import Settings

MOST_TESTS: Final = 100  # that are asked; of more, these many from the first to the last: a second, with the model
MOST_KNOWN: Final = 50  # articles of which one known question is asked
SHOWN: Final = 10  # of those that fail

Each = TypeVar("Each")


def demand_answers(settings: Settings, built: EngineStatus) -> None:
    """Raise CallerError where too much that is answered as expected is no longer so in the generation `built`.

    That is more than KB_CANARY_FAILURES of the answer tests, or more than half of the known questions of articles that
    there still are. What the served generation does not answer either is no reason.
    """
    with closing(open_engine(settings)) as served, closing(open_engine(settings, generation=built.generation)) as new:
        if (
            settings.canary_failures >= 1
            or served.generations() == [built.generation]
            or not served.status().generation
        ):
            return
        before, after = served.snapshot(audience="agent"), new.snapshot(audience="agent")
        ids = {*before.catalogue.article_ids, *after.catalogue.article_ids}
        written = _some(read_test_files(settings.articles, ids).tests, MOST_TESTS)
        known = list(_known(before, after, settings))
        if not written and not known:
            return
        with closing(open_knowledge_base(settings, offline=True)) as asking:
            now, then = asking.beside(served), asking.beside(new)
            lost = _lost(written, now, then)
            if len(lost) > settings.canary_failures * len(written):
                allowed = f"more than KB_CANARY_FAILURES={settings.canary_failures:g} allows"
                raise _refused(
                    f"{len(lost)} of {len(written)} answer tests fail now that did not, {allowed}", lost, settings
                )
            lost = _lost(known, now, then)
            if len(lost) > MOST_GONE * len(known):
                told = f"{len(lost)} of {len(known)} questions no longer find the article that says it answers them"
                raise _refused(told, lost, settings)


def _lost(tests: Sequence[AnswerTest], now: KnowledgeBase, then: KnowledgeBase) -> list[AnswerTestResult]:
    """Return the tests that would fail then and do not now."""
    failing = [result for result in (run_test(test, then) for test in tests) if result.mismatches]
    return [result for result in failing if not run_test(result.test, now).mismatches]


def _known(before: Snapshot, after: Snapshot, settings: Settings) -> Iterator[AnswerTest]:
    """Yield a known question of each of some articles that there still are."""
    still = {*after.catalogue.article_ids}
    asked = sorted({number for _, number in before.catalogue.guide.questions})
    numbers = [number for number in asked if before.catalogue.article_ids[number] in still]
    for article in before.store.articles_of(_some(numbers, MOST_KNOWN)):
        yield from _first(article, settings)


def _first(article: Article, settings: Settings) -> Iterator[AnswerTest]:
    for test in known_question_tests([article], settings.articles):
        yield test
        return


def _some(all_of_them: Sequence[Each], most: int) -> list[Each]:
    """Return at most so many, evenly from all."""
    count = len(all_of_them)
    return [all_of_them[number * count // most] for number in range(most)] if count > most else list(all_of_them)


def _refused(told: str, lost: Sequence[AnswerTestResult], settings: Settings) -> CallerError:
    lines = [f"The new index is not served: {told}."]
    for result in lost[:SHOWN]:
        test, first = result.test, result.mismatches[0]
        where = f"{settings.articles}/{test.path}:{test.line}"
        lines.append(f"{where}: {test.question}: expected {first.expected}, came {first.came}")
    if len(lost) > SHOWN:
        lines.append(f"and {len(lost) - SHOWN} more")
    lines.append("Mend the articles or the tests. If it is meant: kb index --force.")
    return CallerError("\n".join(lines))
