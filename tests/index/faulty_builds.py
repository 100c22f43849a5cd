"""Builds in a process of their own to which something happens: killed at a file operation, or the disk is full.

Python tells audit hooks of every file that is opened, made, renamed or removed. So no code has to be replaced to count
these operations, to die before one of them, or to let it fail.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from kb_service.errors import EngineUnavailable
from kb_service.index.generations import Generations
from kb_service.index.whoosh.engine import WhooshEngine
from tests.builders import an_article

OPERATIONS = frozenset("open os.mkdir os.rename os.remove os.rmdir os.link os.scandir os.listdir".split())
BUILT, REFUSED, UNHARMED, ESCAPED = 0, 3, 4, 70  # exit codes; ESCAPED: an error that is none of ours
FORMAT = "test"

Build = Callable[[Path], None]
Fault = Callable[[], None]


def build_in_child(build: Build, folder: Path, *, at: int, fault: Fault) -> int:
    """Build in a process in which `fault` happens before file operation number `at`; UNHARMED when there are fewer."""
    return in_child(_build_with_fault, build, folder, at, fault)


def build_on_full_disk(build: Build, folder: Path, *, largest_file_bytes: int) -> int:
    """Build in a process in which no file can grow beyond this size."""
    return in_child(_build_with_limit, build, folder, largest_file_bytes)


def build_index(folder: Path) -> None:
    """A Whoosh index of both audiences."""
    article = an_article("new", "many words " * 500, agent_texts=["secret"])
    WhooshEngine(folder).replace_all([article], source="new")


def build_two_files(folder: Path) -> None:
    """The least that a generation can hold, for trying each of its steps."""
    generations = Generations(folder, format=FORMAT)
    with generations.locked():
        generations.publish(write_two_files, source="new")


def write_two_files(folder: Path) -> tuple[int, int]:
    (folder / "part").mkdir()
    for name in ("one", "two"):
        (folder / "part" / name).write_text(name, encoding="utf-8")
    return 1, 2


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def no_space() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def in_child(target: Callable[..., None], *arguments: Any) -> int:
    """Call `target` in a process of its own; return how that ended, as Popen.returncode does."""
    context = get_context("forkserver")  # forks from a process without threads: safe, and quick once it has started
    context.set_forkserver_preload([__name__])
    process = context.Process(target=target, args=arguments)
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def _build_with_fault(build: Build, folder: Path, at: int, fault: Fault) -> None:
    below = str(folder)
    done = 0

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal done
        if event in OPERATIONS and str(arguments[0]).startswith(below):
            done += 1
            if done == at:
                fault()

    sys.addaudithook(watch)
    _exit_after(build, folder)
    sys.exit(BUILT if done >= at else UNHARMED)


def _build_with_limit(build: Build, folder: Path, largest_file_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file_bytes, largest_file_bytes))
    _exit_after(build, folder)


def _exit_after(build: Build, folder: Path) -> None:
    try:
        build(folder)
    except EngineUnavailable:
        sys.exit(REFUSED)
    except Exception as error:
        print(f"escaped: {error!r}", file=sys.stderr)
        sys.exit(ESCAPED)
