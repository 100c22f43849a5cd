"""The process in which articles are read: hostile Markdown can exhaust this one, and nothing else.

Run as `python -m kb_service.content.worker` by `worker_pool`: tasks come on stdin and readings go to stdout, each as
its length (4 bytes) and MessagePack. The end of stdin ends the process.
"""

from __future__ import annotations

import os
import resource
import struct
from typing import IO, Final

import msgspec

from kb_service.content.reading import read_article
from kb_service.content.rendering import Renderer

CPU_SECONDS: Final = 5  # for one article; the largest of 17,000 real ones took 0.4 s
MEMORY_BYTES: Final = 512 << 20  # of address space; reading real articles takes 90 MB
_LENGTH: Final = struct.Struct(">I")


class Task(msgspec.Struct, frozen=True):
    """One file to read: its path below the articles folder and its bytes."""

    path: str
    source: bytes


def frame(message: bytes) -> bytes:
    """Return a message behind its length."""
    return _LENGTH.pack(len(message)) + message


def take_frames(received: bytearray) -> list[bytes]:
    """Take the messages that are complete from the beginning of `received`, and return them."""
    messages = []
    end = 0
    while end + _LENGTH.size <= len(received):
        (length,) = _LENGTH.unpack_from(received, end)
        start, stop = end + _LENGTH.size, end + _LENGTH.size + length
        if stop > len(received):
            break
        messages.append(bytes(received[start:stop]))
        end = stop
    del received[:end]
    return messages


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Return the next message, or None at the end of the stream, even in the middle of a message."""
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    message = stream.read(length)
    return message if len(message) == length else None


def main() -> None:
    """Read articles until stdin ends."""
    tasks = os.fdopen(0, "rb")
    readings = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not get between the messages
    _lower_limit(resource.RLIMIT_AS, MEMORY_BYTES)
    renderer = Renderer()
    decoder = msgspec.msgpack.Decoder(Task)
    while (message := read_frame(tasks)) is not None:
        task = decoder.decode(message)
        _lower_limit(resource.RLIMIT_CPU, _cpu_seconds_used() + CPU_SECONDS)
        readings.write(frame(msgspec.msgpack.encode(read_article(task.path, task.source, renderer))))
        readings.flush()


def _cpu_seconds_used() -> int:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return int(usage.ru_utime + usage.ru_stime) + 1


def _lower_limit(kind: int, value: int) -> None:
    """Set the soft limit, as far as the hard one allows; beyond it the system ends the process or refuses memory."""
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


if __name__ == "__main__":
    main()
