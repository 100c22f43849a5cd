"""`kb staff-count`: the live look-up alone."""

from __future__ import annotations

import click

from kb_service.assembly import open_counter
from kb_service.commands.context import as_json, print_json, settings_in_force
from kb_service.staff.counter import StaffCount
from kb_service.staff.messages import message
from kb_service.web.payloads import staff_count_response
from kb_service.wording.catalogue import words_in


@click.command("staff-count")
@click.argument("host")
@as_json
def staff_count(host: str, as_json: bool) -> int:
    """Ask HOST, such as acme.kayako.com, for its number of active staff."""
    counter = open_counter(settings_in_force())
    found = counter.count(host)
    counter.close()
    print_staff_count(found, as_json=as_json)
    if found.status in {"ok", "stale", "locked"}:
        return 0
    return 1 if found.status in {"invalid_domain", "not_allowed", "disabled"} else 3


def print_staff_count(found: StaffCount, *, as_json: bool) -> None:
    """Print it in the words, or as the JSON, of the API."""
    if as_json:
        print_json(staff_count_response(found))
    else:
        click.echo(message(found))
        if found.count is None and found.url:
            click.echo(words_in("en").say("card.look", host=found.url))
