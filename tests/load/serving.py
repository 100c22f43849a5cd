"""A hanging helpdesk behind TLS and the real server that may ask it, both on the loopback interface."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import trustme

from kb_service.commands.serve import run_server
from kb_service.indexing import update_index
from kb_service.server.port import claimed
from kb_service.settings import Settings, load_settings
from tests.staff.helpdesk import Helpdesk, hangs

ROOT: Final = Path(__file__).parents[2]
CA_FILE: Final = "LOAD_CA_FILE"
HELPDESK_PORT: Final = "LOAD_HELPDESK_PORT"
DOMAIN: Final = "helpdesk.test"
HOSTS: Final = 40
START_SECONDS: Final = 30.0
END_SECONDS: Final = 20.0


def host(number: int) -> str:
    """Return the name of one of the helpdesks that hang."""
    return f"h{number % HOSTS}.{DOMAIN}"


@contextmanager
def hanging_helpdesk(folder: Path) -> Iterator[tuple[int, Path]]:
    """Yield the port where every helpdesk takes a request and never answers, and the file of its authority."""
    authority = trustme.CA()
    ca_file = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(f"*.{DOMAIN}").configure_cert(context)
    helpdesk = Helpdesk({"*": hangs}, {"*": context})
    try:
        yield helpdesk.port, ca_file
    finally:
        helpdesk.close()


@contextmanager
def serving(folder: Path, *, workers: int) -> Iterator[int]:
    """Serve the articles of this repository by words alone, with helpdesks that hang; yield the port."""
    index = folder / "index"
    update_index(Settings(articles=ROOT / "articles", index=index, model=None))
    port = free_port()
    with hanging_helpdesk(folder) as (helpdesk_port, ca_file):
        environ = {
            "KB_INDEX": str(index),
            "KB_MODEL": "off",
            "KB_WORKERS": str(workers),
            "KB_RATE_LIMIT": "off",
            "KB_STAFF_HOSTS": ",".join(f"{host(number)}=127.0.0.1/32" for number in range(HOSTS)),
            "TMPDIR": str(folder),
            CA_FILE: str(ca_file),
            HELPDESK_PORT: str(helpdesk_port),
        }
        with running("tests.load.serving", port=port, environ=environ):
            yield port


@contextmanager
def running(*module: str, port: int, environ: Mapping[str, str]) -> Iterator[None]:
    """Run a module that serves at `port`, with these settings and no others, from when it is ready."""
    command = [sys.executable, "-m", *module]
    settings = {"KB_RECORD": "off", "KB_PORT": str(port), **environ}
    with subprocess.Popen(command, cwd=ROOT, env={**without_settings(), **settings}) as server:
        try:
            wait_for(port)
            yield
        finally:
            server.terminate()
            server.wait(END_SECONDS)


def without_settings() -> dict[str, str]:
    """Return the environment of this process without its settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KB_")}


def free_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2).close()
            return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")


if __name__ == "__main__":
    settings = load_settings(flags={}, environ=os.environ, file=None)
    with claimed(settings.host, settings.port) as listener:
        run_server(settings, listener, factory="tests.load.application:create")
