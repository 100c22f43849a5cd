"""What is installed from the built wheel: everything that runs, nothing that only tests."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.message import Message
from email.parser import BytesParser
from pathlib import Path

import pytest

from kb_service import __version__

ROOT = Path(__file__).parents[1]
SOURCES = ("kb_service", "pyproject.toml", "README.md", "LICENSE")
LEFT_OUT = ("__pycache__", "*.egg-info")
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"  # as installers do


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built from a copy, so that nothing of an earlier build is in it."""
    folder = tmp_path_factory.mktemp("source")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(*LEFT_OUT))
        else:
            shutil.copy(ROOT / name, folder / name)
    subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


@pytest.fixture(scope="session")
def metadata(wheel: zipfile.ZipFile) -> Message:
    (name,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return BytesParser().parsebytes(wheel.read(name))


def test_every_file_of_the_package_is_in_it(wheel: zipfile.ZipFile) -> None:
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "kb_service").rglob("*") if path.is_file()}
    expected = {name for name in files if "__pycache__" not in name}

    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == expected
    assert {"kb_service/py.typed", "kb_service/web/templates/base.html", "kb_service/web/static/style.css"} <= expected


def test_it_tells_its_version_and_licence(wheel: zipfile.ZipFile, metadata: Message) -> None:
    assert (metadata["Name"], metadata["Version"]) == ("kb-service", __version__)
    assert metadata["License-Expression"] == "MIT"
    assert any(name.endswith("/LICENSE") for name in wheel.namelist())


def test_it_installs_the_program(wheel: zipfile.ZipFile) -> None:
    (name,) = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]

    assert wheel.read(name).decode().splitlines() == ["[console_scripts]", "kb = kb_service.commands:main"]


def test_what_only_tests_and_meaning_need_is_optional(metadata: Message) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    optional = {name for names in extras.values() for name in names}
    plain = [line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line]

    assert not {name.partition(">")[0] for name in optional} & {line.partition(">")[0] for line in plain}
    assert set(metadata.get_all("Provides-Extra", [])) == set(extras)
