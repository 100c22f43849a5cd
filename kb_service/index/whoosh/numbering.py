"""Numbers for the strings that shards have in common: terms, and words as they are written.

To look up what 77 shards hold takes .4 s for each of the two. So the numbers are kept beside the counts, and in the
next generation only what new shards hold is looked up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int32]


class Numbering(msgspec.Struct, frozen=True):
    """All strings that shards hold, in the order of their code points, and by shard the numbers of its own in turn."""

    strings: list[str]
    shards: Mapping[str, Integers]

    def next(self, keys: Iterable[str], held: Callable[[str], list[str]]) -> Numbering:
        """Return the numbering of the shards `keys`; `held` returns what a shard that is not here yet holds."""
        numbers: defaultdict[str, int] = defaultdict(None, zip(self.strings, range(len(self.strings)), strict=True))
        numbers.default_factory = numbers.__len__  # one call each: a third of the time of setdefault
        shards = {key: self.shards[key] if key in self.shards else _numbered(held(key), numbers) for key in keys}
        strings = list(numbers)
        places = np.full(len(strings), -1, dtype=np.int32)
        for mine in shards.values():
            places[mine] = 0
        ordered = sorted([strings[number] for number in np.flatnonzero(places == 0).tolist()])
        places[_numbered(ordered, numbers)] = np.arange(len(ordered))
        return Numbering(ordered, {key: places[mine] for key, mine in shards.items()})

    def save(self, file: Path) -> None:
        """Write all for `open_numbering`."""
        stored = _Stored(self.strings, {key: numbers.tobytes() for key, numbers in self.shards.items()})
        file.write_bytes(msgspec.msgpack.encode(stored))


NOTHING: Final = Numbering([], {})


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    strings: list[str]
    shards: dict[str, bytes]  # native int32


def open_numbering(file: Path) -> Numbering:
    """Return what was saved."""
    stored = msgspec.msgpack.decode(file.read_bytes(), type=_Stored)
    return Numbering(stored.strings, {key: np.frombuffer(data, np.int32) for key, data in stored.shards.items()})


def _numbered(strings: list[str], numbers: Mapping[str, int]) -> Integers:
    return np.fromiter(map(numbers.__getitem__, strings), dtype=np.int32, count=len(strings))
