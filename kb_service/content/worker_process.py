"""One process that reads articles: messages go in and come out without waiting for it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

from kb_service.content.child_environment import child_environment
from kb_service.content.worker import frame, take_frames

READ_BYTES: Final = 1 << 20


class WorkerProcess:
    """Started when it is first sent something, and again after `stop`."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None
        self.ended = False
        self._outgoing = bytearray()
        self._incoming = bytearray()

    @property
    def has_unsent(self) -> bool:
        """Whether the process has not taken all yet that it was sent."""
        return bool(self._outgoing)

    def pipes(self) -> tuple[int, int]:
        """Return the descriptors by which the running process is written to and read from."""
        assert self.process
        assert self.process.stdin
        assert self.process.stdout
        return self.process.stdin.fileno(), self.process.stdout.fileno()

    def send(self, message: bytes) -> None:
        """Send a message, as much of it as the process takes now; `flush` sends the rest."""
        if self.process is None:
            self._start()
        self._outgoing += frame(message)
        self.flush()

    def flush(self) -> None:
        """Send what the process takes now."""
        try:
            del self._outgoing[: os.write(self.pipes()[0], self._outgoing)]
        except BlockingIOError:
            return
        except BrokenPipeError:  # it has ended, and is found to have when it is read from
            self._outgoing.clear()

    def receive(self) -> list[bytes]:
        """Return the messages that are complete by now; `ended` tells when none will follow."""
        try:
            received = os.read(self.pipes()[1], READ_BYTES)
        except BlockingIOError:
            return []
        self.ended = not received
        self._incoming += received
        return take_frames(self._incoming)

    def stop(self) -> int:
        """End the process and return its exit code, 0 if there is none."""
        process, self.process, self.ended = self.process, None, False
        self._outgoing.clear()
        self._incoming.clear()
        if process is None:
            return 0
        process.kill()
        code = process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()
        return code

    def _start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "kb_service.content.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env=child_environment(),
            start_new_session=True,  # Ctrl-C is for us: the worker ends with its stdin
        )
        for pipe in self.pipes():
            os.set_blocking(pipe, False)
