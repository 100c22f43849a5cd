"""Drives the Firefox of this machine over Marionette, the protocol it speaks itself: no driver is needed between."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

NAMES: Final = ("firefox", "firefox-esr")
START_SECONDS: Final = 40.0
WAIT_SECONDS: Final = 8.0
# A free port, and no request to anybody.
PREFERENCES: Final = {
    "marionette.port": "0",
    "app.update.enabled": "false",
    "datareporting.policy.dataSubmissionEnabled": "false",
    "network.captive-portal-service.enabled": "false",
    "network.connectivity-service.enabled": "false",
}
# WebDriver's names of keys.
KEYS: Final = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "Space": " ", "ArrowDown": "\ue015"}


def find_firefox() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


class Firefox:
    """One window. Scripts are bodies of functions: `return …`."""

    def __init__(self, connection: socket.socket, replies: BinaryIO) -> None:
        self._connection = connection
        self._replies = replies
        self._sent = 0
        self._receive()
        self._command("WebDriver:NewSession", capabilities={})

    def go(self, url: str) -> None:
        self._command("WebDriver:Navigate", url=url)

    def run(self, script: str) -> Any:
        found = self._command("WebDriver:ExecuteScript", script=script, args=[])
        return found["value"]

    def wait_for(self, script: str) -> Any:
        """Run `script` until what it returns is true; return that."""
        end = time.monotonic() + WAIT_SECONDS
        while not (found := self.run(script)):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.03)
        return found

    def press(self, *keys: str) -> None:
        """Press keys by name, or type a text letter by letter, into what has the focus."""
        pressed = [KEYS[key]] if (key := keys[0]) in KEYS else list(key)
        actions = [{"type": kind, "value": each} for each in pressed for kind in ("keyDown", "keyUp")]
        self._command("WebDriver:PerformActions", actions=[{"type": "key", "id": "keyboard", "actions": actions}])
        if keys[1:]:
            self.press(*keys[1:])

    def _command(self, name: str, **parameters: Any) -> Any:
        self._sent += 1
        message = json.dumps([0, self._sent, name, parameters]).encode()
        self._connection.sendall(b"%d:%b" % (len(message), message))
        _, _, error, value = self._receive()
        assert error is None, error
        return value

    def _receive(self) -> Any:
        length = b""
        while (byte := self._replies.read(1)) != b":":
            assert byte, "Firefox has gone"
            length += byte
        return json.loads(self._replies.read(int(length)))


@contextmanager
def started(path: str, profile: Path) -> Iterator[Firefox]:
    """Start a Firefox without a window and with a profile of its own; end it."""
    lines = [f'user_pref("{name}", {value});\n' for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
    command = [path, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    environment = {**os.environ, "HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as process:
        try:
            address = ("127.0.0.1", _port(profile))
            with (
                socket.create_connection(address, timeout=START_SECONDS) as connection,
                connection.makefile("rb") as replies,
            ):
                yield Firefox(connection, replies)
        finally:
            process.terminate()


def _port(profile: Path) -> int:
    file, end = profile / "MarionetteActivePort", time.monotonic() + START_SECONDS
    while not (file.exists() and (text := file.read_text(encoding="utf-8"))):
        assert time.monotonic() < end, "Firefox did not start"
        time.sleep(0.05)
    return int(text)
