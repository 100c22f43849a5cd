"""What requirements/*.txt install is pinned, hashed and needed, and nothing else."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {path.stem: path for path in sorted((ROOT / "requirements").glob("*.txt"))}
EXTRAS = MappingProxyType(
    {
        "run": ("meaning",),
        "image": ("meaning", "postgresql", "oidc", "redis", "mcp"),
        "dev": ("meaning", "quality", "dev"),
        "audit": ("meaning", "audit"),
        "bench": ("meaning", "bench"),
        "reader": ("meaning", "training"),
    }
)


class Pin(NamedTuple):
    """A package of a lock: its one version, and where it applies."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def version(self) -> Version:
        (specifier,) = self.requirement.specifier
        assert specifier.operator == "=="
        return Version(specifier.version)


@cache
def pins(name: str) -> list[Pin]:
    """Read a lock; a line that is not a package with its hashes is an error."""
    text = re.sub(r"^\s*#.*\n", "", LOCKS[name].read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\\\n", " ", text).splitlines()
    split = [re.split(r"\s+--hash=", line.strip()) for line in lines if line.strip()]
    return [Pin(Requirement(requirement), tuple(hashes)) for requirement, *hashes in split]


def pins_here(name: str) -> dict[NormalizedName, Version]:
    """The versions that a lock installs with this Python on this machine."""
    here = [pin for pin in pins(name) if pin.requirement.marker is None or pin.requirement.marker.evaluate()]
    found = {canonicalize_name(pin.requirement.name): pin.version for pin in here}
    assert len(found) == len(here), "a package is pinned twice"
    return found


def names(requirements: Iterable[Requirement]) -> set[NormalizedName]:
    return {canonicalize_name(each.name) for each in requirements}


def declared(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for: to run, and for extras."""
    optional = PROJECT["project"]["optional-dependencies"]
    lists = [PROJECT["project"]["dependencies"], *(optional[extra] for extra in extras)]
    return [Requirement(each) for some in lists for each in some]


def declared_for(lock: str) -> list[Requirement]:
    return [*declared(*EXTRAS[lock]), *map(Requirement, PROJECT["dependency-groups"]["build"])]


def needed(requirements: Iterable[Requirement]) -> Iterator[Requirement]:
    """Everything that the requirements need here, extras of extras included, as installed packages declare it."""
    waiting = [(each, "") for each in requirements]
    seen: set[tuple[str, str]] = set()
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        yield requirement
        for wanted in ("", *requirement.extras):
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                told = importlib.metadata.distribution(name).requires or ()
                waiting += [(Requirement(each), wanted) for each in told]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_to_one_version_and_hashed(name: str) -> None:
    for pin in pins(name):
        assert [each.operator for each in pin.requirement.specifier] == ["=="], pin
        assert "*" not in str(pin.requirement.specifier), pin
        assert pin.requirement.url is None
        assert pin.hashes, pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in pin.hashes), pin


@pytest.mark.parametrize("name", ["run", "dev"])
def test_a_lock_holds_what_is_needed_and_nothing_else(name: str) -> None:
    pinned = pins_here(name)
    all_needed = list(needed(declared_for(name)))

    assert names(all_needed) == set(pinned), "make lock"
    for each in all_needed:
        assert each.specifier.contains(pinned[canonicalize_name(each.name)], prereleases=True), f"{each}: make lock"


def test_what_is_installed_is_what_is_pinned() -> None:
    installed = {name: Version(importlib.metadata.version(name)) for name in pins_here("dev")}

    assert installed == pins_here("dev"), "make test sets up what is pinned"


def test_all_locks_agree() -> None:
    def unconditional(name: str) -> list[tuple[str, Version, tuple[str, ...]]]:
        """Pins without where they apply: a lock with more packages may need one of them in more places."""
        return [(pin.requirement.name, pin.version, pin.hashes) for pin in pins(name)]

    run = unconditional("run")

    for more in ("image", "dev", "audit", "bench", "reader"):
        assert [pin for pin in run if pin not in unconditional(more)] == []
        assert names(declared_for(more)) <= names(pin.requirement for pin in pins(more))


def test_what_builds_the_package_is_locked_too() -> None:
    assert PROJECT["build-system"]["requires"] == PROJECT["dependency-groups"]["build"]


def test_uv_is_pinned_alone() -> None:
    assert [pin.requirement.name for pin in pins("uv")] == ["uv"]


@cache
def modules_imported(*folders: str) -> set[str]:
    """The top-level modules that the Python files of folders import."""
    found = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("extra", "folder"),
    [
        (None, "kb_service"),
        ("meaning", "kb_service"),
        ("multilingual", "kb_service"),
        ("dev", "tests"),
        ("quality", "quality"),
        ("training", "quality"),
        ("bench", "bench"),
    ],
)
def test_every_declared_dependency_is_used(extra: str | None, folder: str) -> None:
    own = set(declared(extra) if extra else declared()) - (set(declared()) if extra else set())
    imported = modules_imported(folder)
    packages = importlib.metadata.packages_distributions()
    used = {canonicalize_name(package) for module in imported for package in packages.get(module, [module])}
    used |= {canonicalize_name(f"types-{package}") for package in names(declared())}  # what mypy reads of them
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    tools = re.findall(r"\$\(BIN\)/([\w-]+)", makefile)  # ruff, mypy and the like
    used |= {canonicalize_name(name) for tool in tools for name in (tool, f"{tool}-bin")}
    if "-n auto" in makefile:
        used.add(canonicalize_name("pytest-xdist"))
    for path in (ROOT / folder).rglob("*.py"):
        used |= set(map(canonicalize_name, re.findall(r'get_path\("scripts"\), "([\w-]+)"', path.read_text("utf-8"))))

    assert names(own) - used == set()
