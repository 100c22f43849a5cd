"""Pictures and files of a generation: copies of what was checked, so that a changed source breaks no page.

<generation>/<audience>/assets/<digest>-<hash of the name>, the same file for both audiences and in the next generation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from kb_service.content.article import Asset, stored_name
from kb_service.index.mapped_files import link_or_copy
from kb_service.index.port import ReadAsset

ASSETS: Final = "assets"
MOST_NAME_BYTES: Final = 200  # that file systems take, behind a digest; names of assets stay below
_DIGEST: Final = re.compile(r"[0-9a-f]{32}")


def write_assets(folder: Path, assets: Mapping[str, Asset], *, earlier: Sequence[Path], read: ReadAsset) -> None:
    """Write files by name below the folder of an audience; take over those that a folder of `earlier` ones has."""
    if not assets:
        return
    (folder / ASSETS).mkdir()
    for name, asset in assets.items():
        kept = next((path for path in (each / ASSETS / name for each in earlier) if path.is_file()), None)
        if kept:
            link_or_copy(kept, folder / ASSETS / name)
        else:
            (folder / ASSETS / name).write_bytes(read(asset))


def open_asset(folder: Path, digest: str, name: str) -> BinaryIO | None:
    """Open a file below the folder of an audience, None when there is none such."""
    if _DIGEST.fullmatch(digest):
        with suppress(FileNotFoundError, NotADirectoryError):
            return (folder / ASSETS / stored_name(digest, name)).open("rb")
    return None
