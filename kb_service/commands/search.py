"""`kb search`: passages without the answering step."""

from __future__ import annotations

import click
from rich.text import Text

from kb_service.answers.results import SearchResult
from kb_service.assembly import open_knowledge_base
from kb_service.commands.console import console
from kb_service.commands.context import as_json, counted, index_option, print_json, settings_in_force
from kb_service.content.article import Audience


@click.command()
@click.argument("words")
@click.option("--audience", type=click.Choice(["public", "agent"]), default="public", help="Whose articles.")
@click.option("--topic", help="Only articles with this topic.")
@click.option("--limit", type=click.IntRange(1, 50), default=10, show_default=True, help="Most passages to show.")
@click.option("--offset", type=click.IntRange(0, 1000), default=0, help="Passages to pass over.")
@index_option
@as_json
def search(
    words: str, audience: Audience, topic: str | None, limit: int, offset: int, index_folder: str | None, as_json: bool
) -> int:
    """List the passages that match WORDS, best first."""
    settings = settings_in_force(index=index_folder)
    knowledge_base = open_knowledge_base(settings, audiences=(audience,), offline=True)
    try:
        result = knowledge_base.search(words, audience=audience, limit=limit, offset=offset, topic=topic)
    finally:
        knowledge_base.close()
    if as_json:
        print_json(result)
        return 0
    out = console()
    out.print(Text(_summary(result), style="dim"))
    for place, passage in enumerate(result.passages, offset + 1):
        out.print(
            Text(f"{place:3}  {passage.score:5.2f}  {passage.title}  ", style="bold") + Text(passage.url, style="cyan"),
            soft_wrap=True,  # a line a passage, for grep and cut
        )
    return 0


def _summary(result: SearchResult) -> str:
    if not result.total and result.passages:
        return "No passage holds these words; the nearest in meaning are:"
    return f"{counted(result.total, 'passage')} {'matches' if result.total == 1 else 'match'}."
