"""`kb status`: what is served, what is stale, which settings are in force."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kb_service.settings import FIELDS, SECRETS
from tests.commands.conftest import Kb

KEY = "k" * 32


def test_it_tells_index_model_and_stale_articles(kb: Kb) -> None:
    ran = kb("status")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Index: generation 000001-")
    assert "7 articles, 10 passages.\nStored for public: " in ran.out
    assert "\nModel: none, answers are found by words alone.\n" in ran.out
    assert ": invoices.\n" in ran.out


def test_every_setting_is_told_but_secrets(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_STAFF_KEY", KEY)
    monkeypatch.setenv("KB_PORT", "8123")
    out = kb("status").out

    assert KEY not in out
    assert "KB_PORT=8123\n" in out
    assert {name for name in FIELDS if f"KB_{name.upper()}=" not in out} == set()
    assert {name for name in FIELDS if f"KB_{name.upper()}=(set)" in out} == {"staff_key"}
    assert {name for name in FIELDS if f"KB_{name.upper()}=(not set)" in out} == SECRETS - {"staff_key"}


def test_settings_are_written_as_they_would_be_set(kb: Kb, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_ALLOWED_ORIGINS", "https://a.example,https://b.example")
    monkeypatch.setenv("KB_RATE_LIMIT", "off")
    lines = kb("status").out.splitlines()

    assert {"KB_ALLOWED_ORIGINS=https://a.example,https://b.example", "KB_RATE_LIMIT=off", "KB_MODEL=off"} <= {*lines}


def test_json_tells_the_same(kb: Kb) -> None:
    data = kb("status", "--json").data

    assert list(data) == [
        "ready",
        "reason",
        "index",
        "storage",
        "last_build",
        "model",
        "stale",
        "left_out",
        "next_change",
        "settings",
    ]
    assert (data["ready"], data["index"]["articles"], data["stale"]) == (True, 7, ["invoices"])
    assert data["settings"]["articles"] == "articles"


def test_it_tells_what_whoosh_says_of_its_index(kb: Kb) -> None:
    said = kb("status", "--json").data["storage"]["public"]

    assert (said["documents"], said["deleted documents"], said["segments"]) == ("10", "0", "1")
    assert int(said["terms"]) > 50
    assert said["written by Whoosh"].startswith("2.7.")


@pytest.mark.parametrize("arguments", [(), ("--json",)], ids=["text", "json"])
def test_without_an_index_it_says_why_and_fails(kb: Kb, folder: Path, arguments: tuple[str, ...]) -> None:
    shutil.rmtree(folder / ".kb/index")
    ran = kb("status", *arguments)

    assert ran.code == 3
    assert "There is no index in .kb/index. Build it: kb index." in ran.out
