"""The words that stand before a note, a tab or a part of a text that had a title of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_LABELS: Final = {
    "warn": "Warning",
    "info": "Note",
    "hint": "Tip",
    "seealso": "See also",
    "see-also": "See also",
    "error": "Error",
}
# The same in the languages that pages speak.
_ENGLISH: Final = "Note|Tip|Important|Warning|Caution|Danger|Error|See also|Example".split("|")
_OTHERS: Final = {
    "de": "Hinweis|Tipp|Wichtig|Achtung|Vorsicht|Gefahr|Fehler|Siehe auch|Beispiel",
    "es": "Nota|Consejo|Importante|Advertencia|Atención|Peligro|Error|Véase también|Ejemplo",
    "fr": "Remarque|Conseil|Important|Avertissement|Attention|Danger|Erreur|Voir aussi|Exemple",
    "pt": "Nota|Dica|Importante|Aviso|Atenção|Perigo|Erro|Veja também|Exemplo",
    "ja": "注|ヒント|重要|警告|注意|危険|エラー|関連項目|例",
    "ar": "ملاحظة|نصيحة|مهم|تحذير|تنبيه|خطر|خطأ|انظر أيضًا|مثال",
}
_TRANSLATED: Final = {lang: dict(zip(_ENGLISH, words.split("|"), strict=True)) for lang, words in _OTHERS.items()}
_language: Final[ContextVar[str]] = ContextVar("language", default="")
_OWN_END: Final = (":", "?", "!", ".", "…")


def label(kind: str) -> str:
    """Return the word that stands before a note of this kind: "warn" is "Warning"."""
    kind = kind.lower().removesuffix("-label").removesuffix("-box")  # names of classes, which nobody is to read
    word = _LABELS.get(kind, kind.replace("_", " ").capitalize())
    return _TRANSLATED.get(_language.get(), {}).get(word, word)


@contextmanager
def labels_in(lang: str | None) -> Iterator[None]:
    """Let labels be in the language of an article meanwhile ("pt-BR"), as far as it is known here."""
    before = _language.set((lang or "").partition("-")[0].lower())
    try:
        yield
    finally:
        _language.reset(before)


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
