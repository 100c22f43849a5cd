"""Where the workers of one server count together: made before anything that counts is imported."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client reads it when it is imported


@contextmanager
def shared_metrics() -> Iterator[None]:
    """Give workers that are started inside one private folder to count in; without it each tells of itself alone.

    A folder that the operator has named is left to the operator.
    """
    if FOLDER in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="kb-metrics-") as folder:
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            del os.environ[FOLDER]
