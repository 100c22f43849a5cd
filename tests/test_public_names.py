"""Names that others rely on: what modules say they offer, and errors with one meaning on every way out."""

from __future__ import annotations

import importlib
import inspect
import logging
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import click
import pytest
from flask.testing import FlaskClient

import kb_service
from kb_service import errors
from kb_service.app import create_app
from kb_service.commands import EXIT_CALLER, EXIT_DEPENDENCY, program, run
from kb_service.errors import (
    BadArticle,
    BadRequest,
    CallerError,
    DependencyFailed,
    KbError,
    UnknownAnswer,
    UnknownArticle,
)
from kb_service.settings import Settings
from tests.web.fakes import FixedKnowledgeBase

ERRORS = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, KbError)]
STATUSES = {UnknownArticle: 404, BadRequest: 422, UnknownAnswer: 404}
SECRET_PLACE = "/srv/secret/index"


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(kb_service.__path__, "kb_service."):
        if not found.name.endswith(("__main__", "migrations.env")):  # Alembic runs the latter, nothing imports it
            yield importlib.import_module(found.name)


def an_error(kind: type[KbError]) -> KbError:
    if issubclass(kind, BadRequest):
        return kind({"limit": "too large"})
    if kind is BadArticle:
        return BadArticle("a.md", 3, f"{SECRET_PLACE} is wrong")
    return kind(f"{SECRET_PLACE} is wrong")


@pytest.fixture(scope="module")
def knowledge_base() -> FixedKnowledgeBase:
    return FixedKnowledgeBase()


@pytest.fixture(scope="module")
def client(knowledge_base: FixedKnowledgeBase) -> FlaskClient:
    return create_app(Settings(rate_limit=False), knowledge_base=knowledge_base).test_client()


def test_modules_offer_what_they_say() -> None:
    for module in modules():
        assert [name for name in getattr(module, "__all__", ()) if not hasattr(module, name)] == [], module.__name__


def test_every_module_with_code_says_what_it_is_for() -> None:
    silent = [module for module in modules() if not module.__doc__ and module.__file__]

    assert [module.__name__ for module in silent if Path(module.__file__ or "").read_text(encoding="utf-8")] == []


def test_every_error_raised_on_purpose_is_in_the_one_tree() -> None:
    list(modules())  # so that every class there is is known
    waiting, found = [KbError], set[type[KbError]]()
    while waiting:
        found.add(kind := waiting.pop())
        waiting += kind.__subclasses__()

    assert found == set(ERRORS)
    assert errors.__doc__
    assert [kind.__name__ for kind in ERRORS if kind.__name__ not in errors.__doc__] == []


@pytest.mark.parametrize("kind", ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_has_its_exit_code(
    kind: type[KbError], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise an_error(kind)

    monkeypatch.setitem(program.commands, "fail", click.Command("fail", callback=fail))
    code = run(["fail"])

    assert code == (EXIT_DEPENDENCY if issubclass(kind, DependencyFailed) else EXIT_CALLER)
    assert capsys.readouterr() == ("", f"kb: {an_error(kind)}\n")


@pytest.mark.parametrize("kind", [each for each in ERRORS if each is not KbError], ids=lambda kind: kind.__name__)
def test_every_error_has_its_http_status(
    kind: type[KbError], client: FlaskClient, knowledge_base: FixedKnowledgeBase, caplog: pytest.LogCaptureFixture
) -> None:
    knowledge_base.failure = an_error(kind)
    with caplog.at_level(logging.CRITICAL):
        response = client.get("/api/v1/answer?q=why")

    expected = STATUSES.get(kind, 400 if issubclass(kind, CallerError) else 503)
    assert (response.status_code, response.get_json()["status"]) == (expected, expected)
    assert response.headers.get("Retry-After", "").isdigit() == (expected == 503)


@pytest.mark.parametrize("kind", [each for each in ERRORS if issubclass(each, DependencyFailed)])
def test_what_failed_inside_is_not_told_to_callers(
    kind: type[KbError], client: FlaskClient, knowledge_base: FixedKnowledgeBase
) -> None:
    knowledge_base.failure = an_error(kind)

    assert SECRET_PLACE not in client.get("/api/v1/answer?q=why").text
