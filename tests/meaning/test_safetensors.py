from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb_service.meaning.safetensors import read_safetensors
from tests.meaning.tiny_model import write_safetensors


def test_tensors_come_back_as_written(tmp_path: Path) -> None:
    tensors = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.ones(1, dtype=np.float32)}
    write_safetensors(tmp_path / "file", tensors)

    found = read_safetensors(tmp_path / "file")

    assert sorted(found) == ["a", "b"]
    assert all(np.array_equal(found[name], tensors[name]) for name in tensors)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"short", id="no header length"),
        pytest.param((1 << 40).to_bytes(8, "little") + b"{}", id="header longer than the file"),
        pytest.param((2).to_bytes(8, "little") + b"{x", id="header is no JSON"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "file").write_bytes(data)

    with pytest.raises(ValueError, match=r"header|property name"):
        read_safetensors(tmp_path / "file")
