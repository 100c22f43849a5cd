"""Nothing grows beyond what can be read at once. The exceptions are named here; they may shrink, not grow."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILE_LINES = 300
FUNCTION_LINES = 40

Sizes = Callable[[], dict[str, int]]

FILE_EXCEPTIONS: dict[str, int] = {}
FUNCTION_EXCEPTIONS: dict[str, int] = {}


def sources() -> Iterator[tuple[str, str]]:
    """Name and text of every source file of the package and its tests."""
    for folder in ("kb_service", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def file_sizes() -> dict[str, int]:
    return {name: len(text.splitlines()) for name, text in sources()}


def function_sizes() -> dict[str, int]:
    """Lines of every function from its `def`, decorators aside, by "file:name"."""
    sizes: dict[str, int] = {}
    for name, text in sources():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                key = f"{name}:{node.name}"
                sizes[key] = max(sizes.get(key, 0), node.end_lineno - node.lineno + 1)
    return sizes


CASES = [
    pytest.param(file_sizes, FILE_LINES, FILE_EXCEPTIONS, id="files"),
    pytest.param(function_sizes, FUNCTION_LINES, FUNCTION_EXCEPTIONS, id="functions"),
]


@pytest.mark.parametrize(("sizes", "limit", "exceptions"), CASES)
def test_nothing_is_too_long(sizes: Sizes, limit: int, exceptions: dict[str, int]) -> None:
    measured = sizes()
    too_long = {name: lines for name, lines in measured.items() if lines > exceptions.get(name, limit)}

    assert too_long == {}


@pytest.mark.parametrize(("sizes", "limit", "exceptions"), CASES)
def test_exceptions_that_shrank_are_lowered_or_removed(sizes: Sizes, limit: int, exceptions: dict[str, int]) -> None:
    measured = sizes()

    assert {name: measured.get(name, 0) for name in exceptions} == exceptions
    assert all(lines > limit for lines in exceptions.values())
