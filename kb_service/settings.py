"""Every setting of the service, in one frozen value, read from flags, `KB_*` variables and `kb.toml`.

Precedence: flags, then the environment, then the file, then the defaults. Everything works with no setting at all.
All problems are reported together, so a start fails once and not once a mistake.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from kb_service.errors import BadSetting

PREFIX: Final = "KB_"
FILE_SUFFIX: Final = "_FILE"  # KB_STAFF_KEY_FILE=/run/secrets/key: the file's text is the value
SETTINGS_FILE: Final = Path("kb.toml")
SHORTEST_KEY_BYTES: Final = 32  # as long as the digest: a shorter one can be guessed from a single signature
NOT_BUILT: Final = "its feature is not built yet: leave it out or set it to off"

Reader = Callable[[str], Any]
StaffCountMode = Literal["public", "signed", "agents", "off"]
MetricsMode = Literal["loopback", "public", "off"]

_ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?")
_HOST: Final = re.compile(r"\w[\w-]*\.\w")


def _text(value: str) -> str:
    return value


def _path(value: str) -> Path:
    if "\0" in value:
        raise ValueError("use a path")
    return Path(value)


def _optional_path(value: str) -> Path | None:
    return None if value.lower() == "off" else _path(value)


def _whole_number(low: int, high: int) -> Reader:
    def read(value: str) -> int:
        if re.fullmatch(r"[0-9]{1,9}", value) and low <= int(value) <= high:
            return int(value)
        raise ValueError(f"use a whole number from {low} to {high}")

    return read


def _share(value: str) -> float:
    if re.fullmatch(r"[01]|[01]?\.[0-9]{1,9}", value) and float(value) <= 1:
        return float(value)
    raise ValueError("use a number from 0 to 1, such as 0.5")


def _switch(value: str) -> bool:
    if value.lower() in ("on", "off"):
        return value.lower() == "on"
    raise ValueError("use on or off")


def _one_of(*choices: str) -> Reader:
    def read(value: str) -> str:
        if value.lower() in choices:
            return value.lower()
        raise ValueError("use " + " or ".join(choices))

    return read


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme in ("http", "https") and parts.netloc and not (parts.query or parts.fragment):
        return value.rstrip("/")
    raise ValueError("use the address people reach the service at, such as https://help.example.com")


def _contact_url(value: str) -> str:
    parts = urlsplit(value)
    is_web = parts.scheme in ("http", "https") and bool(parts.netloc)
    is_local = not parts.scheme and not parts.netloc and value.startswith("/")
    if is_web or is_local or (parts.scheme == "mailto" and "@" in parts.path):
        return value
    raise ValueError("use an https, http or mailto address, or a path such as /support")


def _origins(value: str) -> tuple[str, ...]:
    if value in ("*", "off"):
        return ("*",) if value == "*" else ()
    origins = _listed(value)
    if wrong := [origin for origin in origins if not _ORIGIN.fullmatch(origin)]:
        raise ValueError(f"{wrong[0]!r} is no origin: use * or off, or origins such as https://www.example.com")
    return origins


def _hosts(value: str) -> str:
    """Refuse what is plainly no host; the staff count reads the entries itself."""
    if wrong := [entry for entry in _listed(value) if "://" in entry or not _HOST.match(entry)]:
        raise ValueError(f"{wrong[0]!r} is no host: use names such as helpdesk.acme.com, separated by commas")
    return value


def _keys(value: str) -> tuple[str, ...]:
    keys = tuple(value.replace(",", " ").split())
    if any(len(key.encode()) < SHORTEST_KEY_BYTES for key in keys):
        raise ValueError(f"use keys of at least {SHORTEST_KEY_BYTES} bytes, the newest first, separated by spaces")
    return keys


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _not_built(value: str) -> str:
    if value.lower() in ("", "off"):
        return ""
    raise ValueError(NOT_BUILT)


def _engine(value: str) -> str:
    return "whoosh" if value.lower() == "whoosh" else _not_built(value) or "whoosh"


def _about(explanation: str, read: Reader) -> dict[str, Any]:
    return {"help": explanation, "read": read}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an operator can choose; each field is `KB_<NAME>` in the environment and `<name>` in `kb.toml`.

    A field that `repr` leaves out is a secret: it also has a `KB_<NAME>_FILE` and is never shown.
    """

    articles: Path = field(default=Path("articles"), metadata=_about("Folder of Markdown articles.", _path))
    index: Path = field(
        default=Path(".kb/index"), metadata=_about("Folder of the built index; it can always be rebuilt.", _path)
    )
    model: Path | None = field(
        default=Path(".kb/model"),
        metadata=_about("Folder of the model that compares meanings; off: words alone.", _optional_path),
    )
    host: str = field(default="127.0.0.1", metadata=_about("Address to listen on.", _text))
    port: int = field(default=8000, metadata=_about("Port to listen on.", _whole_number(1, 65535)))
    workers: int = field(default=2, metadata=_about("Server processes.", _whole_number(1, 64)))
    base_url: str = field(
        default="", metadata=_about("Address people reach the service at, for absolute links.", _base_url)
    )
    allowed_origins: tuple[str, ...] = field(
        default=("*",),
        metadata=_about("Sites whose pages may call the API, separated by commas; * is any, off is none.", _origins),
    )
    contact_url: str = field(
        default="", metadata=_about("Where a person is offered help when no article answers.", _contact_url)
    )
    no_answer_below: float = field(
        default=0.55, metadata=_about("Confidence, 0 to 1, below which the service says it does not know.", _share)
    )
    staff_count: StaffCountMode = field(
        default="public",
        metadata=_about(
            "Who gets the live number of active staff: public, signed, agents or off.",
            _one_of("public", "signed", "agents", "off"),
        ),
    )
    staff_hosts: str = field(
        default="", metadata=_about("Further helpdesks that may be asked, separated by commas.", _hosts)
    )
    staff_budget_ms: int = field(
        default=2500, metadata=_about("Longest time an answer waits for the live number.", _whole_number(50, 10000))
    )
    staff_key: tuple[str, ...] = field(
        default=(), repr=False, metadata=_about("Keys that sign look-ups, for KB_STAFF_COUNT=signed.", _keys)
    )
    rate_limit: bool = field(default=True, metadata=_about("Limit the requests of one client: on or off.", _switch))
    metrics: MetricsMode = field(
        default="loopback",
        metadata=_about("Who may read /metrics: loopback, public or off.", _one_of("loopback", "public", "off")),
    )
    metrics_token: tuple[str, ...] = field(
        default=(), repr=False, metadata=_about("Bearer tokens; with any, /metrics wants one from everybody.", _keys)
    )
    database_url: str = field(default="", repr=False, metadata=_about("Database of what people asked.", _not_built))
    redis_url: str = field(default="", repr=False, metadata=_about("Redis shared by several servers.", _not_built))
    engine: str = field(default="whoosh", metadata=_about("Search engine: whoosh.", _engine))
    log_level: str = field(
        default="info",
        metadata=_about(
            "Least important log line that is written: debug, info, warning or error.",
            _one_of("debug", "info", "warning", "error"),
        ),
    )
    log_format: str = field(
        default="text", metadata=_about("Form of a log line: text or json.", _one_of("text", "json"))
    )


