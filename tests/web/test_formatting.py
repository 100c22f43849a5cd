"""Values in the words of the pages."""

from __future__ import annotations

import pytest

from kb_service.web.formatting import contact_address, heading, printable


def test_a_line_of_its_own_begins_with_a_capital() -> None:
    assert [heading("why VAT?"), heading("éclair"), heading("")] == ["Why VAT?", "Éclair", ""]


def test_control_characters_are_replaced_but_lines_stay() -> None:
    assert printable("a\0b\x1b\x9fc\n\td é") == "a\ufffdb\ufffd\ufffdc\n\td é"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("/support", "/support?question=a%20%26%20b"),
        ("https://a.example/new?from=kb#form", "https://a.example/new?from=kb&question=a%20%26%20b#form"),
        ("mailto:help@a.example", "mailto:help@a.example?body=a%20%26%20b"),
        ("mailto:help@a.example?subject=Help", "mailto:help@a.example?subject=Help&body=a%20%26%20b"),
    ],
)
def test_the_way_to_a_person_carries_the_question(url: str, address: str) -> None:
    assert contact_address(url, "a & b") == address
    assert contact_address(url, "") == url
