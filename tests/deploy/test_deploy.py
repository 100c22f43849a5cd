"""The files in deploy/ say what is meant, and the service runs under the restrictions that they set."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Final

import pytest

from tests.lacking import lacks
from tests.load.serving import ROOT, free_port, wait_for, without_settings

DEPLOY: Final = ROOT / "deploy"
UNIT: Final = DEPLOY / "systemd" / "kb.service"
PR_SET_NO_NEW_PRIVS: Final = 38
PR_SET_MDWE: Final = 65  # MemoryDenyWriteExecute= of systemd, as Linux 6.3 and newer offer it by themselves

# All is read-only but one folder, and no capability is left.
CONFINED: Final = """
set -e
mount --make-rprivate /
mount --bind "$STATE" "$STATE"
mount -o remount,bind,ro /
cd /
exec setpriv --bounding-set=-all --inh-caps=-all "$@"
"""
# No privilege to gain, and no memory both written and run.
RESTRICTED: Final = f"""
import ctypes, os, sys
libc = ctypes.CDLL(None)
assert libc.prctl({PR_SET_NO_NEW_PRIVS}, 1, 0, 0, 0) == 0
assert libc.prctl({PR_SET_MDWE}, 1, 0, 0, 0) == 0
os.execv(sys.argv[1], sys.argv[1:])
"""


def unit() -> configparser.RawConfigParser:
    """Read the unit; of keys that stand more than once the values are joined."""

    class Joined(dict[str, list[str] | str]):
        def __setitem__(self, key: str, value: list[str] | str) -> None:
            if isinstance(value, list) and isinstance(self.get(key), list):
                self[key].extend(value)  # type: ignore[union-attr]
            else:
                super().__setitem__(key, value)

    read = configparser.RawConfigParser(strict=False, dict_type=Joined)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(UNIT.read_text(encoding="utf-8"))
    return read


def program(name: str, package: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    return found or lacks(f"{name} of the Debian package {package} is needed")


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    here = tmp_path / "kb.service"
    here.write_text(UNIT.read_text(encoding="utf-8").replace("/opt/kb/.venv/bin/kb", "/bin/true"), encoding="utf-8")

    said = subprocess.run(
        [program("systemd-analyze", "systemd"), "verify", "--man=no", str(here)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert [line for line in said.stderr.splitlines() if "kb.service" in line] == []
    assert said.returncode == 0, said.stderr


def test_the_unit_exposes_little() -> None:
    command = [program("systemd-analyze", "systemd"), "security", "--offline=true", "--threshold=15", str(UNIT)]

    said = subprocess.run(command, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout.splitlines()[-1]


def demand_that_nginx_takes(file: Path) -> None:
    said = subprocess.run(
        [program("nginx", "nginx-light"), "-t", "-p", str(file.parent), "-c", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert "warn" not in said.stderr


def test_nginx_takes_its_file(tmp_path: Path) -> None:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    here = tmp_path / "nginx.conf"
    here.write_text(text.replace("server kb:8000", "server 127.0.0.1:8000").replace("/tmp/", f"{tmp_path}/"))

    demand_that_nginx_takes(here)


def test_nginx_takes_the_file_of_a_site(tmp_path: Path) -> None:
    certificate = [
        program("openssl", "openssl"),
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=example.com",
    ]
    certificate += ["-keyout", str(tmp_path / "kb.key"), "-out", str(tmp_path / "kb.pem")]
    subprocess.run(certificate, capture_output=True, check=True)
    text = (DEPLOY / "nginx-site.conf").read_text(encoding="utf-8")
    for folder in ("/etc/nginx/", "/var/log/nginx/"):
        text = text.replace(folder, f"{tmp_path}/")
    places = "".join(f"{name}_temp_path {tmp_path}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    here = tmp_path / "nginx.conf"
    here.write_text(f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ {places} {text} }}", encoding="utf-8")

    demand_that_nginx_takes(here)


def test_commands_run_as_the_service_does(tmp_path: Path) -> None:
    """The script asks systemd for the settings of the unit; programs of the same names say what they were asked."""
    shown = "KB_DATA=/var/lib/kb/kb-data KB_METRICS_TOKEN_FILE=/run/credentials/kb.service/token"
    said_by = {
        "systemctl": f'[ "$1" = show ] && echo "{shown}" || printf "[Service]\\nLoadCredential=token:/etc/kb/token\\n"',
        "systemd-run": 'printf "%s\\n" "$@"',
    }
    for name, does in said_by.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)

    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    command = ["sh", str(UNIT.parent / "kb"), "record", "flag", "seats", "--note", "two words"]
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)

    given = ran.stdout.splitlines()
    name = next(each for each in given if each.startswith("--unit=")).removeprefix("--unit=")
    environment = shown.replace("kb.service", f"{name}.service")
    service = unit()["Service"]
    assert f"--property=Environment={environment}" in given
    assert "--property=LoadCredential=token:/etc/kb/token" in given
    assert f"--working-directory={service['WorkingDirectory']}" in given
    assert f"--property=StateDirectory={service['StateDirectory']}" in given
    assert given[-6:] == [service["ExecStart"].split()[0], *command[2:]]


def test_the_image_takes_only_what_it_needs() -> None:
    copied = set(re.findall(r"^COPY (?!--from)(.+) \S+$", (DEPLOY / "Containerfile").read_text(), re.MULTILINE))
    allowed = {line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line.startswith("!")}

    assert {name for line in copied for name in line.split()} <= allowed
    assert (ROOT / ".dockerignore").read_bytes() == (ROOT / ".containerignore").read_bytes()


@pytest.mark.slow
def test_the_service_runs_under_the_restrictions_of_its_unit(tmp_path: Path) -> None:
    """A read-only system, one folder to write, no capability, no memory that is both written and run.

    In a container that lets nobody make namespaces the system stays writable.
    """
    service = unit()["Service"]
    environ = dict(pair.split("=", 1) for pair in service["Environment"].split())
    places = {"%S/kb": str(tmp_path), "/opt/kb/.kb/model": os.environ.get("KB_MODEL", "off"), "/opt/kb": str(ROOT)}
    for told, here in places.items():
        environ = {name: value.replace(told, here) for name, value in environ.items()}
    port = free_port()
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environ |= {"KB_PORT": str(port), "TMPDIR": str(temporary), "STATE": str(tmp_path)}
    command = [sys.executable, "-c", RESTRICTED, sys.executable, "-m", "kb_service"]
    command += service["ExecStart"].split()[1:]
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    confine = [program("unshare", "util-linux"), *user, "--mount", "sh", "-c", CONFINED, "sh"]
    can_confine = subprocess.run([*confine, "true"], env=os.environ | environ, check=False).returncode == 0

    with subprocess.Popen([*(confine if can_confine else []), *command], env=without_settings() | environ) as server:
        try:
            wait_for(port)
            asked = f"http://127.0.0.1:{port}/api/v1/answer?q=how+do+we+remove+seats%3F"
            with urllib.request.urlopen(asked, timeout=10) as response:
                answer = json.load(response)
        finally:
            server.terminate()
            server.wait(20)

    assert answer["outcome"] == "answered"
    assert {path.name for path in tmp_path.iterdir()} == {"index", "kb-data", "tmp"}
