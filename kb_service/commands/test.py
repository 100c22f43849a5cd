"""`kb test`: do the answers still come out as their authors expect, and what does an edit change?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import chain
from pathlib import Path
from textwrap import shorten
from typing import Final

import click

from kb_service.answer_tests.asking import (
    AnswerTest,
    AnswerTestResult,
    known_question_tests,
    read_test_files,
    run_test,
    save_junit,
)
from kb_service.answer_tests.changes import Became, Change, changes
from kb_service.assembly import open_knowledge_base
from kb_service.commands.context import (
    articles_option,
    as_json,
    counted,
    index_option,
    print_json,
    progress_on_terminal,
    settings_in_force,
)
from kb_service.content.article import Audience
from kb_service.errors import CallerError, IndexOutOfDate
from kb_service.indexing import kept_generations, open_engine, update_index
from kb_service.knowledge_base import KnowledgeBase
from kb_service.settings import Settings

AUDIENCES: Final[tuple[Audience, ...]] = ("public", "agent")
SAID: Final[dict[Became, str]] = {"right": "became right", "wrong": "became wrong", "other": "changed"}
SHOWN_CHARACTERS: Final = 300  # of what came: a quote can be a long list


@click.command()
@articles_option
@index_option
@click.option("--changes", "with_changes", is_flag=True, help="Show which answers the last edits changed.")
@click.option("--against", metavar="GENERATION", help="The same, compared with another generation than the one before.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit XML too.")
@as_json
def test(
    articles: str | None,
    index_folder: str | None,
    with_changes: bool,
    against: str | None,
    junit: Path | None,
    as_json: bool,
) -> int:
    """Ask each article's own questions and those in _tests/*.yml, and compare the answers with what is expected.

    The index is brought up to date first. With --changes every question is also asked of the generation before, and
    those are shown whose answers became right or wrong, or are others.
    """
    settings = settings_in_force(articles=articles, index=index_folder)
    with ExitStack() as stack, progress_on_terminal() as progress:
        earlier = list(_earlier(settings, against)) if with_changes or against else []
        for each in earlier:  # opened before the build, which removes all but the one it follows
            stack.enter_context(closing(each))
        for problem in update_index(settings, progress=progress).problems:
            click.echo(f"{settings.articles}/{problem}", err=True)
        served = open_engine(settings).snapshot(audience="agent").articles()
        files = read_test_files(settings.articles, {article.id for article in served})
        tests = tuple(chain(known_question_tests(served, settings.articles), files.tests))
        now = stack.enter_context(closing(open_knowledge_base(settings, audiences=AUDIENCES, offline=True)))

        def asking(some: Sequence[AnswerTest]) -> Iterator[AnswerTest]:
            for number, one in enumerate(some, 1):
                yield one
                if progress:
                    progress("asking", number, len(some))

        results = [run_test(one, now) for one in asking(tests)]
        before = _before(earlier, now) if with_changes or against else None
        generation = before.generation() if before else ""
        changed = list(changes(asking(tests), before=before, now=now)) if before else []
    failed = [result for result in results if result.mismatches]
    if junit:
        save_junit(junit, results, files.problems)
    if as_json:
        found = {"tests": len(results), "failed": len(failed), "failures": failed, "problems": files.problems}
        print_json(found | ({"against": generation, "changes": changed} if before else {}))
    else:
        for problem in files.problems:
            click.echo(f"{settings.articles}/{problem}")
        for result in failed:
            _print(result, settings.articles)
        if before:
            _print_changes(changed, settings.articles, generation)
        wrong = f", {len(files.problems)} written wrongly" if files.problems else ""
        passed = len(results) - len(failed)
        click.echo(f"{counted(len(results), 'answer test')}: {passed} passed, {len(failed)} failed{wrong}.")
    return 1 if failed or files.problems else 0


def _earlier(settings: Settings, against: str | None) -> Iterator[KnowledgeBase]:
    """Yield what may be compared with, newest first: the generation `against`, or all that are kept."""
    names = kept_generations(settings)
    if against and against not in names:
        kept = ", ".join(names) or "none"
        raise CallerError(f"There is no generation {against!r} in {settings.index}. These are kept: {kept}.")
    for name in [against] if against else reversed(names):
        knowledge_base = open_knowledge_base(settings, audiences=AUDIENCES, offline=True, generation=name)
        try:
            knowledge_base.generation()  # opens it
        except IndexOutOfDate:  # another version of the program made it, or it is damaged
            if against:
                raise
        else:
            yield knowledge_base


def _before(earlier: Sequence[KnowledgeBase], now: KnowledgeBase) -> KnowledgeBase:
    """Return the newest of what was there before that is not what is served now."""
    served = now.generation()
    found = next((each for each in earlier if each.generation() != served), None)
    if found is None:
        raise CallerError("There is no earlier generation to compare with: edit an article and run this again.")
    return found


def _print(result: AnswerTestResult, articles: Path) -> None:
    click.echo(f"{articles}/{result.test.path}:{result.test.line}: {result.test.question}")
    for each in result.mismatches:
        click.echo(f"  expected {each.expected}\n  came     {_shortened(each.came)}")


def _print_changes(changed: Sequence[Change], articles: Path, generation: str) -> None:
    for became, said in SAID.items():
        for each in (one for one in changed if one.became == became):
            click.echo(f"{articles}/{each.test.path}:{each.test.line}: {said}: {each.test.question}")
            click.echo(f"  before   {_shortened(str(each.before))}\n  now      {_shortened(str(each.now))}")
    counts = Counter(each.became for each in changed)
    numbers = ", ".join(f"{counts[became]} {said}" for became, said in SAID.items())
    click.echo(f"Compared with generation {generation}: {numbers}.")


def _shortened(text: str) -> str:
    return shorten(text, SHOWN_CHARACTERS, placeholder=" …")
