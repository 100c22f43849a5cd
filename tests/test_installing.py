"""uv is installed once, and looks for packages where pip would."""

from __future__ import annotations

import doctest
import importlib.util
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
