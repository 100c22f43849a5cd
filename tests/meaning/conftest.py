"""A tiny model for most tests; the real one, installed once into the checkout, for the few that need it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb_service.meaning.installation import install_model
from kb_service.meaning.installed_model import Model, model_status, open_encoder
from kb_service.meaning.vectors import OnnxEncoder
from tests.lacking import lacks
from tests.meaning.tiny_model import make_tiny_model

REAL_MODEL = Path(__file__).parents[2] / ".kb" / "model"


@dataclass(frozen=True)
class Published:
    """Where a model's files lie, as its publisher gave them."""

    folder: Path
    model: Model


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("published")
    return Published(folder, make_tiny_model(folder))


@pytest.fixture(scope="session")
def tiny_encoder(published: Published, tmp_path_factory: pytest.TempPathFactory) -> OnnxEncoder:
    folder = tmp_path_factory.mktemp("installed")
    install_model(folder, source=published.folder, model=published.model)
    encoder = open_encoder(folder, model=published.model)
    assert encoder is not None
    return encoder


@pytest.fixture(scope="session")
def real_encoder() -> OnnxEncoder:
    """CI installs the model; elsewhere nobody is made to fetch 90 MB by running the tests."""
    status = install_model(REAL_MODEL) if os.environ.get("CI") == "true" else model_status(REAL_MODEL)
    encoder = open_encoder(REAL_MODEL)
    if encoder is None:
        lacks(f"the model is {status.reason}")
    return encoder
