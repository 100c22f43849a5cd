"""The program around the commands: its exit codes, and what goes to which stream."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest

from kb_service import __version__
from kb_service.commands import program
from kb_service.version import commit
from tests.commands.conftest import Kb

COMMANDS = [
    "ask", "check", "evaluate", "index", "mcp", "model", "preview", "record", "report", "search", "serve",
    "staff-count", "status", "test", "token", "user",
]  # fmt: skip
SECONDS = 20


def started(*arguments: str) -> subprocess.Popen[bytes]:
    """`python -m kb_service`, the same program; it hears an interrupt, even where whoever runs the tests ignores it."""
    return subprocess.Popen(
        [sys.executable, "-m", "kb_service", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_help_lists_the_commands(kb: Kb) -> None:
    ran = kb("--help")

    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.partition("Commands:\n")[2].splitlines()] == COMMANDS
    assert kb("-h").out == ran.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_and_each_of_its_options(kb: Kb, command: str) -> None:
    assert kb(command, "--help").out.startswith(f"Usage: kb {command} ")
    found = program.get_command(click.Context(program), command)
    assert found
    options = [each for each in found.params if isinstance(each, click.Option)]
    assert [each.name for each in options if not each.help] == []


def test_indexing_waits_for_neither_the_server_nor_what_asks_helpdesks() -> None:
    program = "import sys; from kb_service.commands import run; run(['index', '--help']); print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True)

    assert not {"flask", "granian", "httpx", "kb_service.seats", "rich"} & set(ended.stdout.split())


def test_the_version_is_that_of_the_package_with_the_commit_where_it_is_known(kb: Kb) -> None:
    is_checkout = (Path(__file__).parents[2] / ".git").exists()
    commit = r", commit [0-9a-f]{12}\+?" if is_checkout else ""

    assert re.fullmatch(rf"kb, version {re.escape(__version__)}{commit}\n", kb("--version").out)


def test_a_checkout_of_something_else_around_the_package_is_not_its_commit(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / "lib/kb_service").mkdir(parents=True)

    assert commit(tmp_path / "lib/kb_service") == ""
    assert commit(tmp_path / "kb_service") == ""  # nothing is committed yet


@pytest.mark.parametrize("arguments", [("nothing",), ("--nothing",), ("model", "nothing")])
def test_what_there_is_not_is_wrong_usage(kb: Kb, arguments: tuple[str, ...]) -> None:
    ran = kb(*arguments)

    assert (ran.code, ran.out) == (2, "")
    assert "No such" in ran.err


def test_every_wrong_setting_is_told_at_once(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_PORT", "ten")
    monkeypatch.setenv("KB_PROT", "80")
    ran = kb("status")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("kb: KB_PORT=ten: use a whole number from 1 to 65535\n")
    assert "KB_PROT is no setting: did you mean KB_PORT?" in ran.err


def test_settings_are_read_from_the_file_in_the_folder(kb: Kb, folder: Path) -> None:
    (folder / "kb.toml").write_text("port = 8123\n", encoding="utf-8")

    assert "KB_PORT=8123\n" in kb("status").out


@pytest.mark.slow
def test_no_command_but_the_look_up_uses_the_network(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a command asked the network")

    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    ran = [
        kb(*arguments)
        for arguments in (
            *(("index", "--full"), ("ask", "seats"), ("search", "seats"), ("check",), ("status",)),
            *(("model", "status"), ("ask", "why?", "--domain", "help.acme.com"), ("staff-count", "help.acme.com")),
        )
    ]

    assert [each.code for each in ran] == [0, 0, 0, 0, 0, 1, 0, 1]


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_a_reader_who_has_seen_enough_ends_it_quietly() -> None:
    with started("status") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()

        assert process.stderr.read() == b""
        assert process.wait(SECONDS) == 1


@pytest.mark.slow
def test_an_interrupted_command_ends_with_130(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = folder / "key"
    os.mkfifo(key)
    monkeypatch.setenv("KB_STAFF_KEY_FILE", str(key))
    with started("status") as process, key.open("wb"):  # opens when the command does, which then waits to read
        process.send_signal(signal.SIGINT)

        assert process.wait(SECONDS) == 130
