"""Callouts: `> [!WARNING]`, `!!! tip`, `:::danger`, `> **Note:** …` are quotations with a class.

Its kind is carried behind its label through rendering, as text that no source has, since sanitizing takes classes
away; a quotation that begins with a word such as "Note:" in bold is one too.
"""

from __future__ import annotations

import re
from typing import Final

from kb_service.content.markdown.inline_markup import ANCHOR_END, ANCHOR_START, NOTE_KIND

_CLASSES: Final = {
    "note": "note info seealso question faq example abstract summary tldr prerequisites todo",
    "tip": "tip hint success check done",
    "important": "important",
    "warning": "warning warn caution attention",
    "danger": "danger error failure fail missing bug critical",
}
_CLASS_OF: Final = {name: kind for kind, names in _CLASSES.items() for name in names.split()}
# Labels that people write themselves, in small letters.
_LABELS: Final = {
    "note": "note|info|hinweis|anmerkung|nota|remarque|observação|注|メモ|ملاحظة",
    "tip": "tip|hint|tipp|consejo|sugerencia|astuce|conseil|dica|ヒント|نصيحة",
    "important": "important|wichtig|importante|重要|مهم",
    "warning": "warning|caution|attention|achtung|vorsicht|warnung|advertencia|atención|avertissement|aviso|atenção"
    "|警告|注意|تحذير|تنبيه",
    "danger": "danger|gefahr|peligro|perigo|危険|خطر",
}
_KIND_OF_LABEL: Final = {label: kind for kind, labels in _LABELS.items() for label in labels.split("|")}
_CALLOUT: Final = re.compile(
    r"<blockquote((?:\s[^<>]*)?)>(?=(?:\s|<a id=[^<>]*></a>)*<p(?:\s[^<>]*)?>\s*<(?:strong|b)>([^<>]*)</(?:strong|b)>:?"
    rf"\s*(?:{ANCHOR_START}{NOTE_KIND}([\w-]*){ANCHOR_END})?)"
)


def with_classes(html: str) -> str:
    """Return HTML in which quotations that are notes have their classes.

    >>> with_classes("<blockquote><p><strong>Tip:</strong> Pay.</p></blockquote>")
    '<blockquote class="callout tip"><p><strong>Tip:</strong> Pay.</p></blockquote>'
    """
    return _CALLOUT.sub(_with_class, html) if "<blockquote" in html else html


def _with_class(found: re.Match[str]) -> str:
    if found[3] is not None:
        kind = _CLASS_OF.get(found[3].lower(), "note")
    else:
        kind = _KIND_OF_LABEL.get(found[2].strip().rstrip(":：").strip().lower(), "")
    return f'<blockquote class="callout {kind}"{found[1]}>' if kind else found[0]
