"""What agents may know: a knowledge base over their index, opened when somebody who may see it asks first."""

from __future__ import annotations

import threading
from collections.abc import Callable

from kb_service.knowledge_base import KnowledgeBase


class AgentKnowledge:
    """Holds what `open_it` returns. Views behind the gate alone ask for it; nothing public has a way here."""

    def __init__(self, open_it: Callable[[], KnowledgeBase]) -> None:
        self._open = open_it
        self._opened: KnowledgeBase | None = None
        self._opening = threading.Lock()

    def __call__(self) -> KnowledgeBase:
        with self._opening:
            if self._opened is None:
                self._opened = self._open()
            return self._opened

    @property
    def is_open(self) -> bool:
        """Tell whether the index for agents has been opened in this process."""
        return self._opened is not None
