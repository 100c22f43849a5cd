from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb_service.staff.count_documents import count_among_notices, count_of_document


def count_of(text: str) -> int | None:
    return count_of_document(text.encode("utf-8", "replace"), text)


@settings(deadline=None)
@given(st.integers(0, 100_000), st.booleans(), st.text(" \t\r\n", max_size=3))
def test_the_canonical_object_is_read_with_and_without_quotes(number, quoted, blanks):
    value = f'"{number}"' if quoted else str(number)

    assert count_of(f'{blanks}{{"activestaffcount":{value}}}{blanks}') == number


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_around_two_different_counts_gives_none(noise):
    assert count_among_notices('{"activestaffcount":"48"}' + noise + '{"activestaffcount":"49"}') is None


@settings(deadline=None)
@given(st.text(st.sampled_from('{}[]<>"/:,48 \\ncountresdaxmlp!?&;-'), max_size=80))
def test_any_body_is_a_count_or_none(text):
    count = count_of(text)

    assert count is None or str(count) in text


@pytest.mark.parametrize(
    "bomb",
    [
        "9" * 5000,
        '{"count":' + "9" * 5000 + "}",
        '{"data":' * 4000 + "48" + "}" * 4000,
        "[" * 30_000,
        "<pre>" * 6000 + "48" + "</pre>" * 6000,
        "<a>" * 4000 + "48" + "</a>" * 4000,
        "<" * 32_000,
        "<p>" + "</p>" * 8000,
        "{ " * 16_000,
        '{"activestaffcount":' * 1600,
        '<!DOCTYPE c [<!ENTITY a "' + "8" * 9 + '"><!ENTITY b "' + "&a;" * 2000 + '">]><count>&b;</count>',
    ],
    ids=lambda text: text[:24],
)
def test_a_bomb_is_no_count_and_costs_little(bomb):
    started = time.process_time()

    assert count_of(bomb) is None
    assert count_among_notices(bomb) is None
    assert time.process_time() - started < 0.5
