"""`kb record`: what is recorded, how it is kept, how one person's data is erased, and the flags as work items."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from kb_service.assembly import open_database
from kb_service.commands.context import as_json, print_json, settings_in_force
from kb_service.errors import CallerError

if TYPE_CHECKING:
    from kb_service.record.database import Database
    from kb_service.record.flags import Flag

DAY_MS: Final = 86_400_000


@click.group()
def record() -> None:
    """Look after the record of questions and votes."""


@record.command()
@as_json
def status(as_json: bool) -> int:
    """Say where the record lies, in which version, and what it holds."""
    with _opened(prepare=False) as database:
        from kb_service.record.contents import contents
        from kb_service.record.schema import VERSION

        found, mode, version = contents(database), settings_in_force().record, database.version()
        if as_json:
            print_json({"place": str(database), "version": version, "mode": mode, **found})
        else:
            click.echo(f"Record: {database}, version {version or 'none'}.")
            if version and version != VERSION:
                click.echo(
                    f"Note: This kb_service has version {VERSION}. The next start brings older tables up to date."
                )
            click.echo(f"Recording: {mode}.")
            _print_counts(found)
    return 0


@record.command()
@click.argument("revision", default="head")
def migrate(revision: str) -> int:
    """Bring the tables to a REVISION: head is the newest and the default; base deletes the record.

    Servers and reports do it themselves where it is needed. Votes of versions without a record are taken over.
    """
    with _opened(prepare=revision == "head") as database:
        if revision != "head":
            database.migrate(revision)
        click.echo(f"Record: {database}, version {database.version() or 'none'}.")
    return 0


@record.command()
@click.argument("who")
@click.option("--dry-run", is_flag=True, help="Only count what would be deleted.")
def erase(who: str, dry_run: bool) -> int:
    """Delete everything that belongs to WHO.

    A query id (q_...) stands for its question, what was asked with it and what was done with its answer. Any other text
    is looked for in questions, comments, notes and receipts; who has or raised flags by that name is forgotten too.
    What stands behind /a/ in the address of a receipt deletes that receipt alone.
    """
    if len(who.strip()) < 2:
        raise CallerError("Say whom: a query id, or words of two characters or more.")
    with _opened() as database:
        from kb_service.record.erasing import erase as erase_from

        erased = erase_from(database, who.strip(), dry_run=dry_run)
        click.echo("Would be deleted:" if dry_run else "Deleted:")
        _print_counts(erased)
    return 0


@record.command()
@click.option("--days", type=click.IntRange(0), help="Keep what is younger.  [default: KB_RECORD_DAYS]")
def purge(days: int | None) -> int:
    """Delete what is older than it may be kept; servers do it every hour."""
    with _opened() as database:
        from kb_service.record.erasing import purge as purge_from

        kept = settings_in_force().record_days if days is None else days
        deleted = purge_from(database, before=_now() - kept * DAY_MS, now=_now())
        click.echo(f"Deleted what is older than {kept} days:")
        _print_counts(deleted)
    return 0


@record.command()
@click.option("--all", "with_done", is_flag=True, help="Those that are done, too.")
@as_json
def flags(with_done: bool, as_json: bool) -> int:
    """List what is flagged, the oldest first."""
    with _opened() as database:
        from kb_service.record.flags import list_flags

        found = list_flags(database, with_done=with_done)
        if as_json:
            print_json(found)
        for each in found if not as_json else ():
            _print_flag(each)
    return 0


@record.command()
@click.argument("passage")
@click.option("--note", required=True, help="What is wrong.")
@click.option("--by", "flagged_by", default="", help="Who says so.")
def flag(passage: str, note: str, flagged_by: str) -> int:
    """Flag an article, or a PASSAGE of it (article#passage), as wrong."""
    with _opened() as database:
        from kb_service.record.flags import raise_flag

        _print_flag(raise_flag(database, passage_id=passage, note=note, at=_now(), flagged_by=flagged_by))
    return 0


@record.command()
@click.argument("number", type=int)
@click.option("--owner", required=True, help="Who sees to it.")
def take(number: int, owner: str) -> int:
    """Take the flag with this NUMBER."""
    with _opened() as database:
        from kb_service.record.flags import set_flag

        _print_flag(set_flag(database, number, "taken", owner=owner, at=_now()))
    return 0


@record.command()
@click.argument("number", type=int)
def done(number: int) -> int:
    """Mark the flag with this NUMBER as done."""
    with _opened() as database:
        from kb_service.record.flags import set_flag

        _print_flag(set_flag(database, number, "done", owner="", at=_now()))
    return 0


@record.command()
@click.argument("number", type=int)
def reopen(number: int) -> int:
    """Open the flag with this NUMBER again, without an owner."""
    with _opened() as database:
        from kb_service.record.flags import set_flag

        _print_flag(set_flag(database, number, "open", owner="", at=_now()))
    return 0


@contextmanager
def _opened(*, prepare: bool = True) -> Iterator[Database]:
    database = open_database(settings_in_force())
    try:
        if prepare:
            database.prepare()
        yield database
    finally:
        database.close()


def _print_counts(counts: Mapping[str, int]) -> None:
    for name, number in counts.items():
        click.echo(f"  {name}: {number}")


def _print_flag(flag: Flag) -> None:
    owner = f" by {flag.owner}" if flag.owner else ""
    click.echo(f"{flag.flag_id}: {flag.state}{owner}, {flag.passage_id}: {flag.note}")


def _now() -> int:
    return time.time_ns() // 1_000_000
