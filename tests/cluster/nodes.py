"""A cluster on this machine, for tests: its nodes can be killed, stopped, slowed and started again.

python -m tests.cluster.nodes FOLDER 3    run three nodes until it is interrupted
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import httpx

from tests.cluster.installing import install, java_home

START_SECONDS: Final = 300.0
STOP_SECONDS: Final = 20.0
HEAP: Final = "512m"
# Quick to start; what is measured is measured with MEASURED.
QUICK: Final = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
MEASURED: Final = ("-XX:+UseG1GC",)
THREADS: Final = "org.opensearch.secure_sm.SecuredForkJoinWorkerThreadFactory"
JVM: Final = (
    "18-:-Djava.security.manager=allow",
    f"-Djava.util.concurrent.ForkJoinPool.common.threadFactory={THREADS}",
)


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Node:
    """One node in a folder of its own."""

    def __init__(
        self, number: int, home: Path, folder: Path, port: int, peers: Sequence[int], flags: Sequence[str]
    ) -> None:
        self.number, self.url = number, f"http://127.0.0.1:{port}"
        self._home, self._folder = home, folder / f"node-{number}"
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("config", "data", "logs", "tmp"):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(home / "config" / "log4j2.properties", self._folder / "config")
        seeds = ", ".join(f'"127.0.0.1:{peer}"' for peer in peers)
        settings = {
            "cluster.name": "kb-tests",
            "node.name": f"node-{number}",
            "network.host": "127.0.0.1",
            "http.port": port,
            "transport.port": peers[number - 1],
            "discovery.seed_hosts": f"[{seeds}]",
            "cluster.initial_cluster_manager_nodes": "node-1",  # others join it
            "path.data": self._folder / "data",
            "path.logs": self._folder / "logs",
            "action.auto_create_index": "false",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "cluster.info.update.interval": "10s",  # looks at disks
        }
        written = "".join(f"{name}: {value}\n" for name, value in settings.items())
        (self._folder / "config" / "opensearch.yml").write_text(written)
        options = (f"-Xms{HEAP}", f"-Xmx{HEAP}", *flags, f"-Djava.io.tmpdir={self._folder / 'tmp'}", *JVM)
        (self._folder / "config" / "jvm.options").write_text("\n".join(options) + "\n")

    def start(self) -> None:
        """Start the node; `Nodes.wait` waits until it takes part."""
        environment = {
            **os.environ,
            "OPENSEARCH_PATH_CONF": str(self._folder / "config"),
            "OPENSEARCH_TMPDIR": str(self._folder / "tmp"),
            "OPENSEARCH_JAVA_HOME": java_home(),
            "OPENSEARCH_JAVA_OPTS": "",
        }
        user = _other_user(self._folder)
        with (self._folder / "logs" / "start.log").open("wb") as log:
            self._process = subprocess.Popen(
                [self._home / "bin" / "opensearch"],
                cwd=self._folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=user,
                group=user,
                extra_groups=[] if user is not None else None,
            )

    @property
    def process(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it at once, as a machine that dies."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, as SIGSTOP for a machine that hangs."""
        assert self._process
        self._process.send_signal(number)

    def stop(self) -> None:
        """End it in good order, or at last at once."""
        if self.runs:
            assert self._process
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()


class Nodes:
    """A cluster of one node that can grow to `most`."""

    def __init__(self, home: Path, folder: Path, most: int, *, flags: Sequence[str] = QUICK) -> None:
        ports = free_ports(2 * most)
        self._every = [Node(n + 1, home, folder, ports[n], ports[most:], flags) for n in range(most)]
        self.all = self._every[:1]

    def grow(self, count: int) -> None:
        """Let so many nodes take part, or those that do already if they are more."""
        self.all = self._every[: max(count, len(self.all))]
        self.start()

    @property
    def urls(self) -> list[str]:
        return [node.url for node in self.all]

    def start(self) -> None:
        """Start those that do not run, and wait until all take part."""
        for node in self.all:
            if not node.runs:
                node.start()
        self.wait()

    def wait(self, *, count: int | None = None, status: str = "green") -> None:
        """Wait until `count` nodes take part, by default all, and nothing lacks."""
        count, end = count or len(self.all), time.monotonic() + START_SECONDS
        asked = f"/_cluster/health?wait_for_status={status}&wait_for_nodes={count}&timeout=2s"
        while time.monotonic() < end:
            for node in (each for each in self.all if each.runs):
                with suppress(httpx.HTTPError):
                    if httpx.get(node.url + asked, timeout=5).status_code == 200:
                        return
                time.sleep(0.2)
        raise TimeoutError(f"No {status} cluster of {count} nodes after {START_SECONDS:.0f} s.")

    def stop(self) -> None:
        """End all nodes."""
        for node in self.all:
            node.stop()


@contextmanager
def running(folder: Path, count: int, *, most: int = 0, flags: Sequence[str] = QUICK) -> Iterator[Nodes]:
    """Install and start a cluster below a folder, to grow to `most`; at the end stop it and remove what it stored."""
    if os.getuid() == 0 and (closed := _closed(folder)):
        raise PermissionError(
            f"OpenSearch does not run as root, and other users cannot enter {closed}: open it to them (chmod o+x), or "
            "install elsewhere: make test-cluster CLUSTER=/a/folder"
        )
    home, data = install(folder), folder / f"run-{os.getpid()}"
    nodes = Nodes(home, data, max(count, most), flags=flags)
    try:
        nodes.grow(count)
        yield nodes
    finally:
        nodes.stop()
        shutil.rmtree(data, ignore_errors=True)


def _closed(folder: Path) -> Path | None:
    """Return the folder on the way to this one that others cannot enter, if there is one."""
    folders = (each for each in (*reversed(folder.parents), folder) if each.exists())
    return next((each for each in folders if not each.stat().st_mode & stat.S_IXOTH), None)


def _other_user(folder: Path) -> int | None:
    """Return whom a node runs as, as it does not run as root, and give that user its folder."""
    if os.getuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    for path in (folder, *folder.rglob("*")):
        os.chown(path, nobody.pw_uid, nobody.pw_uid)
    return nobody.pw_uid


if __name__ == "__main__":
    with running(Path(sys.argv[1]).resolve(), int(sys.argv[2])) as started:
        print(" ".join(started.urls), flush=True)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: sys.exit(0))
        signal.pause()
