"""Which files are what they are called, and how large a picture is."""

from __future__ import annotations

from io import BytesIO

import pytest

from kb_service.content.assets.file_types import Unusable, dimensions, true_suffix, type_of
from tests.pictures import gif, jpeg, png, svg, webp

AVIF = b"\0\0\0\x1cftypavif\0\0\0\0"
TRUE = {
    "a.png": png(),
    "A.PNG": png(),
    "a.jpg": jpeg(),
    "a.jpeg": jpeg(),
    "a.gif": gif(),
    "a.webp": webp(),
    "a.avif": AVIF,
    "a.ico": b"\0\0\1\0\1\0",
    "a.pdf": b"%PDF-1.7\n",
    "a.zip": b"PK\3\4rest",
    "a.docx": b"PK\3\4rest",
    "a.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "a.csv": "Preis;\u20ac 5\n".encode("cp1252"),
    "a.txt": "<script>alert(1)</script>".encode("utf-16"),
    "a.json": b'{"a": 1}',
    "a.mp4": b"\0\0\0\x18ftypisom",
    "a.webm": b"\x1a\x45\xdf\xa3",
    "a.mp3": b"ID3\4",
}


@pytest.mark.parametrize(("name", "content"), TRUE.items(), ids=TRUE)
def test_a_file_that_is_what_it_is_called_is_taken(name: str, content: bytes) -> None:
    assert type_of(name)
    assert true_suffix(name, content) == name[1:].lower()


FALSE = {
    "a page as a picture": ("a.png", b"<!doctype html><script>alert(1)</script>"),
    "a script as a picture": ("a.gif", b"alert(1)"),
    "an SVG as a PNG": ("a.png", svg()),
    "a program as a PDF": ("a.pdf", b"MZ\x90\0"),
    "a program as a text": ("a.txt", b"MZ\x90\0"),
    "a page before a PDF": ("a.pdf", b"<html>%PDF-1.4"),
    "a picture as a film": ("a.mp4", AVIF),
    "a picture as a document": ("a.docx", png()),
    "nothing": ("a.png", b""),
}


@pytest.mark.parametrize(("name", "content"), FALSE.values(), ids=FALSE)
def test_a_file_that_is_something_else_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(Unusable, match="its name says"):
        true_suffix(name, content)


def test_a_picture_of_another_kind_has_its_own_suffix() -> None:
    assert true_suffix("a.jpg", png()) == ".png"
    assert true_suffix("a.png", webp()) == ".webp"


@pytest.mark.parametrize("name", ["a.html", "a.js", "a.svgz", "a.xml", "a.docm", "a.exe", "a", ".png", "a.png.html"])
def test_what_a_browser_could_run_and_what_nobody_knows_has_no_type(name: str) -> None:
    assert type_of(name) is None


@pytest.mark.parametrize("content", [png(640, 480), gif(640, 480), jpeg(640, 480), webp(640, 480)])
def test_the_size_of_a_picture_is_read_from_its_header(content: bytes) -> None:
    assert dimensions(BytesIO(content)) == (640, 480)


def test_a_photo_that_a_phone_turned_has_the_size_in_which_it_is_shown() -> None:
    assert dimensions(BytesIO(jpeg(640, 480, turned=True))) == (480, 640)


@pytest.mark.parametrize("content", [png()[:20], png(0, 0), b"", b"\xff\xd8\xff\xc0"])
def test_a_damaged_picture_has_no_size(content: bytes) -> None:
    assert dimensions(BytesIO(content)) is None
