"""What a worker is handed when it starts: one line of JSON through a pipe, so that no secret is in the environment.

The settings were read and checked once, for all workers. The pipe stays open: when it ends, so has whoever started the
worker.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from kb_service.settings import FIELDS, Settings


class Handed(msgspec.Struct, frozen=True):
    """`factory` is "module:function", called with the settings; through `ready` a worker says that it serves.

    `listener` is the socket of all workers, `limits` the file in memory in which they count clients together.
    """

    settings: Settings
    factory: str
    number: int
    ready: int
    listener: int
    metrics_folder: str
    limits: int | None


def to_line(handed: Handed) -> bytes:
    """Return it as one line; of the settings, what is not the default."""
    values = {name: getattr(handed, name) for name in handed.__struct_fields__}
    defaults, settings = Settings(), handed.settings
    chosen = {name: value for name in FIELDS if (value := getattr(settings, name)) != getattr(defaults, name)}
    return msgspec.json.encode({**values, "settings": chosen}, enc_hook=str) + b"\n"


def from_line(line: bytes) -> Handed:
    """Return what such a line holds."""
    values = msgspec.json.decode(line, type=dict[str, Any])
    chosen = {
        name: msgspec.convert(value, FIELDS[name].type, dec_hook=_path) for name, value in values["settings"].items()
    }
    return Handed(**{**values, "settings": Settings(**chosen)})


def _path(kind: type, value: Any) -> Path:
    return Path(value)
