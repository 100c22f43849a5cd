"""`kb token`: API tokens for programs, such as a helpdesk's side panel."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

import click

from kb_service.commands.context import as_json, print_json
from kb_service.commands.user import access_in_force, day_of

if TYPE_CHECKING:
    from kb_service.accounts.api_tokens import ApiToken, Scope

SCOPES: Final = (
    "answers:public",
    "answers:agent",
    "reports",
)  # as in accounts/api_tokens.py: .3 s to import
DAYS: Final = 365


@click.group()
def token() -> None:
    """API tokens for programs: each has scopes, an end, and can be revoked."""


@token.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", type=click.Choice(SCOPES), multiple=True, required=True, help="What it opens; repeatable."
)
@click.option("--days", type=click.IntRange(1, 3650), default=DAYS, show_default=True, help="Days until it ends.")
@as_json
def add(name: str, scopes: tuple[Scope, ...], days: int, as_json: bool) -> int:
    """Make a token for the program NAME and print it: it cannot be read again."""
    made, text = access_in_force().tokens.add(name, scopes, days=days)
    if as_json:
        print_json({**asdict(made), "token": text})
        return 0
    click.echo(text)
    click.echo(f"{described(made)}\nIt is not kept here: copy it now.", err=True)
    return 0


@token.command("list")
@as_json
def show(as_json: bool) -> int:
    """List the tokens: id, name, scopes, end, last use."""
    found = access_in_force().tokens.all()
    if as_json:
        print_json([asdict(each) for each in found])
        return 0
    for each in found:
        click.echo(described(each))
    if not found:
        click.echo("There is no token. One for a helpdesk: kb token add NAME --scope answers:agent")
    return 0


@token.command()
@click.argument("token_id")
def revoke(token_id: str) -> int:
    """End a token at once."""
    click.echo(f"Revoked: {described(access_in_force().tokens.revoke(token_id))}")
    return 0


def described(token: ApiToken) -> str:
    """Return a line about a token."""
    used = day_of(token.used_at) if token.used_at else "never"
    end = f"revoked {day_of(token.revoked_at)}" if token.revoked_at else f"ends {day_of(token.expires_at)}"
    return f"{token.token_id}  {token.name}  {','.join(token.scopes)}  {end}  used: {used}"