_FIELDS: Final[Mapping[str, Field[Any]]] = {each.name: each for each in fields(Settings)}


@dataclass(frozen=True, slots=True)
class _Given:
    """One value as somebody wrote it: `label` is the name they used."""

    name: str
    label: str
    value: str


def load_settings(*, flags: Mapping[str, str | None], environ: Mapping[str, str], file: Path | None) -> Settings:
    """Return the settings in force; raise BadSetting naming every unknown name and wrong value.

    `flags` are keyed by field name and None when not given; an empty `KB_*` variable counts as not given.
    """
    problems: list[str] = []
    values: dict[str, Any] = {}
    sources = (_from_file(file, problems), _from_environment(environ, problems), _from_flags(flags, problems))
    for given in (each for source in sources for each in source):
        try:
            values[given.name] = _FIELDS[given.name].metadata["read"](given.value)
        except ValueError as error:
            shown = given.label if _is_secret(given.name) else f"{given.label}={given.value}"
            problems.append(f"{shown}: {error}")
    settings = Settings(**values)
    if settings.staff_count == "signed" and not settings.staff_key:
        problems.append("KB_STAFF_COUNT=signed: use it together with KB_STAFF_KEY or KB_STAFF_KEY_FILE")
    if problems:
        raise BadSetting("\n".join(problems))
    return settings


def _from_flags(flags: Mapping[str, str | None], problems: list[str]) -> Iterator[_Given]:
    for name, value in flags.items():
        if name not in _FIELDS:
            problems.append(_unknown("--" + name, _FIELDS, prefix="--"))
        elif value is not None:
            yield _Given(name, "--" + name.replace("_", "-"), value)


def _from_environment(environ: Mapping[str, str], problems: list[str]) -> Iterator[_Given]:
    variables = {PREFIX + name.upper(): name for name in _FIELDS}
    files = {variable + FILE_SUFFIX: name for variable, name in variables.items() if _is_secret(name)}
    for variable, value in sorted(environ.items()):
        if not variable.startswith(PREFIX) or (variable in (variables | files) and not value):
            continue
        if variable in variables:
            yield _Given(variables[variable], variable, value)
        elif variable in files:
            yield from _from_secret_file(files[variable], variable, value, problems)
        else:
            problems.append(_unknown(variable, variables | files))


def _from_secret_file(name: str, variable: str, path: str, problems: list[str]) -> Iterator[_Given]:
    try:
        yield _Given(name, variable, Path(path).read_text(encoding="utf-8").strip())
    except (OSError, UnicodeError, ValueError) as error:
        problems.append(f"{variable}={path}: the file cannot be read: {error}")


def _from_file(file: Path | None, problems: list[str]) -> Iterator[_Given]:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8")) if file else {}
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        problems.append(f"{file}: the file cannot be read: {error}")
        return
    for name, value in table.items():
        if name not in _FIELDS:
            problems.append(f"{file}: " + _unknown(name, _FIELDS))
        elif isinstance(value, dict):
            problems.append(f"{file}: {name} is a table: write {name} = ...")
        else:
            yield _Given(name, f"{file}: {name}", _as_text(value))


def _as_text(value: object) -> str:
    """Return a TOML value as it would be written in the environment."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _unknown(name: str, known: Mapping[str, object], *, prefix: str = "") -> str:
    near = difflib.get_close_matches(name.removeprefix(prefix), known, n=1, cutoff=0.7)
    return f"{name} is no setting" + (f": did you mean {prefix}{near[0]}?" if near else ".")


def _is_secret(name: str) -> bool:
    return not _FIELDS[name].repr
