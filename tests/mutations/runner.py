"""Switches one protection off at a time in a copy of the package and tells which of them no test misses."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
AT_ONCE: Final = 2
TESTS_PASSED: Final = 0
TESTS_FAILED: Final = 1  # anything else means that the mutant cannot even be imported
BESIDE: Final = (
    *("pyproject.toml", "kb_service/__init__.py", "kb_service/errors.py"),
    *("tests/__init__.py", "tests/conftest.py", "tests/loopback.py"),
)
TIMEOUT_SECONDS: Final = 180  # a mutant that hangs is noticed as well


@dataclass(frozen=True, slots=True)
class Mutation:
    """Replace `old` by `new` in `file`, both as they stand in the source; the named tests must then fail."""

    switches_off: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def run(mutations: Sequence[Mutation], *, package: str, tests: str) -> int:
    """Return the exit code: 0 when every mutant is noticed, 1 when one survives or cannot be made."""
    problems = [*_not_applicable(mutations, package)]
    all_tests = sorted({name for mutation in mutations for name in mutation.tests})
    if not problems and not _tests_pass(None, all_tests, package=package, tests=tests):
        problems = ["the tests fail without any mutation"]
    if problems:
        print("\n".join(problems))
        return 1
    with ThreadPoolExecutor(AT_ONCE) as pool:
        survived = list(pool.map(lambda one: _tests_pass(one, one.tests, package=package, tests=tests), mutations))
    for mutation, alive in zip(mutations, survived, strict=True):
        print(f"{'SURVIVED' if alive else 'noticed '}  {mutation.switches_off}")
    print(f"{len(mutations) - sum(survived)} of {len(mutations)} mutations noticed")
    return 1 if any(survived) else 0


def _not_applicable(mutations: Iterable[Mutation], package: str) -> Iterable[str]:
    for mutation in mutations:
        found = (ROOT / package / mutation.file).read_text(encoding="utf-8").count(mutation.old)
        if found != 1:
            yield f"{mutation.switches_off}: the text to replace is found {found} times in {mutation.file}"


def _tests_pass(mutation: Mutation | None, names: Sequence[str], *, package: str, tests: str) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy_project(Path(folder), package=package, tests=tests)
        if mutation:
            path = copy / package / mutation.file
            path.write_text(path.read_text(encoding="utf-8").replace(mutation.old, mutation.new), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        command += [f"{tests}/test_{name}.py" for name in names]
        try:
            ended = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            return False
    if ended.returncode not in (TESTS_PASSED, TESTS_FAILED):
        raise RuntimeError(f"pytest could not run: {mutation and mutation.switches_off}\n{ended.stdout[-2000:]}")
    if mutation is None and ended.returncode != TESTS_PASSED:
        print(ended.stdout[-2000:])
    return ended.returncode == TESTS_PASSED


def _copy_project(folder: Path, *, package: str, tests: str) -> Path:
    """Copy just enough to run the tests; the current folder comes first in the module search path."""
    for path in (package, tests):
        shutil.copytree(ROOT / path, folder / path, ignore=shutil.ignore_patterns("__pycache__"))
    for path in BESIDE:
        shutil.copy(ROOT / path, folder / path)
    return folder
