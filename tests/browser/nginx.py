"""A real proxy before a service: Debian's nginx on the loopback interface, with its files in a temporary folder."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

START_SECONDS: Final = 10.0
CONFIGURATION: Final = """
{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/errors warn;
events {{ worker_connections 256; }}
http {{
  access_log off; default_type text/plain; gzip on; gzip_types *; gzip_proxied any; gzip_min_length 200;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{
    listen 127.0.0.1:{port};
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    {locations}
  }}
}}
"""


def find_nginx() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@contextmanager
def behind_nginx(program: str, locations: str, *, port: int = 0) -> Iterator[str]:
    """Yield the address of an nginx with these `location` blocks; `port` is one that is free."""
    port = port or free_port()
    with tempfile.TemporaryDirectory(prefix="kb-nginx-") as folder:
        user = "user root;" if os.geteuid() == 0 else ""
        file = Path(folder, "nginx.conf")
        file.write_text(CONFIGURATION.format(user=user, folder=folder, port=port, locations=locations))
        process = subprocess.Popen([program, "-p", folder, "-c", str(file), "-e", f"{folder}/errors"])
        try:
            _wait_for(port, process, Path(folder, "errors"))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=START_SECONDS)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], errors: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nginx does not answer: {errors.read_text()}") from None
            time.sleep(0.05)
