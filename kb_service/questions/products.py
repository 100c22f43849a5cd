"""Names of products, companies and platforms that people write like any other word: "zoom licence expired"."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def product_names() -> frozenset[str]:
    """Return the names, in small letters."""
    lines = files("kb_service.questions").joinpath("product_names.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())
