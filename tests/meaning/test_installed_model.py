from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from kb_service.errors import DependencyFailed
from kb_service.meaning.installed_model import (
    MINILM,
    Axes,
    Manifest,
    describe_file,
    missing_packages,
    model_status,
    open_encoder,
)
from tests.meaning.conftest import Published


def test_switched_off_there_is_no_encoder() -> None:
    status = model_status(None)

    assert (status.installed, status.path, status.reason) == (False, None, "switched off")
    assert open_encoder(None) is None


def test_without_a_model_the_reason_says_how_to_get_one(tmp_path: Path) -> None:
    assert model_status(tmp_path).reason == "not installed: run kb model install"
    assert open_encoder(tmp_path / "nowhere") is None


@pytest.mark.parametrize("manifest", [b"", b"{}", b"\xff", b'{"dimensions": 3, "files": 5}'])
def test_an_unreadable_manifest_is_no_model(tmp_path: Path, published: Published, manifest: bytes) -> None:
    (tmp_path / "tiny-1").mkdir()
    (tmp_path / "tiny-1" / "MODEL.json").write_bytes(manifest)

    assert model_status(tmp_path, model=published.model).reason.startswith("not installed")


def test_a_whole_model_that_cannot_be_run_is_an_error_that_says_what_to_do(
    tmp_path: Path, published: Published
) -> None:
    folder = tmp_path / "tiny-1"
    folder.mkdir()
    for name in ("model.onnx", "tokenizer.json"):
        (folder / name).write_bytes(b"of another time")
    files = {name: describe_file(folder / name) for name in ("model.onnx", "tokenizer.json")}
    (folder / "MODEL.json").write_bytes(msgspec.json.encode(Manifest(dimensions=32, files=files)))

    with pytest.raises(DependencyFailed, match="KB_MODEL=off"):
        open_encoder(tmp_path, model=published.model)


def test_missing_packages_are_named_with_their_extra() -> None:
    assert missing_packages(["numpy"]) == ""
    assert missing_packages(["numpy", "nosuch"]) == "nosuch missing: run pip install 'kb-service[meaning]'"


def test_importing_the_package_needs_none_of_the_optional_ones() -> None:
    code = (
        "import sys, kb_service.meaning.installation, kb_service.meaning.vectors\n"
        "print(sorted({'onnx', 'onnxruntime', 'tokenizers'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_damaged_axes_are_not_used(tmp_path: Path) -> None:
    assert MINILM.axes is not None
    damaged = tmp_path / "axes.npy"
    damaged.write_bytes(MINILM.axes.path.read_bytes() + b"x")

    with pytest.raises(ValueError, match="SHA-256"):
        Axes(damaged, MINILM.axes.sha256).floats()


def test_the_axes_in_the_package_are_at_right_angles() -> None:
    assert MINILM.axes is not None
    axes = MINILM.axes.floats()

    assert axes.shape == (384, 64)
    assert axes.T @ axes == pytest.approx(np.eye(64), abs=0.01)
