"""uv looks for packages where pip would; make says at once what it needs and cannot set up itself."""

from __future__ import annotations

import doctest
import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def pinned_uv() -> ModuleType:
    spec = importlib.util.spec_from_file_location("pinned_uv", ROOT / "requirements" / "pinned_uv.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def variables(pinned_uv: ModuleType, listed: str) -> dict[str, str]:
    """What uv is told of the configuration that pip listed."""
    told: dict[str, str] = pinned_uv.uv_variables(pinned_uv.pip_options(listed))
    return told


def test_the_examples_of_pinned_uv_are_right(pinned_uv: ModuleType) -> None:
    result = doctest.testmod(pinned_uv)

    assert (result.failed, result.attempted) == (0, 2)


def test_uv_takes_the_index_that_pip_is_configured_to_use(pinned_uv: ModuleType) -> None:
    listed = (
        "global.index-url='https://all.example/simple'\n"
        "install.index-url='https://installs.example/simple'\n"
        "install.extra-index-url='https://one.example/simple\\nhttps://two.example/simple'\n"
        "freeze.index-url='https://never.example/simple'\n"
    )

    assert variables(pinned_uv, listed) == {
        "UV_DEFAULT_INDEX": "https://installs.example/simple",
        "UV_INDEX": "https://one.example/simple https://two.example/simple",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_pips_variables_win_over_its_files(pinned_uv: ModuleType) -> None:
    listed = ":env:.index-url='https://mine.example/simple'\nglobal.index-url='https://all.example/simple'\n"

    assert variables(pinned_uv, listed) == {"UV_DEFAULT_INDEX": "https://mine.example/simple"}


def test_certificates_proxies_and_patience_are_handed_on(pinned_uv: ModuleType, tmp_path: Path) -> None:
    listed = (
        f":env:.cert={str(tmp_path)!r}\nglobal.proxy='http://127.0.0.1:3128'\n"
        ":env:.default-timeout='180'\nglobal.trusted-host='one.example two.example'\n"
    )

    assert variables(pinned_uv, listed) == {
        "SSL_CERT_DIR": str(tmp_path),
        "ALL_PROXY": "http://127.0.0.1:3128",
        "UV_HTTP_TIMEOUT": "180",
        "UV_INSECURE_HOST": "one.example two.example",
    }


def test_a_folder_of_wheels_that_is_not_there_is_passed_over(pinned_uv: ModuleType, tmp_path: Path) -> None:
    listed = f"global.find-links={f'{tmp_path} {tmp_path}/none https://wheels.example/'!r}\n"

    assert variables(pinned_uv, listed) == {"UV_FIND_LINKS": f"{tmp_path},https://wheels.example/"}


def test_what_pip_lists_with_nothing_configured_says_nothing_to_uv(pinned_uv: ModuleType) -> None:
    assert variables(pinned_uv, "") == {}


GOOD = "exit 0"
TOO_OLD = "exit 1"
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'


def told(folder: Path, target: str, *, python: str | None, chromium: bool) -> tuple[int, str]:
    """Ask what `make TARGET` needs where `python3` is such a script; return the exit code and what was said."""
    programs = {"python3": python, "chromium": GOOD if chromium else None}
    for name, script in programs.items():
        if script is not None:
            (folder / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            (folder / name).chmod(0o755)
    shell = shutil.which("sh")
    assert shell
    command = [shell, str(ROOT / "requirements" / "needs.sh"), target, *(["python3"] if python else [])]
    done = subprocess.run(command, env={"PATH": str(folder)}, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("target", "python", "chromium"),
    [("run", GOOD, False), ("check", GOOD, False), ("test", GOOD, True), ("run", None, False), ("test", None, True)],
)
def test_nothing_is_said_where_nothing_is_missing(
    target: str, python: str | None, chromium: bool, tmp_path: Path
) -> None:
    assert told(tmp_path, target, python=python, chromium=chromium) == (0, "")


@pytest.mark.parametrize(
    ("target", "python", "missing", "packages"),
    [
        ("run", TOO_OLD, "Python 3.11 or newer", "python3 python3-venv"),
        ("run", WITHOUT_VENV, "virtual environments", "python3-venv"),
        ("test", GOOD, "Chromium", "chromium"),
        ("test", None, "Chromium", "chromium"),
        ("test", WITHOUT_VENV, "Chromium", "python3-venv chromium"),
        ("test-cluster", GOOD, "Maven, Java 17", "maven openjdk-17-jre-headless"),
    ],
)
def test_what_is_missing_is_said_in_one_line_with_how_to_get_it(
    target: str, python: str | None, missing: str, packages: str, tmp_path: Path
) -> None:
    code, said = told(tmp_path, target, python=python, chromium=False)

    assert code == 1
    assert re.fullmatch(rf"make {target} needs .*{missing}.*: on Debian, apt-get install {packages}\n", said)
