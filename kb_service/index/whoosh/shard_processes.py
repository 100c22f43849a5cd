"""Writes shards in several processes: one for each core.

Run as `python -m kb_service.index.whoosh.shard_processes FOLDER`: shards come on stdin as JSON, finished passages are
counted on stdout, and the end of stdin ends the process: it does not outlive the build it works for.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec

from kb_service.content.workers import child_environment
from kb_service.errors import EngineUnavailable
from kb_service.index.whoosh.shards import Done, Shard, write_shard

IN_THIS_PROCESS: Final = 1_000  # passages up to which starting others (0.4 s) does not pay


def write_shards(folder: Path, shards: Sequence[Shard], *, processes: int, done: Done) -> None:
    """Write all shards below `folder`; `done` hears of finished passages, from several threads.

    Raises OSError, EngineUnavailable, or whatever Whoosh raises.
    """
    if sum(shard.passages for shard in shards) <= IN_THIS_PROCESS:
        for shard in shards:
            write_shard(folder, shard, done=done)
        return
    loads = [load for load in _divide(shards, processes) if load]
    with ThreadPoolExecutor(len(loads)) as threads:
        for _ in threads.map(lambda load: _write_in_child(folder, load, done), loads):
            pass


def _divide(shards: Sequence[Shard], processes: int) -> list[list[Shard]]:
    """Return about equal loads: the largest shard first, each to who has least."""
    loads: list[list[Shard]] = [[] for _ in range(processes)]
    for shard in sorted(shards, key=lambda shard: -shard.passages):
        min(loads, key=lambda load: sum(other.passages for other in load)).append(shard)
    return loads


def _write_in_child(folder: Path, shards: Sequence[Shard], done: Done) -> None:
    command = [sys.executable, "-P", "-m", __name__, str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603  # our own module
        command, stdin=pipe, stdout=pipe, stderr=pipe, env=child_environment(), start_new_session=True
    ) as child:
        assert child.stdin
        assert child.stdout
        assert child.stderr
        child.stdin.write(msgspec.json.encode(shards) + b"\n")
        child.stdin.flush()
        for line in child.stdout:
            done(int(line))
        reason = child.stderr.read().decode(errors="replace").strip().rpartition("\n")[2]
    if child.returncode:
        raise EngineUnavailable(f"The index cannot be written: {reason or f'exit code {child.returncode}'}.")


def main(folder: str) -> None:
    """Write shards for the process that holds our stdin."""
    shards = msgspec.json.decode(sys.stdin.buffer.readline(), type=list[Shard])
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for shard in shards:
        write_shard(Path(folder), shard, done=lambda count: print(count, flush=True))


def _end_with_parent() -> None:
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1])
