"""Whatever colour an operator takes, texts on pages can be read in both schemes."""

from __future__ import annotations

import itertools

import pytest

from kb_service.web.palette import DARK_SURFACES, ENOUGH, LIGHT_SURFACES, VISIBLE, contrast, palette

CUBE = ["#" + "".join(each) for each in itertools.product(("00", "55", "99", "cc", "ff"), repeat=3)]


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("accent", [*CUBE, "#3452d1", "#767676", "#ffd400"])
def test_texts_have_contrast_and_buttons_are_seen(accent: str) -> None:
    for scheme, surfaces, text in (
        (palette(accent).light, LIGHT_SURFACES, "#1c2130"),
        (palette(accent).dark, DARK_SURFACES, "#e8eaf2"),
    ):
        for surface in (*surfaces, scheme.mark):
            assert contrast(scheme.accent, surface) >= ENOUGH
        assert contrast(text, scheme.mark) >= ENOUGH
        assert contrast(scheme.on_fill, scheme.fill) >= ENOUGH
        assert contrast(scheme.fill, surfaces[0]) >= VISIBLE


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert palette("#b3261e").light.accent == "#b3261e"
    assert palette("#ffd400").light.fill == "#ffd400"
    assert palette("#ffd400", "#abcdef").dark.accent == "#abcdef"
