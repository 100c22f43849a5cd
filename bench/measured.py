"""What one run measured, and the names under which reports know it."""

from __future__ import annotations

from typing import Final, NamedTuple

from bench.answering import Answered
from bench.indexing import Indexed, Opened
from bench.serving import Load

OURS: Final = "kb_service"
BARE: Final = "bare Flask JSON route"
ANY_QUESTION: Final = "2 to 10 words"
FEW_MATCHES: Final = "three rare words"


class Measured(NamedTuple):
    """One corpus."""

    name: str
    indexed: Indexed
    opened: Opened
    answered: Answered


class Reindexed(NamedTuple):
    """The load of answers when all is quiet and while the index is built again and again."""

    quiet: Load
    busy: Load
    builds: int
