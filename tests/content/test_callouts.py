"""Notes of any dialect are quotations of a class, in articles and in passages, and say the same as before."""

from __future__ import annotations

import re

import pytest

from tests.content.builders import an_article

CALLOUTS = {
    "github": ("> [!WARNING]\n> Mind the gap.", "warning", "Warning: Mind the gap."),
    "with a title": ("> [!tip] Do it so\n> Mind the gap.", "tip", "Do it so: Mind the gap."),
    "mkdocs": ("!!! note\n    Mind the gap.", "note", "Note: Mind the gap."),
    "mkdocs with a title": ('!!! danger "Careful"\n    Mind the gap.', "danger", "Careful: Mind the gap."),
    "docusaurus": (":::important\nMind the gap.\n:::", "important", "Important: Mind the gap."),
    "myst": ("```{caution}\nMind the gap.\n```", "warning", "Caution: Mind the gap."),
    "by hand": ("> **Achtung:** Mind the gap.", "warning", "Achtung: Mind the gap."),
    "a kind nobody knows": ("> [!QUOKKA]\n> Mind the gap.", "note", "Quokka: Mind the gap."),
}


@pytest.mark.parametrize(("source", "kind", "text"), CALLOUTS.values(), ids=CALLOUTS)
def test_a_note_has_the_class_of_its_kind(source: str, kind: str, text: str) -> None:
    view = an_article(f"# Seats\n\n{source}\n\nMore.").public
    assert view

    assert re.search(f'<blockquote class="callout {kind}"', view.html)
    assert f'<blockquote class="callout {kind}"' in view.passages[0].html
    assert view.passages[0].text.startswith(text)
    assert not re.search("[\ue000-\ue00f]|kb:", view.html + view.passages[0].html)


@pytest.mark.parametrize("source", ["> Mind the gap.", "> **Seats:** sixty.", "> **Note that** seats cost money."])
def test_a_quotation_is_none(source: str) -> None:
    view = an_article(f"# Seats\n\n{source}").public
    assert view

    assert "<blockquote>" in view.html.replace(' id="intro"', "")


@pytest.mark.parametrize(
    ("lang", "says"),
    [("de", "Achtung: Obacht."), ("pt-BR", "Aviso: Obacht."), ("ar", "تحذير: Obacht."), ("sv", "Warning: Obacht.")],
)
def test_a_note_is_called_so_in_the_language_of_its_article(lang: str, says: str) -> None:
    view = an_article(f"---\nlang: {lang}\n---\n\n# Plätze\n\n> [!WARNING]\n> Obacht.").public
    assert view

    assert view.passages[0].text.startswith(says)
    assert '<blockquote class="callout warning"' in view.passages[0].html
    title = an_article(f'---\nlang: {lang}\n---\n\n# Plätze\n\n!!! warning "Warning"\n    Obacht.').public
    assert title
    assert title.passages[0].text.startswith("Warning: Obacht.")
