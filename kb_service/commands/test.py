"""`kb test`: do the answers still come out as their authors expect?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from textwrap import shorten
from typing import Final

import click

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
from kb_service.evaluation.answer_test_files import read_test_files
from kb_service.evaluation.answer_tests import AnswerTest, AnswerTestResult, known_question_tests, run_test
from kb_service.evaluation.junit import save_junit
from kb_service.index_of_settings import Progress, open_engine, update_index
from kb_service.settings import Settings

SHOWN_CHARACTERS: Final = 300  # of what came: a quote can be a long list


@click.command()
@articles_option
@index_option
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit XML too.")
@as_json
def test(articles: str | None, index_folder: str | None, junit: Path | None, as_json: bool) -> int:
    """Ask each article's own questions and those in _tests/*.yml, and compare the answers with what is expected.

    The index is brought up to date first.
    """
    settings = settings_in_force(articles=articles, index=index_folder)
    with progress_on_terminal() as progress:
        for problem in update_index(settings, progress=progress).problems:
            click.echo(f"{settings.articles}/{problem}", err=True)
        served = open_engine(settings).snapshot(audience="agent").articles()
        files = read_test_files(settings.articles, {article.id for article in served})
        tests = tuple(chain(known_question_tests(served, settings.articles), files.tests))
        results = _run(tests, settings, progress)
    failed = [result for result in results if result.mismatches]
    if junit:
        save_junit(junit, results, files.problems)
    if as_json:
        print_json({"tests": len(results), "failed": len(failed), "failures": failed, "problems": files.problems})
    else:
        for problem in files.problems:
            click.echo(f"{settings.articles}/{problem}")
        for result in failed:
            _print(result, settings.articles)
        wrong = f", {len(files.problems)} written wrongly" if files.problems else ""
        passed = len(results) - len(failed)
        click.echo(f"{counted(len(results), 'answer test')}: {passed} passed, {len(failed)} failed{wrong}.")
    return 1 if failed or files.problems else 0


def _run(tests: Sequence[AnswerTest], settings: Settings, progress: Progress | None) -> list[AnswerTestResult]:
    knowledge_base = open_knowledge_base(settings, audiences=("public", "agent"), offline=True)
    results: list[AnswerTestResult] = []
    try:
        for one in tests:
            results.append(run_test(one, knowledge_base))
            if progress:
                progress("asking", len(results), len(tests))
    finally:
        knowledge_base.close()
    return results


def _print(result: AnswerTestResult, articles: Path) -> None:
    click.echo(f"{articles}/{result.test.path}:{result.test.line}: {result.test.question}")
    for each in result.mismatches:
        click.echo(f"  expected {each.expected}\n  came     {shorten(each.came, SHOWN_CHARACTERS, placeholder=' …')}")
