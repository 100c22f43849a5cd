"""Writes the reference pages of docs/ from the code itself: `python -m tests.reference_pages`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from pathlib import Path
from types import MappingProxyType
from typing import Final, get_args

import click
from msgspec.structs import FieldInfo

from kb_service.commands import program
from kb_service.settings import FIELDS, FILE_SUFFIX, PREFIX, SECRETS, as_text
from kb_service.web import operations

DOCS: Final = Path(__file__).parents[1] / "docs"
WIDTH: Final = 100

# Every address that is not below operations.PREFIX.
OTHER_ADDRESSES: Final = MappingProxyType(
    {
        "/": "The page to ask on, with topics, what is often asked and the articles.",
        "/search?q=": "The answer to a question as a page; works without script.",
        "/search/seats?q=": "Its card of seats alone, as soon as the helpdesk has answered.",
        "/articles": "All articles, by topic.",
        "/articles/{id}": "An article as a page.",
        "/assets/{hash}/{name}": "A picture or file that a public article shows or links to.",
        "/feedback": "Takes the vote of a page's form (POST), and answers with a page.",
        "/contact": "The form that reaches a person (also POST), where `KB_SMTP_URL` or `KB_CONTACT_WEBHOOK` is set.",
        "/api/docs": "The API as a page to read.",
        "/widget/v1/kb-widget.js": "The box and button for other sites.",
        "/widget/v1/kb-widget.d.ts": "Its types, for TypeScript.",
        "/widget/v1/manifest.json": "The widget's files with their hashes.",
        "/widget/demo": "The widget on a page of its own.",
        "/console": "The box for agents with an account: a question or a whole ticket (also POST).",
        "/console/articles/{id}": "An article as agents may read it.",
        "/console/assets/{hash}/{name}": "A picture or file of any article, for agents.",
        "/console/flags": "What agents flagged as wrong (also POST: raises a flag).",
        "/console/flags/{number}": "Takes a flag, or says that it is done (POST).",
        "/console/seats": "The seats of a helpdesk: its live count, what follows, what a change would do.",
        "/console/reports": "What the record says of questions and articles, for leads.",
        "/console/reports/{section}": "A section of it.",
        "/console/reports/{section}.csv": "The same for a spreadsheet.",
        "/console/reports/{section}.json": "The same for a program.",
        "/console/reports/open_questions/{key}": "The patch for an open question.",
        "/console/reports/open_questions/{key}.patch": "The patch as a file.",
        "/console/solved": "Notes what solved a question (POST).",
        "/console/panel?question=": "The console as a narrow panel for a frame in a helpdesk's page (also POST).",
        "/console/panel/connect": "Connects a panel with one's account, in a window of its own (also POST).",
        "/console/panel/session": "Takes the session that was handed to a panel (POST).",
        "/console/receipts": "Makes a receipt of what an agent copied (POST).",
        "/console/receipts/{receipt}": "A receipt, for agents: all of it.",
        "/console/sign-in": "Signs people in (also POST).",
        "/console/sign-out": "Signs out, here or everywhere (POST).",
        "/console/account": "One's own sessions and password.",
        "/console/account/sessions": "Ends one session (POST).",
        "/console/account/password": "Changes the password (POST).",
        "/console/oidc/begin": "Leads to the identity provider.",
        "/console/oidc/return": "Takes its answer.",
        "/a/{receipt}": "The receipt of an answer that an agent sent: what customers may read of it; until it expires.",
        "/healthz": "Is the process alive? Touches nothing.",
        "/readyz": "Can it answer? 503 with the reason when it cannot.",
        "/metrics": "What is counted, for Prometheus; who may read it is `KB_METRICS`.",
        "/robots.txt": "What search engines may read.",
        "/sitemap.xml": "The articles for search engines; with `KB_BASE_URL`.",
        "/opensearch.xml": "The help centre as a search engine for browsers; with `KB_BASE_URL`.",
        "/favicon.ico": "The icon.",
    }
)


SETTINGS_HEAD: Final = """\
# Settings

Everything works with no setting at all. A flag wins over the environment, that over `kb.toml` in the folder where `kb`
runs (`port = 8000` for `KB_PORT`), that over the default. A wrong value or an unknown name stops the start, with every
mistake named; `kb status` shows what is in force.

| name | meaning | default |
| --- | --- | --- |
"""
COMMANDS_HEAD: Final = """\
# Commands

Every command takes `--help`. Results go to stdout, progress and problems to stderr. Exit codes: 0 done, 1 findings or
the caller's mistake, 2 wrong usage, 3 something the service relies on failed, 130 interrupted.
"""
ADDRESSES_HEAD: Final = f"""\
# Addresses

`GET {operations.PREFIX}/openapi.json` describes parameters, responses and errors of the API exactly.

| API | |
| --- | --- |
"""


def settings_page() -> str:
    """Return docs/settings.md."""
    return SETTINGS_HEAD + "".join(
        f"| `{PREFIX}{each.name.upper()}` | {_meaning(each)} | {_default(each.default)} |\n" for each in FIELDS.values()
    )


def commands_page() -> str:
    """Return docs/commands.md."""
    return COMMANDS_HEAD + "".join(f"\n## {name}\n\n```\n{text}\n```\n" for name, text in _helps("kb", program))


def addresses_page() -> str:
    """Return docs/addresses.md."""
    api = "".join(
        f"| `{each.method} {operations.PREFIX}{each.path}` | {each.summary}. {each.description} |\n"
        for each in (*operations.OPERATIONS, *operations.AGENT_OPERATIONS)
    )
    others = "".join(f"| `{address}` | {meaning} |\n" for address, meaning in OTHER_ADDRESSES.items())
    return f"{ADDRESSES_HEAD}{api}\n| page or file | |\n| --- | --- |\n{others}"


PAGES: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {"settings.md": settings_page, "commands.md": commands_page, "addresses.md": addresses_page}
)


def _default(value: object) -> str:
    return "none" if value in ("", ()) else f"`{as_text(value)}`"


def _meaning(field: FieldInfo) -> str:
    meaning = get_args(field.type)[-1]
    secret = f" Secret: `{PREFIX}{field.name.upper()}{FILE_SUFFIX}` may name a file that holds it."
    return f"{meaning}{secret if field.name in SECRETS else ''}"


def _helps(name: str, command: click.Command) -> Iterator[tuple[str, str]]:
    shown = copy(command)
    shown.add_help_option = False  # every command has it
    with click.Context(shown, info_name=name, terminal_width=WIDTH) as context:
        yield name, shown.get_help(context)
        if isinstance(command, click.Group):
            for each in command.list_commands(context):
                if found := command.get_command(context, each):
                    yield from _helps(f"{name} {each}", found)


if __name__ == "__main__":
    for file, page in PAGES.items():
        (DOCS / file).write_text(page(), encoding="utf-8")
