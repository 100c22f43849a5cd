"""What one run measured, and the names under which reports know it."""

from __future__ import annotations

from typing import Final, NamedTuple

from bench.answering import Answered
from bench.indexing import Indexed, Opened
from bench.meaning import Compared
from bench.serving import Load

OURS: Final = "kb_service"
ANY_QUESTION: Final = "2 to 10 words"
FEW_MATCHES: Final = "three rare words"


class Measured(NamedTuple):
    """One corpus; `compared` where the model is installed and the corpus is the usual size."""

    name: str
    indexed: Indexed
    opened: Opened
    answered: Answered
    compared: Compared | None = None


class Reindexed(NamedTuple):
    """The load of answers when all is quiet and while the index is built again and again."""

    quiet: Load
    busy: Load
    builds: int
