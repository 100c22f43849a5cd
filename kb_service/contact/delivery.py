"""Delivers messages to where the operator wants them, a few at a time, and says in log and metrics what came of it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from kb_service.contact.message import Message
from kb_service.errors import NotDelivered

MOST_AT_ONCE: Final = 2  # of the threads that answer: a slow mail server must not take all of them
WAIT_SECONDS: Final = 1.0  # for one of those

Status = Literal["delivered", "failed"]

_log: Final = logging.getLogger(__name__)


class Way(Protocol):
    """How messages reach people."""

    def deliver(self, message: Message) -> None:
        """Return when it is delivered; raises NotDelivered when it is not."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Takes messages for one way; `observe` is told what came of each. Nothing of a message is ever logged."""

    way: Way
    observe: Callable[[Status], None] = lambda status: None
    _room: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(MOST_AT_ONCE))

    def deliver(self, message: Message) -> None:
        """Return when the message is delivered; raises NotDelivered when it is not."""
        started = time.monotonic()
        try:
            if not self._room.acquire(timeout=WAIT_SECONDS):
                raise NotDelivered("others are under way")
            try:
                self.way.deliver(message)
            finally:
                self._room.release()
        except NotDelivered as error:
            _log.error("a message of the contact form was not delivered, as its writer was told: %s", error)
            self.observe("failed")
            raise
        _log.info("a message of the contact form was delivered after %d ms", (time.monotonic() - started) * 1000)
        self.observe("delivered")
