from __future__ import annotations

import hashlib
from itertools import repeat
from pathlib import Path

import pytest

from kb_service.meaning.model_files import ModelFile

FILE = ModelFile("model", 6, hashlib.sha256(b"abcdef").hexdigest())


def test_the_published_file_is_written(tmp_path: Path) -> None:
    FILE.save([b"abc", b"def"], tmp_path / "model")

    assert (tmp_path / "model").read_bytes() == b"abcdef"


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([b"abc"], id="too short"),
        pytest.param([b"abcdeX"], id="another byte"),
        pytest.param([b"abcdef", b"g"], id="too long"),
        pytest.param(repeat(b"abc"), id="endless"),
    ],
)
def test_any_other_file_is_refused(tmp_path: Path, chunks: list[bytes]) -> None:
    with pytest.raises(ValueError, match="model is not the published file"):
        FILE.save(chunks, tmp_path / "model")
