"""`kb model`: is the model there, and what if it cannot be had?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Kb


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_MODEL", "model")


def test_a_model_that_is_not_there_is_a_finding(kb: Kb) -> None:
    ran = kb("model", "status")

    assert ran.code == 1
    assert "not installed: run kb model install. Answers are found by words alone." in ran.out


def test_json_tells_where_it_would_be(kb: Kb) -> None:
    data = kb("model", "status", "--json").data

    assert list(data) == ["installed", "path", "name", "reason", "dimensions"]
    assert (data["installed"], data["path"]) == (False, f"model/{data['name']}")


def test_what_is_switched_off_is_said(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_MODEL", "off")

    assert kb("model", "status", "--json").data["path"] is None
    assert kb("model", "install").out == "The model is switched off (KB_MODEL=off).\n"


def test_files_that_are_not_there_cannot_be_installed(kb: Kb, folder: Path) -> None:
    (folder / "empty").mkdir()
    ran = kb("model", "install", "--from", "empty")

    assert (ran.code, ran.out) == (3, "")
    assert "empty" in ran.err


def test_an_optional_model_that_cannot_be_had_is_no_failure(kb: Kb, folder: Path) -> None:
    (folder / "empty").mkdir()
    ran = kb("model", "install", "--optional", "--from", "empty")

    assert ran.code == 0
    assert ran.err.endswith("Going on without the model: answers are found by words alone.\n")


def test_a_source_that_is_nowhere_is_wrong_usage(kb: Kb) -> None:
    assert kb("model", "install", "--from", "nowhere").code == 2
