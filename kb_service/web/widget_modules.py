"""The widget's JavaScript as browsers get it: without comments and indentation, and in three files instead of twelve.

The sources are plain ES modules that run as they are. Here what kb-widget.js loads on first use is joined into one
file, which saves ten requests and a fifth of the bytes, and each file gets its hash and its compressed form.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "static" / "widget"
ENTRY: Final = "kb-widget.js"  # loaded with the page
REST: Final = "conversation.js"  # loaded on first use, with one file of words

_COMMENT: Final = re.compile(r"/\*\*.*?\*/|^\s*//[^\n]*\n", re.DOTALL | re.MULTILINE)
_INDENTATION: Final = re.compile(r"^\s+", re.MULTILINE)
_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=const |class |function |async function )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class WidgetFile:
    """One file as it is sent; `integrity` is what a page puts into the attribute of that name."""

    content: bytes
    compressed: bytes
    integrity: str

    @classmethod
    def of(cls, text: str) -> WidgetFile:
        content = text.encode()
        digest = base64.b64encode(hashlib.sha384(content).digest()).decode()
        return cls(content, gzip.compress(content, 9, mtime=0), f"sha384-{digest}")


@dataclass(frozen=True, slots=True)
class WidgetFiles:
    """The files by name, and the fingerprint of all of them; `entry` is kb-widget.js for an address without it."""

    files: Mapping[str, WidgetFile]
    fingerprint: str
    entry: WidgetFile

    @classmethod
    def read(cls, folder: Path = FOLDER) -> WidgetFiles:
        sources = {path.name: _sent(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.js"))}
        texts = {name: text for name, text in sources.items() if name == ENTRY or name.startswith("words-")}
        texts[REST] = _joined(REST, sources)
        fingerprint = hashlib.sha256("\0".join(texts.values()).encode()).hexdigest()[:12]
        entry = texts[ENTRY].replace(f'"./{REST}"', f'"./{fingerprint}/{REST}"')
        return cls({name: WidgetFile.of(text) for name, text in texts.items()}, fingerprint, WidgetFile.of(entry))


def _sent(source: str) -> str:
    return _INDENTATION.sub("", _COMMENT.sub("", source))


def _joined(name: str, sources: Mapping[str, str]) -> str:
    """Return the module `name` after all those it imports, as one; the names at their tops must differ."""
    order: list[str] = []

    def visit(module: str) -> None:
        for imported in _IMPORT.findall(sources[module]):
            if imported not in order:
                visit(imported)
        order.append(module)

    visit(name)
    inner = "".join(_EXPORT.sub("", _IMPORT.sub("", sources[module])) for module in order[:-1])
    return inner + _IMPORT.sub("", sources[name])
