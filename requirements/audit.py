"""Is what is installed what was locked, under licences that may be shipped, and without known vulnerabilities?

    .venv/bin/python requirements/audit.py            everything
    .venv/bin/python requirements/audit.py --offline  without asking for advisories

Exit codes: 0 nothing was found, 1 something was, 3 nobody could be asked for advisories: then nothing is known of them.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).parent
UNKNOWN = 3  # the exit code where nobody could be asked
SHIPPED = HERE / "image.txt"  # with all that a server may have

# Licences that ask no more than to be named, or, of MPL and LGPL, that changes of these packages themselves are shown.
ALLOWED = re.compile(
    r"MIT(-0| License)?|(0BSD|BSD)([- ][23][- ]Clause)?|BSD License|(2|3|Two|Three)-Clause BSD License"
    r"|Apache([- ](Software License|2\.0|License 2\.0))?|ISC( License.*)?|PSF-2\.0|Zlib|CC0-1\.0"
    r"|MPL-2\.0|Mozilla Public License 2\.0 \(MPL 2\.0\)|LGPL-3\.0-only",
    re.IGNORECASE,
)
# What packages say in a file alone.
SAID_IN_A_FILE = {"py-svg-hush": "MIT"}


class Pin(NamedTuple):
    """A package of a lock, and where it applies."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)


def pins(lock: Path) -> Iterator[Pin]:
    """Yield what a lock holds; raises InvalidRequirement."""
    text = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", lock.read_text(encoding="utf-8"), flags=re.MULTILINE))
    for line in filter(None, map(str.strip, text.splitlines())):
        requirement, *hashes = re.split(r"\s+--hash=", line)
        yield Pin(Requirement(requirement), tuple(hashes))


def wrong_pins(lock: Path) -> Iterator[str]:
    """Yield what is not one version of a file that is told by its hash."""
    try:
        found = list(pins(lock))
    except InvalidRequirement as error:
        yield f"{lock.name}: {error}"
        return
    for pin in found:
        if [each.operator for each in pin.requirement.specifier] != ["=="] or pin.requirement.url:
            yield f"{lock.name}: {pin.requirement} is not pinned to one version"
        if not pin.hashes or not all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in pin.hashes):
            yield f"{lock.name}: {pin.requirement} has no SHA-256"


def wrong_installed(lock: Path) -> Iterator[str]:
    """Yield what of a lock is installed here in another version, or with files that are not those it came with."""
    for pin in pins(lock):
        if pin.requirement.marker and not pin.requirement.marker.evaluate():
            continue
        try:
            distribution = importlib.metadata.distribution(pin.name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if not pin.requirement.specifier.contains(distribution.version, prereleases=True):
            yield f"{pin.name} is installed in version {distribution.version}, not {pin.requirement.specifier}"
        yield from (f"{pin.name}: {path} is not the file it came with" for path in changed_files(distribution))


def changed_files(distribution: importlib.metadata.Distribution) -> Iterator[str]:
    """Yield the files whose hash is not the one in the distribution's RECORD, or that are gone."""
    for path, hashed, *_ in csv.reader((distribution.read_text("RECORD") or "").splitlines()):
        kind, _, wanted = hashed.partition("=")
        if kind != "sha256":
            continue
        try:
            digest = hashlib.sha256(Path(str(distribution.locate_file(path))).read_bytes()).digest()
        except OSError:
            yield path
            continue
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != wanted:
            yield path


def licences(metadata: Mapping[str, str], classifiers: list[str], name: str) -> list[str]:
    """Return each licence that a package says it is under: as an expression, as classifiers, or in its own words."""
    stated = metadata.get("License-Expression") or SAID_IN_A_FILE.get(name)
    classified = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License :: ")]
    if not stated and classified:
        return classified
    stated = stated or (metadata.get("License") or "").strip().partition("\n")[0]
    return [part for part in re.split(r"\s+(?:AND|OR)\s+|[(),;]", stated) if part.strip()]


def wrong_licences(lock: Path) -> Iterator[str]:
    """Yield what of a lock is installed here under a licence that is not allowed, or says none."""
    for name in sorted({pin.name for pin in pins(lock)}):
        try:
            metadata = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        found = licences(dict(metadata.items()), metadata.get_all("Classifier") or [], name)
        if not found:
            yield f"{name} says no licence"
        odd = [each for each in found if not ALLOWED.fullmatch(each.strip())]
        yield from (f"{name} is under {each}: is that allowed?" for each in odd)


class Advisories(NamedTuple):
    """What was found of packages, and those of which nobody could be asked, with the reason."""

    found: list[str]
    unknown: list[str]


def read_report(report: str) -> Advisories:
    """Read what pip-audit says as JSON; raises ValueError where that is none."""
    found, unknown = [], []
    for package in json.loads(report)["dependencies"]:
        name = package["name"]
        if "skip_reason" in package:  # it calls what it could not look up no failure
            unknown.append(f"{name}: {package['skip_reason']}")
        for each in package.get("vulns", []):
            fixed = ", ".join(each["fix_versions"]) or "no version yet"
            found.append(
                f"{name} {package['version']} has {each['id']}, mended in {fixed}: {each['description'][:200]}"
            )
    return Advisories(found, unknown)


def ask_for_advisories(lock: Path) -> int:
    """Let pip-audit ask for what is known of the packages of a lock; return the exit code."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes", "--disable-pip"]
    command += ["--format", "json", "--progress-spinner", "off"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        advisories = read_report(ran.stdout)
    except (ValueError, KeyError, TypeError):
        last = ran.stderr.strip().splitlines()[-1:] or ["nothing"]
        advisories = Advisories([], [f"pip-audit failed: {last[0]}"])
    for problem in advisories.found:
        print(problem, file=sys.stderr)
    if advisories.unknown:
        print(f"NOT AUDITED, {len(advisories.unknown)} times: nobody could be asked for advisories.", file=sys.stderr)
        print(f"So nothing is known of vulnerabilities there. The first: {advisories.unknown[0]}", file=sys.stderr)
    if not (advisories.found or advisories.unknown):
        print("None of them has a known vulnerability.")
    return 1 if advisories.found else UNKNOWN if advisories.unknown else 0


def main(arguments: list[str]) -> int:
    locks = sorted(HERE.glob("*.txt"))
    found = [problem for lock in locks for problem in wrong_pins(lock)]
    if not found:
        found = [*wrong_installed(SHIPPED), *wrong_licences(SHIPPED)]
    for problem in found:
        print(problem, file=sys.stderr)
    if found:
        return 1
    count = len({pin.name for pin in pins(SHIPPED)})
    print(f"{len(locks)} locks are pinned and hashed. What is installed of {count} packages is what was locked,")
    print("file by file, under licences that may be shipped.")
    return 0 if "--offline" in arguments else ask_for_advisories(SHIPPED)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
