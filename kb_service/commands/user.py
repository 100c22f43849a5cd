"""`kb user`: who may sign in to the console. Passwords come from a prompt or stdin, never from the command line."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from kb_service.assembly import open_access
from kb_service.commands.context import as_json, print_json, settings_in_force
from kb_service.errors import CallerError

if TYPE_CHECKING:
    from kb_service.accounts.access import Access
    from kb_service.accounts.accounts import Account, Accounts

role_option = click.option(
    "--role", type=click.Choice(["agent", "lead"]), default="agent", show_default=True, help="What the account may do."
)


@click.group()
def user() -> None:
    """Accounts of the console: agents, and leads, who also see the reports."""


@user.command()
@click.argument("name")
@role_option
def add(name: str, role: str) -> int:
    """Make an account; its password is asked for, or read as one line from stdin."""
    accounts = _accounts()
    added = accounts.add(name, "lead" if role == "lead" else "agent", _new_password(name))
    click.echo(f"{added.name} may sign in at /console as {added.role}.")
    return 0


@user.command("list")
@as_json
def show(as_json: bool) -> int:
    """List the accounts: name, role, who vouches for it, whether it is disabled, when it last signed in."""
    found = _accounts().all()
    if as_json:
        print_json([asdict(each) for each in found])
        return 0
    for each in found:
        click.echo(described(each))
    if not found:
        click.echo("There is no account. The first one: kb user add NAME --role lead")
    return 0


@user.command()
@click.argument("name")
def disable(name: str) -> int:
    """Let nobody in by an account: its sessions end at once."""
    click.echo(f"{_accounts().disable(name).name} is disabled and signed out everywhere.")
    return 0


@user.command()
@click.argument("name")
def enable(name: str) -> int:
    """Let somebody in by an account again."""
    click.echo(f"{_accounts().enable(name).name} may sign in again.")
    return 0


@user.command()
@click.argument("name")
def reset(name: str) -> int:
    """Give an account another password: its sessions end at once."""
    accounts = _accounts()
    accounts.named(name)  # nobody should think of a password first
    changed = accounts.set_password(name, _new_password(name))
    click.echo(f"{changed.name} has a new password and is signed out everywhere.")
    return 0


@user.command()
@click.argument("name")
@click.argument("role", type=click.Choice(["agent", "lead"]))
def role(name: str, role: str) -> int:
    """Give an account another role: its sessions end at once."""
    changed = _accounts().set_role(name, "lead" if role == "lead" else "agent")
    click.echo(f"{changed.name} is {changed.role} now.")
    return 0


@user.command()
@click.argument("name")
def signout(name: str) -> int:
    """End every session of an account."""
    click.echo(f"{_accounts().sign_out(name).name} is signed out everywhere.")
    return 0


def described(account: Account) -> str:
    """Return a line about an account."""
    last = day_of(account.signed_in_at) if account.signed_in_at else "never"
    state = "disabled" if account.disabled else "enabled"
    return f"{account.name}  {account.role}  {account.source}  {state}  signed in: {last}"


def day_of(milliseconds: int) -> str:
    """Return a time as a day and minute in UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")


def access_in_force() -> Access:
    """Return who may see what, as the settings have it."""
    return open_access(settings_in_force())


def _accounts() -> Accounts:
    return access_in_force().accounts


def _new_password(name: str) -> str:
    from kb_service.accounts.passwords import problem_with

    if sys.stdin.isatty():
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    if problem := problem_with(password, name=name):
        raise CallerError(f"This password is not taken. {problem}")
    return str(password)
