"""`python -m kb_service.server.worker`: one process that answers. It is started by `Supervisor` and ends with it."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from typing import Any, Final

from granian.constants import HTTPModes
from granian.http import HTTP1Settings
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server.embed import Server

from kb_service.errors import DependencyFailed, KbError
from kb_service.logs import configure_logging
from kb_service.server.gateway import Gateway
from kb_service.server.handed import Handed, from_line
from kb_service.server.shared_counts import count_together
from kb_service.web.rate_limits import share

# New questions of 20,000 passages under wrk with 16 connections on two cores: 1, 2, 4 and 8 threads a worker carry the
# same, within what repeated runs differ by; 1, 3 and 4 workers carry 0.7, 0.9 and 0.8 of what 2 do. So: a worker for
# each core (KB_WORKERS), and threads only so that a live look-up of seconds does not hold up answers of milliseconds.
THREADS: Final = 4
BACKLOG: Final = 1024  # connections that wait for a worker: of 1,000 at once none is refused
MOST_CONNECTIONS: Final = 8192  # that a worker holds; slow ones cost memory, and no thread
SPARE_FILES: Final = 64  # what is open besides connections: index, database, log
HEADERS: Final = HTTP1Settings(header_read_timeout=10_000, max_buffer_size=64 * 1024)  # the same ends idle connections
LEAVE_SECONDS: Final = 3.0  # for requests under way, once the end is asked for
END_SECONDS: Final = 6.5  # for all that there is to do then; the supervisor kills after 7
EXIT_CALLER, EXIT_DEPENDENCY = 1, 3


def main() -> int:
    """Serve until SIGTERM, or until whoever started this process is gone; return the exit code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    handed = from_line(_first_line(sys.stdin.fileno()))
    configure_logging(level=handed.settings.log_level, form=handed.settings.log_format)
    if handed.metrics_folder:
        count_together(handed.metrics_folder, handed.number, of=handed.settings.workers)
    share(handed.limits)
    module, _, name = handed.factory.partition(":")
    try:
        application = getattr(import_module(module), name)(handed.settings)
    except KbError as error:
        print(f"kb: {error}", file=sys.stderr)
        return EXIT_DEPENDENCY if isinstance(error, DependencyFailed) else EXIT_CALLER
    asyncio.run(_serve(Gateway(application, threads=THREADS), handed))
    return 0


class _Server(Server):
    """Granian's server on a socket that is open already; by itself each worker opens one, whose waiting connections
    end with it."""

    def __init__(self, target: Gateway, *, listener: int, **options: Any) -> None:
        super().__init__(target, **options)
        self._listener = listener

    def _init_shared_socket(self) -> None:
        listener = socket.socket(fileno=self._listener)
        listener.listen(BACKLOG)
        listener.setblocking(False)
        self._shd = SocketHolder(listener.detach(), False, BACKLOG)  # type: ignore[assignment, call-arg]


async def _serve(gateway: Gateway, handed: Handed) -> None:
    server = _Server(
        gateway,
        listener=handed.listener,
        http=HTTPModes.http1,
        http1_settings=HEADERS,
        websockets=False,
        backpressure=_most_connections(),
        log_enabled=False,
    )
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    threading.Thread(target=_wait_for_parent, args=(loop, ended), daemon=True).start()
    serving = asyncio.create_task(server.serve())
    await asyncio.sleep(0)
    loop.call_soon(_tell, handed.ready)
    asked = asyncio.create_task(ended.wait())
    await asyncio.wait({serving, asked}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
        raise RuntimeError("the server ended by itself")
    threading.Thread(target=_end_in_time, daemon=True).start()
    server.stop()  # type: ignore[no-untyped-call]
    await asyncio.wait({serving}, timeout=LEAVE_SECONDS)  # slow clients do not let it end
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


def _first_line(file: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(file, 65536) or b"\n"
    return line


def _most_connections() -> int:
    """Allow as many open files as the system lets this process have; return how many of them may be connections."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if files == resource.RLIM_INFINITY else max(min(files - SPARE_FILES, MOST_CONNECTIONS), 8)


def _tell(ready: int) -> None:
    with suppress(OSError):
        os.write(ready, b".")
        os.close(ready)


def _wait_for_parent(loop: asyncio.AbstractEventLoop, ended: asyncio.Event) -> None:
    """Whatever happens to the supervisor, its end of the pipe is closed."""
    with suppress(OSError):
        os.read(sys.stdin.fileno(), 1)
    with suppress(RuntimeError):  # the loop has ended already
        loop.call_soon_threadsafe(ended.set)


def _end_in_time() -> None:
    time.sleep(END_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
