"""Nobody is told that the service runs: what it is built on sends no reports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_onnxruntime_marks_no_machine_and_reports_nothing(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environ |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    program = "import kb_service.meaning.vectors, onnxruntime; onnxruntime.SessionOptions()"

    subprocess.run([sys.executable, "-c", program], env=environ, check=True)

    assert list(tmp_path.iterdir()) == []
