"""Values in the words of the pages."""

from __future__ import annotations

from kb_service.web.formatting import heading, printable


def test_a_line_of_its_own_begins_with_a_capital() -> None:
    assert [heading("why VAT?"), heading("éclair"), heading("")] == ["Why VAT?", "Éclair", ""]


def test_control_characters_are_replaced_but_lines_stay() -> None:
    assert printable("a\0b\x1b\x9fc\n\td é") == "a\ufffdb\ufffd\ufffdc\n\td é"
