"""The log is text for somebody at a terminal, and JSON for whatever else reads it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest

TELLS = """
import logging, sys
from kb_service.logs import configure_logging
configure_logging(level="info", form=sys.argv[1])
logging.getLogger("kb_service.x").info("served %s", "a", extra={"number": 7})
"""


def at_a_terminal(form: str) -> str:
    ours, theirs = pty.openpty()
    try:
        subprocess.run([sys.executable, "-c", TELLS, form], stderr=theirs, check=True)
        return os.read(ours, 4096).decode()
    finally:
        os.close(ours)
        os.close(theirs)


def through_a_pipe(form: str) -> str:
    return subprocess.run([sys.executable, "-c", TELLS, form], capture_output=True, text=True, check=True).stderr


def test_by_default_a_pipe_gets_json_with_fields() -> None:
    told = json.loads(through_a_pipe("auto"))

    assert (told["event"], told["level"], told["number"]) == ("served a", "info", 7)
    assert told["timestamp"].endswith("Z")


def test_by_default_a_terminal_gets_text() -> None:
    told = at_a_terminal("auto")

    assert "served a" in told
    assert not told.startswith("{")


@pytest.mark.parametrize("tell", [at_a_terminal, through_a_pipe])
def test_either_can_be_chosen_for_both(tell: object) -> None:
    assert callable(tell)
    assert tell("json").startswith("{")
    assert "served a" in tell("text")
    assert not tell("text").startswith("{")
