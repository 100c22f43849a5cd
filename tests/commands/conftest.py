"""`kb` as somebody types it, in a folder with a small help centre and its index."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kb_service.commands import run
from kb_service.indexing import update_index
from kb_service.settings import Settings
from tests.billing_articles import write_billing_articles


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


class Kb:
    """Runs `kb` in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> Ran:
        self._capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        return Ran(code, *self._capsys.readouterr())


@pytest.fixture(scope="session")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    write_billing_articles(folder / "articles")
    update_index(Settings(articles=folder / "articles", index=folder / ".kb/index", model=None))
    return folder


@pytest.fixture
def folder(_built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command runs: `articles/` and `.kb/index` as a new checkout has them after `kb index`."""
    shutil.copytree(_built, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KB_MODEL", "off")
    return tmp_path


@pytest.fixture
def kb(folder: Path, capsys: pytest.CaptureFixture[str]) -> Kb:
    return Kb(capsys)
