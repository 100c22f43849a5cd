"""What kinds of files are served, and what makes sure that a file is of its kind: its content, never its name alone.

Nothing that a browser runs or lays out as a page is among them, but for SVG: see `svg`.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import BinaryIO, Final, NamedTuple

MAX_PICTURE_BYTES: Final = 10 << 20
MAX_SVG_BYTES: Final = 1 << 20
MAX_FILE_BYTES: Final = 50 << 20
MAX_PIXELS: Final = 1 << 16
HEAD_BYTES: Final = 4096  # tell every kind but text


class AssetType(NamedTuple):
    """A kind of file: how it is served, and the most bytes it may have."""

    content_type: str
    is_picture: bool = False
    most_bytes: int = MAX_FILE_BYTES


class Unusable(Exception):
    """A file that is not served; the text completes "It is not served: …"."""


def _picture(content_type: str) -> AssetType:
    return AssetType(content_type, True, MAX_SVG_BYTES if content_type == "image/svg+xml" else MAX_PICTURE_BYTES)


_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."
TYPES: Final = {
    ".png": _picture("image/png"),
    ".jpg": _picture("image/jpeg"),
    ".jpeg": _picture("image/jpeg"),
    ".gif": _picture("image/gif"),
    ".webp": _picture("image/webp"),
    ".avif": _picture("image/avif"),
    ".ico": _picture("image/x-icon"),
    ".svg": _picture("image/svg+xml"),
    ".pdf": AssetType("application/pdf"),
    ".csv": AssetType("text/csv"),
    ".txt": AssetType("text/plain"),
    ".json": AssetType("application/json"),
    ".zip": AssetType("application/zip"),
    ".docx": AssetType(f"{_OPEN_XML}wordprocessingml.document"),
    ".xlsx": AssetType(f"{_OPEN_XML}spreadsheetml.sheet"),
    ".pptx": AssetType(f"{_OPEN_XML}presentationml.presentation"),
    ".odt": AssetType(f"{_OPEN_DOCUMENT}text"),
    ".ods": AssetType(f"{_OPEN_DOCUMENT}spreadsheet"),
    ".odp": AssetType(f"{_OPEN_DOCUMENT}presentation"),
    ".doc": AssetType("application/msword"),
    ".xls": AssetType("application/vnd.ms-excel"),
    ".ppt": AssetType("application/vnd.ms-powerpoint"),
    ".mp4": AssetType("video/mp4"),
    ".webm": AssetType("video/webm"),
    ".mp3": AssetType("audio/mpeg"),
}
_TEXTS: Final = frozenset({".csv", ".txt", ".json"})
_BEGINNINGS: Final = {  # of each suffix, as patterns
    ".png": rb"\x89PNG\r\n\x1a\n",
    ".jpg": rb"\xff\xd8\xff",
    ".gif": rb"GIF8[79]a",
    ".webp": rb"RIFF....WEBP",
    ".avif": rb"....ftypavi[fs]",
    ".ico": rb"\x00\x00\x01\x00",
    ".pdf": rb"%PDF-",
    ".zip": rb"PK(?:\x03\x04|\x05\x06)",
    ".doc": rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ".mp4": rb"....ftyp(?!avi[fs])",
    ".webm": rb"\x1a\x45\xdf\xa3",
    ".mp3": rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]",
}
_AS: Final = {".jpeg": ".jpg", ".xls": ".doc", ".ppt": ".doc"} | dict.fromkeys(
    (".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"), ".zip"
)
_PATTERNS: Final = {suffix: re.compile(pattern, re.DOTALL) for suffix, pattern in _BEGINNINGS.items()}
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def type_of(name: str) -> AssetType | None:
    """Return how a file of this name is served, None when files of its kind are not."""
    return TYPES.get(suffix_of(name))


def suffix_of(name: str) -> str:
    """Return the ending of a name in lower case, with its dot."""
    return PurePosixPath(name).suffix.lower()


def true_suffix(name: str, head: bytes) -> str:
    """Return the suffix of what a file holds by its first HEAD_BYTES; raise Unusable when it is not what it is called.

    Pictures of one kind that are called another are common and harmless: `photo.jpg` may be a PNG.
    """
    suffix = suffix_of(name)
    own = _AS.get(suffix, suffix)
    if suffix in _TEXTS:
        if head.startswith(_UTF_16) or not _CONTROL.search(head):
            return suffix
        raise Unusable(f"it is not text, as its name says ({suffix})")
    if suffix == ".svg" or _PATTERNS[own].match(head):
        return suffix  # SVG is told by reading it
    if TYPES[suffix].is_picture:
        for other, pattern in _PATTERNS.items():
            if TYPES[other].is_picture and pattern.match(head):
                return other
    raise Unusable(f"its content is not what its name says ({suffix})")


def dimensions(file: BinaryIO) -> tuple[int, int] | None:
    """Return width and height of a picture other than SVG in pixels, as browsers turn it; None when nobody knows."""
    import imagesize  # with urllib's 9 MB: only those who read articles need it

    width, height = imagesize.get(file)
    return plausible(width, height)


def plausible(width: int, height: int) -> tuple[int, int] | None:
    """Return a size, None when no picture has it."""
    return (width, height) if 0 < width < MAX_PIXELS and 0 < height < MAX_PIXELS else None
