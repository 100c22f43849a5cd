"""`kb check`: what an author should look at, with file and line."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import click

from kb_service.commands.context import (
    articles_option,
    as_json,
    counted,
    print_json,
    progress_on_terminal,
    settings_in_force,
)
from kb_service.content.checks import check_library
from kb_service.content.library import read_library
from kb_service.errors import BadSetting
from kb_service.indexing import fingerprint, read_wording


@click.command()
@articles_option
@click.option("--strict", is_flag=True, help="Warnings count as findings too.")
@as_json
def check(articles: str | None, strict: bool, as_json: bool) -> int:
    """Check the articles: front matter, links, questions, freshness, agent-only marks."""
    settings = settings_in_force(articles=articles)
    fingerprint(settings.articles)
    with progress_on_terminal() as progress:
        today = datetime.now(UTC).date()
        library = read_library(
            settings.articles,
            progress=None if progress is None else lambda done, total: progress("reading articles", done, total),
            today=today,
        )
    found = [
        *check_library(library, today=today, folder=settings.articles),
        *read_wording(settings.articles, library.articles)[1],
    ]
    if not library.articles and not found:
        raise BadSetting(f"There is no article in {settings.articles}. Name their folder: --articles or KB_ARTICLES.")
    found.sort(key=lambda problem: (problem.path, problem.line))
    if as_json:
        print_json({"articles": len(library.articles), "problems": found, "left_out": library.left_out})
    else:
        for problem in (problem for problem in found if problem.severity != "note"):  # those are listed at the end
            click.echo(f"{settings.articles}/{problem}")
        if library.left_out:
            click.echo("\nNot shown to everybody:")
        for one in library.left_out:
            click.echo(f"  {settings.articles}/{one.path}: {one.reason}")
        counts = Counter(problem.severity for problem in found)
        summary = f"{counted(counts['error'], 'error')}, {counted(counts['warning'], 'warning')}"
        summary += f", {len(library.left_out)} not shown to everybody" if library.left_out else ""
        click.echo(f"{counted(len(library.articles), 'article')}: {summary}.")
    failing = {"error", "warning"} if strict else {"error"}
    return 1 if any(problem.severity in failing for problem in found) else 0
