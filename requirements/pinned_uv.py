"""Run the uv that requirements/uv.txt pins, with the package index that pip is configured to use on this machine.

    .venv/bin/python requirements/pinned_uv.py pip install --require-hashes -r requirements/run.txt

uv is installed, checked by its hash, into the virtual environment whose Python runs this file. uv does not read pip's
configuration (pip.conf, PIP_* variables): what it says of indexes, certificates and proxies is handed on as UV_*
variables. Those that are set already win.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

PINNED = Path(__file__).with_name("uv.txt")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")

# The sections that `pip install` reads; a later one wins.
SECTIONS = ("global", "install", ":env:")
YES = frozenset({"1", "true", "yes", "on", "y", "t"})


def pip_options(listed: str) -> dict[str, str]:
    """Return the options that `pip install` would follow, from what `pip config list` printed.

    >>> pip_options("global.index-url='https://a.example/simple'\\nglobal.timeout='60'\\n:env:.timeout='9'\\n")
    {'index-url': 'https://a.example/simple', 'timeout': '9'}
    """
    found: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        section, _, option = key.rpartition(".")
        if section in found:
            found[section][option.replace("default-timeout", "timeout")] = str(ast.literal_eval(value))
    return {option: value for section in SECTIONS for option, value in found[section].items()}


def uv_variables(options: Mapping[str, str]) -> dict[str, str]:
    """Say the same to uv, as environment variables.

    >>> uv_variables({"index-url": "https://a.example/simple", "timeout": "9"})
    {'UV_DEFAULT_INDEX': 'https://a.example/simple', 'UV_HTTP_TIMEOUT': '9'}
    """
    said = {
        "UV_DEFAULT_INDEX": options.get("index-url", ""),
        "UV_INDEX": " ".join(options.get("extra-index-url", "").split()),
        # pip takes the best file of all indexes; every file is checked by its hash, wherever it comes from.
        "UV_INDEX_STRATEGY": "unsafe-best-match" if options.get("extra-index-url") else "",
        # pip passes over folders that do not exist, uv does not.
        "UV_FIND_LINKS": ",".join(
            place for place in options.get("find-links", "").split() if "://" in place or Path(place).exists()
        ),
        "UV_INSECURE_HOST": " ".join(options.get("trusted-host", "").split()),
        "UV_HTTP_TIMEOUT": options.get("timeout", ""),
        "ALL_PROXY": options.get("proxy", ""),
        "SSL_CLIENT_CERT": options.get("client-cert", ""),
    }
    if certificates := options.get("cert"):
        said["SSL_CERT_DIR" if Path(certificates).is_dir() else "SSL_CERT_FILE"] = certificates
    return {name: value for name, value in said.items() if value}


def main(arguments: list[str]) -> int:
    if importlib.util.find_spec("pip") is None:  # as in environments that were not made by venv
        subprocess.run((sys.executable, "-m", "ensurepip"), check=True, stdout=subprocess.DEVNULL)
    install = (*PIP, "install", "-q", "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(PINNED))
    if subprocess.run(install, check=False).returncode:
        print(f"The pinned uv could not be installed from {PINNED}: pip says why above.", file=sys.stderr)
        return 1
    listed = subprocess.run((*PIP, "config", "list"), check=True, capture_output=True, text=True).stdout
    options = pip_options(listed)
    if options.get("no-index", "").lower() in YES:  # there is no variable for it
        arguments = [*arguments, "--no-index"]
    here = {"VIRTUAL_ENV": sys.prefix, "UV_PYTHON": sys.executable, "UV_SYSTEM_PYTHON": "false"}
    uv = Path(sysconfig.get_path("scripts"), "uv")
    return subprocess.run((str(uv), *arguments), env=uv_variables(options) | os.environ | here, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
