"""Whatever a program sends, the API answers as its OpenAPI document says: schemathesis, with all its checks.

It sends the same at each run. A finding is mended in the service or in the document.
"""

from __future__ import annotations

import subprocess
import sysconfig
from pathlib import Path

import pytest

from kb_service.accounts.access import Access
from kb_service.knowledge_base import KnowledgeBase
from kb_service.web.operations import AGENT_OPERATIONS, OPERATIONS
from tests.browser.service import serving
from tests.record.builders import a_record
from tests.web.console.builders import a_console

pytestmark = pytest.mark.slow

EXAMPLES = 10  # of each operation, beside those that its limits give
MOST_SECONDS = 600  # of a machine that does other things too
PHASES = "examples,coverage,fuzzing,stateful"


def test_every_operation_is_as_it_is_documented(access: Access, billing: KnowledgeBase, tmp_path: Path) -> None:
    token = access.tokens.add("tested", ["answers:public", "answers:agent", "reports"], days=1)[1]
    app = a_console(access, billing, base_url="", record=a_record(tmp_path / "record"))
    program = Path(sysconfig.get_path("scripts"), "schemathesis")
    with serving(app) as port:
        command = [program, "run", f"http://127.0.0.1:{port}/api/v1/openapi.json", "--checks", "all", "--no-color"]
        command += ["--phases", PHASES, "--max-examples", str(EXAMPLES), "--generation-deterministic"]
        command += ["--generation-allow-x00", "true", "--header", f"Authorization: Bearer {token}"]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=MOST_SECONDS)

    assert ran.returncode == 0, "\n".join(line[:500] for line in (ran.stdout + ran.stderr).splitlines())
    assert f"Tested: {len((*OPERATIONS, *AGENT_OPERATIONS))}" in ran.stdout
