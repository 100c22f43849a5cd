"""The words that stand before a note, a tab or a part of a text that had a title of its own."""

from __future__ import annotations

from typing import Final

_LABELS: Final = {
    "warn": "Warning",
    "info": "Note",
    "hint": "Tip",
    "seealso": "See also",
    "see-also": "See also",
    "error": "Error",
}
_OWN_END: Final = (":", "?", "!", ".", "…")


def label(kind: str) -> str:
    """Return the word that stands before a note of this kind: "warn" is "Warning"."""
    kind = kind.lower().removesuffix("-label").removesuffix("-box")  # names of classes, which nobody is to read
    return _LABELS.get(kind, kind.replace("_", " ").capitalize())


def bold(title: str) -> str:
    """Return a title as Markdown that stands before a text.

    >>> bold("Note"), bold("Why?")
    ('**Note:**', '**Why?**')
    """
    title = title.replace("**", "").strip().strip("*_").strip()
    if not title:
        return ""
    return f"**{title}**" if title.endswith(_OWN_END) else f"**{title}:**"


def title_label(title: str) -> str:
    """Return a title as a label with a blank behind it, "" without one."""
    return f"{bold(title)} " if title.strip() else ""
