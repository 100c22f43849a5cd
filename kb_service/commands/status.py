"""`kb status`: index, articles, stale ones, and the settings in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import click

from kb_service.assembly import open_knowledge_base
from kb_service.commands.context import as_json, counted, index_option, print_json, settings_in_force
from kb_service.index.builds import read_builds
from kb_service.indexing import Freshness, open_engine, source_of


@click.command()
@index_option
@as_json
def status(index_folder: str | None, as_json: bool) -> int:
    """Say what is served, what is left out, what is stale and which settings are in force."""
    settings = settings_in_force(index=index_folder)
    knowledge_base = open_knowledge_base(settings, offline=True)
    found = knowledge_base.status()
    stale: tuple[str, ...] = ()
    storage: Mapping[str, Mapping[str, str]] = {}
    if found.ready:
        storage = knowledge_base.storage()
        page = knowledge_base.articles(limit=100_000)
        stale = tuple(article.id for article in page.articles if article.stale)
    source = source_of(open_engine(settings, audiences=("public",)).status())
    old = Freshness(settings.articles, knowledge_base.source).reason()
    builds = read_builds(settings.index)
    not_served = "" if builds.outcome == "served" else f"The last build was {builds.outcome}: {builds.reason}"
    data = {
        "ready": found.ready,
        "reason": found.reason or old,
        "index": found.index,
        "storage": storage,
        "last_build": builds,
        "model": found.model,
        "stale": stale,
        "left_out": source.left_out,
        "next_change": source.next_change,
        "settings": settings.shown(),
    }
    if as_json:
        print_json(data)
        return 0 if found.ready else 3
    if found.index:
        size = f"{counted(found.index.articles, 'article')}, {counted(found.index.passages, 'passage')}"
        click.echo(f"Index: generation {found.index.generation}, {size}.")
    for audience, said in storage.items():
        click.echo(f"Stored for {audience}: {', '.join(f'{name} {value}' for name, value in said.items())}.")
    click.echo(f"Model: {found.model or 'none, answers are found by words alone'}.")
    for note in filter(None, (found.reason, old, not_served)):
        click.echo(f"Note: {note}")
    click.echo(f"Stale on {datetime.now(UTC).date()}: {', '.join(stale) or 'none'}.")
    if source.next_change:
        click.echo(f"An article appears or expires on {source.next_change}.")
    for one in source.left_out:
        click.echo(f"Not shown to everybody: {one.path}: {one.reason}")
    for name, value in settings.shown().items():
        click.echo(f"KB_{name.upper()}={value}")
    return 0 if found.ready else 3
