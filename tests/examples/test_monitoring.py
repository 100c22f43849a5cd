"""The alert rules and the dashboard ask for metrics that there are, in words that Prometheus understands."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from kb_service.app import create_app
from kb_service.settings import Settings
from tests.lacking import lacks
from tests.web.fakes import FixedKnowledgeBase

FOLDER = Path(__file__).parents[2] / "examples/monitoring"


def test_promtool_accepts_the_rules_and_what_the_dashboard_asks(tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        lacks("promtool is not installed: apt-get install prometheus")
    dashboard = json.loads((FOLDER / "kb-dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = [{"record": f"panel:{number}", "expr": expression} for number, expression in enumerate(asked)]
    panels = tmp_path / "panels.yml"
    panels.write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8")
    ran = subprocess.run(
        [promtool, "check", "rules", FOLDER / "kb-alerts.yml", panels], capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    assert len(asked) >= 15


@pytest.mark.slow
def test_all_metrics_that_are_asked_for_are_there() -> None:
    client = create_app(Settings(metrics="public"), knowledge_base=FixedKnowledgeBase()).test_client()
    client.get("/api/v1/answer?q=a")
    told = client.get("/metrics").get_data(as_text=True)
    asked = (FOLDER / "kb-alerts.yml").read_text() + (FOLDER / "kb-dashboard.json").read_text()
    in_a_folder = {"kb_index_generation_number"}  # the others are there whatever the index lies in
    names = set(re.findall(r"\b(?:kb|process)_[a-z_]+", re.sub(r"#.*", "", asked)))

    assert len(names) >= 15
    assert {name for name in names if f"\n{name}" not in told} == in_a_folder
