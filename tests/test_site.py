"""The operator's file: what it can say, and that every mistake in it is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb_service.errors import BadSetting
from kb_service.site import MAX_FILE_BYTES, Link, SiteText, read_site, site_files

WHOLE = """
name = "Acme Help"
title = "What do you need?"
placeholder = "Ask about parcels"
description = "Answers about parcels."
note = "Acme Ltd., Leeds"
accent = "#B32"
accent_dark = "#ff8a80"
logo = "brand/logo.svg"
style = "brand/own.css"

[contact]
mail = "help@acme.example"

[[links]]
label = "Privacy"
url = "https://acme.example/privacy"

[[links]]
label = "Imprint"
url = "/imprint"
"""


def written(folder: Path, text: str) -> Path:
    (folder / "brand").mkdir()
    (folder / "brand" / "logo.svg").write_text("<svg/>")
    (folder / "brand" / "own.css").write_text("body { }")
    file = folder / "help.toml"
    file.write_text(text)
    return file


def test_a_site_file_says_how_the_help_centre_looks(tmp_path: Path) -> None:
    site = read_site(written(tmp_path, WHOLE))

    assert (site.name, site.title, site.placeholder) == ("Acme Help", "What do you need?", "Ask about parcels")
    assert (site.accent, site.accent_dark) == ("#bb3322", "#ff8a80")
    assert site.links == (Link("Privacy", "https://acme.example/privacy"), Link("Imprint", "/imprint"))
    assert (site.contact_mail, site.contact_url) == ("help@acme.example", "")
    assert site.logo is not None
    assert (site.logo.name, site.logo.content) == ("site-logo.svg", b"<svg/>")


def test_without_a_file_at_the_default_place_everything_is_as_it_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert read_site(Path("site.toml")) == SiteText()


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"none\.toml: the file cannot be read"):
        read_site(tmp_path / "none.toml")


WRONG = {
    'acent = "#fff"': "acent is not known here: did you mean accent?",
    'accent = "blue"': 'accent = "blue": use a colour such as #b3261e',
    "accent = 7": "accent = 7: use a colour",
    'name = ""': 'name = "": use a line of 1 to 60 characters',
    'title = "a\\nb"': "title = ",
    'logo = "brand/none.svg"': 'logo = "brand/none.svg": the file cannot be read',
    'logo = "brand/own.css"': 'logo = "brand/own.css": use the path of a file that ends with .svg, .png',
    'style = "brand/logo.svg"': "use the path of a file that ends with .css",
    'contact = "help@acme.example"': "contact: use a table [contact] with url or mail",
    '[contact]\nmail = "help"': 'contact: mail = "help": use an address such as help@example.com',
    '[contact]\nmial = "a@b.example"': "contact: mial is not known here: did you mean mail?",
    '[contact]\nurl = "javascript:alert(1)"': "contact: url = ",
    '[[links]]\nlabel = "A"': "links, number 1: use label = … and url = …",
    '[[links]]\nlabel = "A"\nurl = "//evil.example"\n[[links]]\nlabel = "B"\nurl = "data:text/html,x"': (
        "links, number 2: url = "
    ),
}


@pytest.mark.parametrize(("text", "said"), WRONG.items(), ids=WRONG)
def test_a_mistake_is_named_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    file = written(tmp_path, text)

    with pytest.raises(BadSetting) as raised:
        read_site(file)

    assert f"{file}:" in str(raised.value)
    assert said in str(raised.value)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    file = written(tmp_path, 'accent = "blue"\nname = ""\n[[links]]\nlabel = ""\nurl = "//evil.example"\n')

    with pytest.raises(BadSetting) as raised:
        read_site(file)

    assert len(str(raised.value).splitlines()) == 4


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    file = written(tmp_path, 'logo = "brand/logo.svg"')
    (tmp_path / "brand" / "logo.svg").write_bytes(b" " * (MAX_FILE_BYTES + 1))

    with pytest.raises(BadSetting, match="500,001 bytes"):
        read_site(file)


LINES = {
    "a key": ('name = "x"\n\naccent = "red"', 3),
    "a key that is unknown": ('name = "x"\nlogos = "a.svg"', 2),
    "a key of a table": ('name = "x"\n[contact]\nmail = "nobody"', 3),
    "an unknown key of a table": ('name = "x"\n[contact]\nfax = "1"', 3),
    "the second of a list": (
        '[[links]]\nlabel = "a"\nurl = "/a"\n[[links]]\nlabel = "b"\nurl = "javascript:x"',
        6,
    ),
    "a table in a table": ('[widget]\ngreeting = "Hi"\n[[widget.pages]]\nmatch = "billing"\narticles = ["a"]', 4),
    "what is no list": ('name = "x"\nfonts = "a.woff2"', 2),
}


@pytest.mark.parametrize(("text", "line"), LINES.values(), ids=LINES)
def test_each_mistake_is_told_with_its_line(text: str, line: int, tmp_path: Path) -> None:
    file = written(tmp_path, text)

    with pytest.raises(BadSetting) as told:
        read_site(file)
    assert str(told.value).startswith(f"{file}:{line}: ")


def test_a_site_says_what_the_widget_offers_on_which_page(tmp_path: Path) -> None:
    text = """
    [widget]
    greeting = "Hi"
    icon = "brand/logo.svg"
    [[widget.pages]]
    match = "/billing/*"
    articles = ["a", "b/c"]
    [[widget.pages]]
    match = "https://shop.example/*"
    questions = ["When is it delivered?"]
    """
    widget = read_site(written(tmp_path, text)).widget

    assert (widget.greeting, widget.icon.name if widget.icon else "") == ("Hi", "site-widget-icon.svg")
    billing, shop = widget.pages
    assert billing.articles == ("a", "b/c")
    addresses = ("https://acme.example/billing/cards", "https://acme.example/billing", "https://shop.example/a+b")
    assert [billing.fits(each) for each in addresses] == [True, False, False]
    assert [shop.fits(each) for each in addresses] == [False, False, True]


def test_fonts_are_files_or_origins(tmp_path: Path) -> None:
    file = written(tmp_path, 'fonts = ["brand/Inter.woff2", "https://fonts.gstatic.com"]')
    (tmp_path / "brand" / "Inter.woff2").write_bytes(b"wOF2")
    site = read_site(file)

    assert [font.name for font in site.fonts] == ["Inter.woff2"]
    assert site.font_origins == ("https://fonts.gstatic.com",)
    assert file.parent / "brand" / "Inter.woff2" in site_files(file)
    for wrong in ("https://fonts.gstatic.com/css?family=x", "http://fonts.example.com", "https://*.example.com; x"):
        file.write_text(f'fonts = ["{wrong}"]')
        with pytest.raises(BadSetting, match="fonts = "):
            read_site(file)
