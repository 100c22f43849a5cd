"""`kb user`: accounts are made where the service runs; no password stands on a command line."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kb_service.assembly import open_access
from kb_service.settings import Settings
from tests.accounts.builders import OTHER_PASSWORD, PASSWORD, cheap_passwords
from tests.commands.conftest import Kb, Ran

Told = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _cheap() -> Iterator[None]:
    with cheap_passwords():
        yield


@pytest.fixture
def told(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Runs `kb` with text on stdin."""

    def run(text: str, *arguments: str) -> Ran:
        monkeypatch.setattr(sys, "stdin", io.StringIO(text))
        return kb(*arguments)

    return run


def kept(folder: Path, name: str) -> str:
    return open_access(Settings(data=folder / "kb-data")).accounts.password_of(name)[1]


@pytest.mark.slow
def test_accounts_are_made_listed_changed_and_disabled(kb: Kb, told: Told, folder: Path) -> None:
    assert kb("user", "list").out == "There is no account. The first one: kb user add NAME --role lead\n"

    assert told(PASSWORD + "\n", "user", "add", "Anna").out == "anna may sign in at /console as agent.\n"
    assert told(PASSWORD + "\n", "user", "add", "lena", "--role", "lead").code == 0
    assert [(each["name"], each["role"]) for each in kb("user", "list", "--json").data] == [
        ("anna", "agent"),
        ("lena", "lead"),
    ]
    before = kept(folder, "anna")

    assert (
        told(OTHER_PASSWORD, "user", "reset", "ANNA").out == "anna has a new password and is signed out everywhere.\n"
    )
    assert kept(folder, "anna") != before
    assert kb("user", "role", "anna", "lead").out == "anna is lead now.\n"
    assert kb("user", "signout", "anna").code == 0
    assert kb("user", "disable", "anna").code == 0
    assert kept(folder, "anna") == ""
    assert kb("user", "list").out.splitlines()[0] == "anna  lead  local  disabled  signed in: never"
    assert kb("user", "enable", "anna").code == 0
    assert kept(folder, "anna")


@pytest.mark.parametrize("password", ["", "short", "passwordpassword", "annaannaanna"])
def test_a_poor_password_makes_no_account(password: str, kb: Kb, told: Told) -> None:
    ran = told(password + "\n", "user", "add", "anna")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("kb: This password is not taken. ")
    assert kb("user", "list", "--json").data == []


@pytest.mark.parametrize("command", ["add", "reset"])
def test_there_is_no_way_to_put_a_password_on_the_command_line(command: str, kb: Kb) -> None:
    assert "password" not in kb("user", command, "--help").out.partition("Options:")[2].lower()
    assert kb("user", command, "anna", PASSWORD).code == 2
    assert kb("user", command, "anna", "--password", PASSWORD).code == 2


def test_on_a_terminal_the_password_is_asked_for_twice_and_not_shown(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def hidden(prompt: str) -> str:
        asked.append(prompt)
        return PASSWORD

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("click.termui.hidden_prompt_func", hidden)
    ran = kb("user", "add", "anna")

    assert (ran.code, len(asked)) == (0, 2)
    assert PASSWORD not in ran.out + ran.err


@pytest.mark.parametrize("command", [("disable", "tom"), ("reset", "tom"), ("role", "tom", "lead"), ("signout", "tom")])
def test_nobody_is_changed_who_is_not_there(command: tuple[str, ...], kb: Kb) -> None:
    ran = kb("user", *command)

    assert (ran.code, ran.out) == (1, "")
    assert "There is no account 'tom'. See kb user list." in ran.err
