"""Pictures and files, the smallest that are what they are called."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {}>{}</svg>'


def png(width: int = 4, height: int = 3, *, color: tuple[int, int, int] = (52, 82, 209)) -> bytes:
    rows = (b"\0" + bytes(color) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def gif(width: int = 4, height: int = 3) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b"\x3b"


def jpeg(width: int = 4, height: int = 3, *, turned: bool = False) -> bytes:
    """The headers of a JPEG; `turned` as a phone held upright writes it."""
    exif = b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    first = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif if turned else b""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return b"\xff\xd8" + first + frame + b"\xff\xd9"


def webp(width: int = 4, height: int = 3) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + size
    return b"RIFF" + struct.pack("<I", len(body)) + body


def svg(inside: str = '<rect width="4" height="3"/>', attributes: str = 'viewBox="0 0 4 3"') -> bytes:
    return SVG.format(attributes, inside).encode()


def write_files(folder: Path, files: dict[str, bytes | str]) -> Path:
    """Write files by their paths below a folder, which is returned."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder
