"""Which commit this is: that of the checkout it lies in, or the one that pip installed it from."""

from __future__ import annotations

import importlib.metadata
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

SHOWN: Final = 12  # characters of a commit


def commit(package: Path = Path(__file__).parent) -> str:
    """Return its first characters, with "+" where files have changed since; "" where nobody knows."""
    return _of_checkout(package.parent) or _of_installation()


def _of_checkout(root: Path) -> str:
    if not (root / ".git").exists():  # another project's may lie above what is installed
        return ""
    command = ["git", "-C", str(root), "describe", "--always", f"--abbrev={SHOWN}", "--exclude=*", "--dirty=+"]
    with suppress(OSError, subprocess.SubprocessError):
        told = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)  # noqa: S603
        return told.stdout.strip()
    return ""


def _of_installation() -> str:
    """See PEP 610: what pip notes of an installation from a repository."""
    with suppress(importlib.metadata.PackageNotFoundError, OSError, msgspec.DecodeError):
        noted = importlib.metadata.distribution("kb-service").read_text("direct_url.json") or "{}"
        source = msgspec.json.decode(noted, type=dict[str, Any]).get("vcs_info", {})
        return str(source.get("commit_id", ""))[:SHOWN]
    return ""
