"""Colours made of an operator's one: readable as text and under text in a light and a dark scheme, whatever it is.

Contrast is that of WCAG 2.2: at least 4.5 between text and what it stands on. A colour that lacks it as text is made
darker, or in the dark scheme lighter, until it has it; as the fill of a button it stays as it is, under text of either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

DEFAULT: Final = "#3452d1"
ENOUGH: Final = 4.5
VISIBLE: Final = 1.3  # of a button on the page
BLACK: Final = "#000000"
WHITE: Final = "#ffffff"
DARK_TEXT: Final = "#12141b"
LIGHT_SURFACES: Final = ("#ffffff", "#f6f7fb")  # page and card, as in style.css
DARK_SURFACES: Final = ("#12141b", "#1b1e28")


@dataclass(frozen=True, slots=True)
class Scheme:
    """Colours of one scheme: of links, of buttons and the text on them, and under the sentence that answers."""

    accent: str
    fill: str
    on_fill: str
    mark: str


@dataclass(frozen=True, slots=True)
class Palette:
    """Both schemes."""

    light: Scheme
    dark: Scheme

    def css(self) -> str:
        """Return the rules that give the colours to a page."""
        dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(self.dark)} }} }}"
        return f":root {{ {_variables(self.light)} }}\n{dark}\n"


def palette(accent: str = DEFAULT, accent_dark: str = "") -> Palette:
    """Return the colours that follow from one, and from another for the dark scheme where there is one."""
    light = _scheme(accent, accent, LIGHT_SURFACES, towards=BLACK, share=0.12)
    wanted = accent_dark or ("#9db1ff" if accent == DEFAULT else accent)
    dark = _scheme(wanted, "", DARK_SURFACES, towards=WHITE, share=0.24)
    return Palette(light, dark)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    """Return a colour with this share of another in it.

    >>> mixed("#000000", "#ffffff", 0.5)
    '#808080'
    """
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(mine + (its - mine) * share):02x}" for mine, its in pairs)


def _scheme(accent: str, fill: str, surfaces: Sequence[str], *, towards: str, share: float) -> Scheme:
    """Return the scheme of an accent, moved `towards` black or white as it needs; `share` of it is in the mark."""
    for step in range(101):
        text = mixed(accent, towards, step / 100)
        mark = mixed(surfaces[0], text, share)
        if all(contrast(text, surface) >= ENOUGH for surface in (*surfaces, mark)):
            break
    if not fill or contrast(fill, surfaces[0]) < VISIBLE:
        fill = text
    on_fill = WHITE if contrast(WHITE, fill) >= ENOUGH else DARK_TEXT
    if contrast(on_fill, fill) < ENOUGH:  # neither: a colour between, a little darker
        fill = next(each for step in range(101) if contrast(WHITE, each := mixed(fill, BLACK, step / 100)) >= ENOUGH)
        on_fill = WHITE
    return Scheme(text, fill, on_fill, mark)


def _variables(scheme: Scheme) -> str:
    return f"--accent: {scheme.accent}; --fill: {scheme.fill}; --on-fill: {scheme.on_fill}; --mark: {scheme.mark};"


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
