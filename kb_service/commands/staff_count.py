"""`kb staff-count`: the live look-up alone."""

from __future__ import annotations

import click

from kb_service.assembly import open_counter
from kb_service.commands.context import as_json, print_json, settings_in_force
from kb_service.staff.messages import message
from kb_service.web.payloads import staff_count_response


@click.command("staff-count")
@click.argument("host")
@as_json
def staff_count(host: str, as_json: bool) -> int:
    """Ask HOST, such as acme.kayako.com, for its number of active staff."""
    counter = open_counter(settings_in_force())
    found = counter.count(host)
    counter.close()
    if as_json:
        print_json(staff_count_response(found))
    else:
        click.echo(message(found))
    if found.status in {"ok", "stale", "locked"}:
        return 0
    return 1 if found.status in {"invalid_domain", "not_allowed", "disabled"} else 3
