"""What every test gets: no KB_* variables from outside, no record, no connection to other machines, no chance.

Tests in tests/browser and tests/load are marked `browser` and `load`, and `slow` like all that `make check` leaves out:
these, what starts commands, signs in, writes databases or makes many applications, tests/bench, tests/quality,
tests/fuzzing, and what is marked where it stands. What measures time or shares an index is marked `alone`: `make test`
runs it after the rest, with nothing beside it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.templating import Environment
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from tests.loopback import only_loopback

TESTS = Path(__file__).parent
SUITES = ("browser", "load")
SLOW_SUITES = (
    *(*SUITES, "accounts", "assistants", "bench", "commands", "contact", "fuzzing", "quality", "record", "web/console"),
    *("index/test_whoosh.py", "test_audit.py", "web/test_brands.py", "web/test_contact.py", "web/test_monitoring.py"),
    *("web/test_recording.py", "web/test_same_words.py", "web/test_vote_form.py"),
)
ALONE_SUITES = ("load", "bench", "quality", "server")

settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("KB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("KB_RECORD", "off")  # what tests ask is no record of this machine


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """What a command configures of the log in this process ends with its test."""
    log = logging.getLogger("kb_service")
    before = log.handlers, log.level, log.propagate
    yield
    log.handlers, log.level, log.propagate = before


class _Compiled(BytecodeCache):
    """Templates that any application of this process has compiled: each new one would compile them again for .1 s."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once() -> Iterator[None]:
    make, compiled = Flask.create_jinja_environment, _Compiled()

    def create(app: Flask) -> Environment:
        environment = make(app)
        environment.bytecode_cache = compiled
        return environment

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "create_jinja_environment", create)
        yield


@pytest.fixture(autouse=True)
def _stay_on_this_machine() -> Iterator[None]:
    with only_loopback():
        yield


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        path = item.path.relative_to(TESTS)
        suite = path.parts[0]
        if suite in SUITES:
            item.add_marker(suite)
        if any(path.is_relative_to(each) for each in SLOW_SUITES):
            item.add_marker("slow")
        if suite in ALONE_SUITES:
            item.add_marker("alone")
