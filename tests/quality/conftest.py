"""The shipped articles indexed once, by words alone and with the model where it is installed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kb_service.index.whoosh.engine import WhooshEngine
from kb_service.indexing import build_index
from kb_service.meaning.installation import install_model
from kb_service.meaning.installed_model import model_status, open_encoder
from kb_service.meaning.vectors import Encoder
from tests.lacking import lacks

ROOT = Path(__file__).parents[2]
REAL_MODEL = ROOT / ".kb" / "model"


@pytest.fixture(scope="session")
def model() -> Encoder:
    """CI installs the model; elsewhere nobody is made to fetch 90 MB by running the tests."""
    status = install_model(REAL_MODEL) if os.environ.get("CI") == "true" else model_status(REAL_MODEL)
    encoder = open_encoder(REAL_MODEL, threads=os.cpu_count() or 1)
    if encoder is None:
        lacks(f"the model is {status.reason}")
    return encoder


@pytest.fixture(scope="session")
def index_by_words(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    return built(tmp_path_factory.mktemp("words"), None)


@pytest.fixture(scope="session")
def index_by_meaning(pytestconfig: pytest.Config, model: Encoder) -> WhooshEngine:
    """In pytest's own cache, so that the vectors of texts that did not change are kept for the next run."""
    assert pytestconfig.cache
    return built(pytestconfig.cache.mkdir("index-by-meaning"), model)


def built(folder: Path, encoder: Encoder | None) -> WhooshEngine:
    engine = WhooshEngine(folder, encoder=encoder)
    report = build_index(ROOT / "articles", engine, full=True)
    assert report.problems == ()
    return engine
