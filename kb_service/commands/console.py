"""Where commands print what people read."""

from __future__ import annotations

import sys
from typing import Final

from rich.console import Console

PLAIN_WIDTH: Final = 100


def console() -> Console:
    """Return a console on stdout: colours on a terminal alone and without NO_COLOR, elsewhere PLAIN_WIDTH wide."""
    return Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
