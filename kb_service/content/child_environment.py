"""What a child process is given to find our modules by, and nothing that is secret."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

import kb_service

_KEPT: Final = ("LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TMPDIR")


def child_environment() -> dict[str, str]:
    """Return an environment in which a child process finds the modules that we have, however we were started."""
    root = str(Path(kb_service.__file__).parent.parent)
    search_path = os.pathsep.join([root, *filter(None, sys.path)])
    return {"PYTHONPATH": search_path, **{key: os.environ[key] for key in _KEPT if key in os.environ}}
