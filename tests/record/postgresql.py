"""A PostgreSQL of our own: Debian's programs, on the loopback interface, with data in a temporary folder."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg

DEBIAN: Final = Path("/usr/lib/postgresql")
USERS: Final = ("postgres", "nobody")  # it refuses to run as root
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 20.0


def find_programs() -> Path | None:
    """Return the folder of `postgres` and `initdb`: the newest that Debian has, else the one on PATH."""
    if DEBIAN.is_dir():
        found = sorted(DEBIAN.glob("*/bin/postgres"), key=lambda path: int(path.parts[-3].partition(".")[0]))
        if found:
            return found[-1].parent
    on_path = shutil.which("postgres")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """Yield a server; its folder is none of pytest's, which are closed to every other user."""
    with tempfile.TemporaryDirectory(prefix="kb-postgresql-") as folder:
        server = Server(programs, Path(folder))
        server.start()
        try:
            yield server
        finally:
            server.stop()


class Server:
    """A running server: `stop` and `kill` it, and `start` it again with the same data at the same address."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._data = folder / "data"
        self._log = folder / "log"
        self._as = _another_user(folder)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        arguments = ["--auth=trust", "--username=kb", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8"]
        self._run("initdb", *arguments, "--pgdata", str(self._data))

    def start(self) -> None:
        """Start and wait until it answers."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "max_connections": "40",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *options], stdout=log, stderr=log, **self._as
            )
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError(self._log.read_text(encoding="utf-8", errors="replace")) from None
                time.sleep(0.05)

    def stop(self, signal: int = 2) -> None:
        """Stop: 2 (SIGINT) ends connections and is clean; 3 (SIGQUIT) is a crash."""
        if self._process:
            self._process.send_signal(signal)
            self._process.wait(STOP_SECONDS)
            self._process = None

    def url(self, database: str) -> str:
        """Return the address of a database, as in KB_DATABASE_URL."""
        return f"postgresql://kb@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """Yield the address of an empty database, which is dropped in the end."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}"')
        yield self.url(name)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments], capture_output=True, check=False, text=True, **self._as
        )
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)


def _another_user(folder: Path) -> dict[str, Any]:
    """Return what makes a process run as another user than root, who then owns the folder; {} for anybody else."""
    if os.geteuid() != 0:
        return {"env": {**os.environ, "LC_ALL": "C.UTF-8"}}
    user = next(pwd.getpwnam(name) for name in USERS if _exists(name))
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {
        "user": user.pw_uid,
        "group": user.pw_gid,
        "extra_groups": [],
        "cwd": folder,
        "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder), "USER": user.pw_name},
    }


def _exists(name: str) -> bool:
    try:
        return pwd.getpwnam(name).pw_name != getpass.getuser()
    except KeyError:
        return False
