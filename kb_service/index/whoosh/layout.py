"""Where the files of a generation stand. Who only answers needs this, and nothing of what builds."""

from __future__ import annotations

from pathlib import Path
from typing import Final

LAYOUT_VERSION: Final = 19
# Beside the audiences' folders, because who only answers needs not look at them: counts by shard, and Whoosh's own
# segments by audience and shard.
COUNTS: Final = "counts"
WHOOSH: Final = "whoosh"
ARTICLES_FILE: Final = "articles.msgpack"
CATALOGUE_FILE: Final = "catalogue.safetensors"
TERMS_FILE: Final = "terms"
WORDS_FILE: Final = "words"


def entries_file(folder: Path, key: str) -> Path:
    """Return where the entries of a shard are. A folder for each shard would take a second to sync and to remove."""
    return folder / "shards" / f"{key}.msgpack"


def whoosh_folder(folder: Path) -> Path:
    """Return where Whoosh's index of an audience is whose own folder is `folder`."""
    return folder.parent / WHOOSH / folder.name


def numbering_file(folder: Path, name: str) -> Path:
    """Return where the numbers of an audience's terms or words are, by shard: beside the counts."""
    return folder.parent / COUNTS / f"{folder.name}.{name}"
