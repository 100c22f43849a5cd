"""`make audit` finds what is not what was locked, and never calls sound what it could not look up."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from email.message import Message
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[1] / "requirements/audit.py"
HASH = f"--hash=sha256:{'a' * 64}"


@pytest.fixture(scope="module")
def audit() -> Any:
    specification = importlib.util.spec_from_file_location("audit", SCRIPT)
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_what_is_installed_here_passes_without_asking_anybody() -> None:
    ran = subprocess.run([sys.executable, SCRIPT, "--offline"], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "is what was locked" in ran.stdout


def test_where_nobody_can_be_asked_it_fails_and_says_that_nothing_is_known(
    audit: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = subprocess.CompletedProcess([], 1, stdout="", stderr="Traceback\nConnectionError: no way")
    monkeypatch.setattr(subprocess, "run", lambda *given, **more: failed)

    assert audit.ask_for_advisories(audit.SHIPPED) == 3
    assert "NOT AUDITED" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("package", "code", "told"),
    [
        ({"name": "a", "version": "1", "vulns": []}, 0, "None of them has a known vulnerability."),
        ({"name": "a", "skip_reason": "not found"}, 3, "nothing is known of vulnerabilities there"),
        (
            {"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"], "description": "Bad."}]},
            1,
            "a 1 has CVE-1, mended in 2: Bad.",
        ),
    ],
    ids=["sound", "not looked up", "vulnerable"],
)
def test_what_is_said_of_packages_decides(
    audit: Any,
    package: dict[str, Any],
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = subprocess.CompletedProcess([], 0, stdout=json.dumps({"dependencies": [package]}), stderr="")
    monkeypatch.setattr(subprocess, "run", lambda *given, **more: report)

    assert audit.ask_for_advisories(audit.SHIPPED) == code
    assert told in "".join(capsys.readouterr())


@pytest.mark.parametrize(
    "line",
    [f"flask>=3 {HASH}", "flask==3.1.0", "flask==3.1.0 --hash=md5:0", f"flask @ https://a.example/f.whl {HASH}", "?"],
)
def test_a_line_of_a_lock_without_one_version_and_its_hash_is_found(audit: Any, line: str, tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(f"click==8.2.0 \\\n    {HASH}\n{line}\n", encoding="utf-8")

    assert len(list(audit.wrong_pins(lock))) >= 1
    assert all("click" not in problem for problem in audit.wrong_pins(lock))


def test_a_version_that_was_not_locked_is_found(audit: Any, tmp_path: Path) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text(f"click==0.0.1 {HASH}\nnot-installed-here==1 {HASH}\n", encoding="utf-8")

    (problem,) = audit.wrong_installed(lock)
    assert problem.startswith("click is installed in version ")


def test_a_file_that_was_changed_after_it_was_installed_is_found(audit: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("changed")
    (tmp_path / "b.py").write_text("")
    information = tmp_path / "a-1.dist-info"
    information.mkdir()
    empty = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
    record = "".join(f"{name}.py,sha256={empty},0\n" for name in "abc")
    (information / "RECORD").write_text(record)

    assert list(audit.changed_files(PathDistribution(information))) == ["a.py", "c.py"]


@pytest.mark.parametrize(
    ("header", "value", "expected"),
    [
        ("License-Expression", "MIT AND (BSD-3-Clause OR Apache-2.0)", []),
        ("License-Expression", "MIT AND AGPL-3.0-only", ["a is under AGPL-3.0-only: is that allowed?"]),
        ("Classifier", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)", ["a is under GNU General"]),
        ("License", "Proprietary", ["a is under Proprietary: is that allowed?"]),
        ("Name", "a", ["a says no licence"]),
    ],
)
def test_a_licence_that_may_not_be_shipped_is_found(
    audit: Any, header: str, value: str, expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lock.txt").write_text(f"a==1 {HASH}\n")
    said = Message()
    said[header] = value
    monkeypatch.setattr(audit.importlib.metadata, "metadata", lambda name: said)
    found = list(audit.wrong_licences(tmp_path / "lock.txt"))

    assert [each[: len(told)] for each, told in zip(found, expected, strict=True)] == expected
