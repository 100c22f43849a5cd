"""One application around fixed answers for all tests, and a client to ask it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb_service.app import create_app
from kb_service.settings import Settings
from tests.web.fakes import FixedKnowledgeBase


@pytest.fixture(scope="session")
def _one_for_all() -> FixedKnowledgeBase:
    return FixedKnowledgeBase()


@pytest.fixture
def knowledge_base(_one_for_all: FixedKnowledgeBase) -> FixedKnowledgeBase:
    _one_for_all.reset()
    return _one_for_all


@pytest.fixture(scope="session")
def app(_one_for_all: FixedKnowledgeBase) -> Flask:
    return create_app(Settings(rate_limit=False), knowledge_base=_one_for_all)


@pytest.fixture
def client(app: Flask, knowledge_base: FixedKnowledgeBase) -> FlaskClient:
    return app.test_client()
