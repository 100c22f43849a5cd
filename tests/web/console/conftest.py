"""A console with an agent and a lead, and browsers of theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from kb_service.accounts.access import Access
from kb_service.accounts.storage import ReadyDatabase
from kb_service.knowledge_base import KnowledgeBase
from tests.accounts.builders import PASSWORD, Clock, cheap_passwords, database_like, empty_file
from tests.web.console.builders import Browser, a_console, a_knowledge_base, an_access


@pytest.fixture(scope="session", autouse=True)
def _cheap() -> Iterator[None]:
    with cheap_passwords():
        yield


@pytest.fixture(scope="session")
def _filled(tmp_path_factory: pytest.TempPathFactory, _cheap: None) -> Path:
    """A database with two accounts."""
    folder = tmp_path_factory.mktemp("console")
    file = empty_file(folder / "empty")
    access = an_access(database_like(file, folder / "filled"), Clock())
    access.accounts.add("anna", "agent", PASSWORD)
    access.accounts.add("lena", "lead", PASSWORD)
    return folder / "filled" / file.name


@pytest.fixture(scope="session")
def billing() -> KnowledgeBase:
    return a_knowledge_base()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(_filled: Path, tmp_path: Path) -> ReadyDatabase:
    return database_like(_filled, tmp_path)


@pytest.fixture
def access(database: ReadyDatabase, clock: Clock) -> Access:
    return an_access(database, clock)


@pytest.fixture
def app(access: Access, billing: KnowledgeBase) -> Flask:
    return a_console(access, billing)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def anna(app: Flask) -> Browser:
    """An agent who signed in."""
    browser = Browser(app)
    assert browser.sign_in("anna").status_code == 303
    return browser


@pytest.fixture
def lena(app: Flask) -> Browser:
    """A lead who signed in."""
    browser = Browser(app)
    assert browser.sign_in("lena").status_code == 303
    return browser
