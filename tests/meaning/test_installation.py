from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from kb_service.errors import DependencyFailed
from kb_service.meaning.installation import LocalSource, install_model
from kb_service.meaning.installed_model import ModelFile, model_status, open_encoder
from tests.meaning.conftest import Published


@dataclass
class CountedSource:
    """Counts how often it is asked."""

    folder: Path
    asked: list[Path] = field(default_factory=list)
    name: str = "counted"

    def fetch(self, files: Sequence[ModelFile], into: Path) -> None:
        self.asked.append(into)
        LocalSource(self.folder).fetch(files, into)


def test_an_installed_model_encodes(published: Published, tmp_path: Path) -> None:
    status = install_model(tmp_path, source=published.folder, model=published.model)

    encoder = open_encoder(tmp_path, model=published.model)

    assert (status.installed, status.reason, status.dimensions) == (True, "", 32)
    assert encoder is not None
    assert (encoder.name, encoder.dimensions) == ("tiny-1", 32)
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "LOCK", "MODEL.json", "model.onnx", "tiny-1", "tokenizer.json",
    ]  # fmt: skip


def test_a_whole_model_is_not_installed_again(published: Published, tmp_path: Path) -> None:
    source = CountedSource(published.folder)

    for _ in range(2):
        status = install_model(tmp_path, model=published.model, public_sources=[source])

    assert status.installed
    assert len(source.asked) == 1


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "MODEL.json"])
def test_a_damaged_model_is_found_out_and_installed_again(published: Published, tmp_path: Path, name: str) -> None:
    install_model(tmp_path, source=published.folder, model=published.model)
    (tmp_path / "tiny-1" / name).write_bytes(b"damaged")

    damaged = model_status(tmp_path, model=published.model)
    repaired = install_model(tmp_path, source=published.folder, model=published.model)

    assert not damaged.installed
    assert "kb model install" in damaged.reason
    assert repaired.installed
    assert not list(tmp_path.glob("tmp-*"))


def test_a_model_that_says_something_else_is_refused_and_leaves_nothing(published: Published, tmp_path: Path) -> None:
    other = replace(published.model, reference={"Pay invoices": (0.9,) * 12})

    with pytest.raises(DependencyFailed, match="from the reference"):
        install_model(tmp_path, source=published.folder, model=other)

    assert [path.name for path in tmp_path.iterdir()] == ["LOCK"]


def test_what_a_killed_installation_left_is_removed(published: Published, tmp_path: Path) -> None:
    (tmp_path / "tmp-killed").mkdir()
    (tmp_path / "tmp-killed" / "model.safetensors").write_bytes(b"half")

    install_model(tmp_path, source=published.folder, model=published.model)

    assert sorted(path.name for path in tmp_path.iterdir()) == ["LOCK", "tiny-1"]


def test_two_installations_at_once_fetch_once(published: Published, tmp_path: Path) -> None:
    source = CountedSource(published.folder)
    installers = [
        threading.Thread(
            target=install_model, args=(tmp_path,), kwargs={"model": published.model, "public_sources": [source]}
        )
        for _ in range(2)
    ]
    for installer in installers:
        installer.start()
    for installer in installers:
        installer.join()

    assert model_status(tmp_path, model=published.model).installed
    assert len(source.asked) == 1


def test_a_folder_that_cannot_be_made_is_told(published: Published, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DependencyFailed, match="cannot be written to"):
        install_model(tmp_path / "file", source=published.folder, model=published.model)


def test_the_same_files_give_the_same_vectors_wherever_installed(published: Published, tmp_path: Path) -> None:
    vectors = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        install_model(folder, source=published.folder, model=published.model)
        encoder = open_encoder(folder, model=published.model)
        assert encoder is not None
        vectors.append(encoder.encode_one("where is my bill"))

    assert np.array_equal(*vectors)
