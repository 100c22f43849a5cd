"""`kb report`: what the record says about the articles, and patches that mend them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, get_args

import click

from kb_service.assembly import open_database, open_knowledge_base
from kb_service.commands.context import articles_option, as_json, index_option, print_json, settings_in_force
from kb_service.errors import BadRequest
from kb_service.knowledge_base import KnowledgeBase
from kb_service.record.events import Surface

if TYPE_CHECKING:
    from kb_service.record.patches import PatchKind
    from kb_service.record.reports import Report
    from kb_service.settings import Settings

SECTIONS: Final = (
    "open_questions", "disappointing", "never_opened", "most_asked", "most_copied", "most_solved", "overdue", "flags",
    "surfaces", "days",
)  # fmt: skip
KINDS: Final = ("ways", "test", "synonym", "not-covered", "article")
MOST_ARTICLES: Final = 100_000


@click.command()
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="The last so many days.")
@click.option("--surface", type=click.Choice(get_args(Surface)), default=None, help="Questions of one surface alone.")
@click.option("--only", type=click.Choice(SECTIONS), default=None, help="One section.")
@as_json
@click.option("--csv", "as_csv", is_flag=True, help="Print one section as CSV: that of --only, else open_questions.")
@click.option("--svg", type=click.Path(path_type=Path), metavar="DIR", help="Write plots as SVG into DIR.")
@click.option("--patch", type=click.IntRange(1), metavar="N", help="Print a patch for the open question number N.")
@click.option("--as", "kind", type=click.Choice(KINDS), default=None, help="What the patch does.")
@click.option("--article", metavar="ID", help="The article that should answer, for the patch.")
@articles_option
@index_option
def report(
    days: int,
    surface: str | None,
    only: str | None,
    as_json: bool,
    as_csv: bool,
    svg: Path | None,
    patch: int | None,
    kind: PatchKind | None,
    article: str | None,
    articles: str | None,
    index_folder: str | None,
) -> int:
    """Report what is asked and not answered, what disappoints, and what is asked most.

    kb report --patch 3 | git apply   changes the articles so that the third open question has an answer: more ways to
    ask for an article and a test (--as ways), a test, a synonym, a topic that is not covered, or a new article's
    skeleton. Read what it prints before you apply it.
    """
    settings = settings_in_force(articles=articles, index=index_folder)
    knowledge_base = open_knowledge_base(settings, audiences=("agent",), offline=True)
    try:
        made = _make(settings, knowledge_base, days=days, surface=surface or "")
        if patch is not None:
            _print_patch(settings, knowledge_base, made, number=patch, kind=kind, article=article)
        else:
            _print(made, only=only or "", as_json=as_json, as_csv=as_csv, svg=svg)
    finally:
        knowledge_base.close()
    return 0


def _make(settings: Settings, knowledge_base: KnowledgeBase, *, days: int, surface: str) -> Report:
    from kb_service.record.reports import last_days, make_report

    ready = knowledge_base.status().ready
    found = knowledge_base.articles(audience="agent", limit=MOST_ARTICLES).articles if ready else ()
    database = open_database(settings)
    try:
        database.prepare()
        period = last_days(days, now=datetime.now(UTC), surface=surface)
        overdue = {each.id for each in found if each.stale}
        return make_report(database, period, encoder=knowledge_base.encoder, overdue=overdue)
    finally:
        database.close()


def _print(made: Report, *, only: str, as_json: bool, as_csv: bool, svg: Path | None) -> None:
    from kb_service.record import report_forms

    if svg is not None:
        svg.mkdir(parents=True, exist_ok=True)
        for name, plot in report_forms.as_svg(made).items():
            (svg / f"{name}.svg").write_text(plot, encoding="utf-8")
            click.echo(f"Written: {svg / name}.svg", err=True)
    if as_json:
        print_json(getattr(made, only) if only else made)
    elif as_csv:
        section = only or SECTIONS[0]
        click.echo(report_forms.as_csv(section, getattr(made, section)), nl=False)
    else:
        click.echo(report_forms.as_text(made, only=only))


def _print_patch(
    settings: Settings,
    knowledge_base: KnowledgeBase,
    made: Report,
    *,
    number: int,
    kind: PatchKind | None,
    article: str | None,
) -> None:
    from kb_service.patching import patch_for

    if number > len(made.open_questions):
        raise BadRequest({"--patch": f"there are {len(made.open_questions)} open questions in this period"})
    found = made.open_questions[number - 1]
    patch = patch_for(
        found, knowledge_base=knowledge_base, articles=settings.articles, kind=kind, article_id=article or ""
    )
    others = ", ".join(each for each in KINDS if each != patch.kind)
    click.echo(f"{patch.says}. Other kinds: --as {others}.", err=True)
    if article is None and found.nearest:
        click.echo(f"The nearest articles are {', '.join(found.nearest)}: --article ID takes one of them.", err=True)
    click.echo(patch.diff, nl=False)
