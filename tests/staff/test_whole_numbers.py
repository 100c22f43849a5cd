from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.staff.whole_numbers import whole_number


@pytest.mark.parametrize("number", [0, 1, 48, 99_999, 100_000])
def test_plain_digits_are_a_number(number):
    assert whole_number(str(number)) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "00", "048", "1.0", "1e3", "0x30", " 48", "48\n", "4 8", "100001", "٤٨"]
)
def test_everything_else_is_none(text):
    assert whole_number(text) is None


@settings(deadline=None)
@given(st.text(st.characters(categories=["Nd", "Nl", "No"]), min_size=1, max_size=8))
def test_only_ascii_digits_ever_make_a_number(digits):
    assert whole_number(digits) is None or digits.isascii()
