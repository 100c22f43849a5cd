"""What can be done to folders, the clock and the network of this machine; what lacks is said, and never left out."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FAKETIME: Final = "libfaketimeMT.so.1"
NGINX_CONF: Final = Path(__file__).parents[1] / "deploy" / "nginx.conf"


class Lacking(Exception):
    """This machine lacks what an experiment needs."""


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[None]:
    """Let the folder be a disk of its own, of this size, empty."""
    folder.mkdir(exist_ok=True)
    with _mounted(folder, "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs"):
        yield


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nobody write below the folder, not even root."""
    with _mounted(folder, "--bind", str(folder)):
        _run("mount", "-o", "remount,ro,bind", str(folder))
        yield


def fill(folder: Path, *, leave: int = 0) -> Path:
    """Fill the disk of the folder but for so many bytes; return the file that does."""
    ballast = folder / "ballast"
    room = shutil.disk_usage(folder).free - leave
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(room, 1))
    return ballast


class Clock:
    """The clock of processes with `environ`: as many seconds ahead of this machine's as is said. Timers go on."""

    def __init__(self, folder: Path) -> None:
        found = next(iter(Path("/usr/lib").glob(f"*/faketime/{FAKETIME}")), None)
        if found is None:
            raise Lacking(f"{FAKETIME} (Debian: faketime)")
        self._file = folder / "clock"
        self.environ = {
            "LD_PRELOAD": str(found),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        self.jump(0)

    def jump(self, seconds: float) -> None:
        """Let it go on from there."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{seconds:+.0f}\n", encoding="ascii")
        new.replace(self._file)


@contextmanager
def nginx(folder: Path, port: int) -> Iterator[int]:
    """Run nginx with the file that we ship before the service at `port`; yield its own port."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        raise Lacking("nginx (Debian: nginx-light)")
    folder.mkdir(exist_ok=True)
    own = free_port()
    text = NGINX_CONF.read_text(encoding="utf-8").replace("/tmp/", f"{folder}/").replace("kb:8000", f"127.0.0.1:{port}")
    text = text.replace("listen 8080", f"listen 127.0.0.1:{own}").replace("/dev/stdout", f"{folder}/access")
    (folder / "nginx.conf").write_text(("user root;\n" if os.geteuid() == 0 else "") + text, encoding="utf-8")
    errors = folder / "errors"
    with errors.open("wb") as log:
        command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"]
        process = subprocess.Popen(command, stderr=log)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", own)) == 0:
                    break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"nginx does not answer: {errors.read_text(encoding='utf-8')}")
        yield own
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _mounted(folder: Path, *what: str) -> Iterator[None]:
    if os.geteuid() != 0:
        raise Lacking("root, to mount a folder")
    _run("mount", *what, str(folder))
    try:
        yield
    finally:
        _run("umount", "--lazy", str(folder))


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Lacking(f"leave to mount: {done.stderr.strip()}")
